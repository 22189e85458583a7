// How fast the page is, in one browser run: the engine against @peculiar/x509 on the same certificates,
// 10 MB in the Worker while the page answers, and the way from a cold start to the first card.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { serve } from "../../wasm/www/serve.mjs";
import { NOW, example, fixture, open, root, start } from "./browser.mjs";
import { dump } from "./dump.mjs";

/** What is wanted; a bench that misses its goal fails. */
const GOALS = { timesAsFastAsPeculiar: 20, tenMegabytesSeconds: 0.5, longestPauseSeconds: 0.1, coldStartSeconds: 0.2 };
const CERTIFICATES = 1350;

/** The peer reads what a row of the page shows: subject, notAfter, names. */
const peer = `
import "reflect-metadata";
import { PemConverter, X509Certificate, SubjectAlternativeNameExtension } from "@peculiar/x509";
globalThis.peculiar = (text) => {
  let read = 0;
  for (const der of PemConverter.decode(text)) {
    const one = new X509Certificate(der);
    const names = one.getExtension(SubjectAlternativeNameExtension)?.names.items.length;
    if (one.subject !== undefined && one.notAfter && names !== -1) read += 1;
  }
  return read;
};`;

/** The least that a page with WebAssembly in a Worker does: the way of ours, with a module of nothing. */
const BLANK = `<!doctype html><link rel="icon" href="data:,"><link rel="preload" href="blank.wasm" as="fetch" crossorigin><body><script type="module">
const worker = new Worker(URL.createObjectURL(new Blob(["onmessage = ({ data }) => { new WebAssembly.Instance(data); postMessage(0); };"])));
worker.onmessage = () => document.body.append(Object.assign(document.createElement("p"), { className: "card" }));
worker.postMessage(await WebAssembly.compileStreaming(fetch("blank.wasm")));
</script>`;

const running = await start();
const results = {};
try {
  results.timesAsFastAsPeculiar = await againstPeculiar();
  Object.assign(results, await tenMegabytes());
  Object.assign(results, await coldStart());
} finally {
  await running.close();
}

const missed = Object.entries(GOALS).filter(([name, goal]) => (name === "timesAsFastAsPeculiar" ? results[name] < goal : results[name] > goal));
for (const [name, value] of Object.entries(results)) console.log(`${name}: ${value.toFixed(3)} (goal ${GOALS[name] ?? "none"})`);
const folder = join(root, "target/bench");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "page.json"), `${JSON.stringify({ results, goals: GOALS }, null, 2)}\n`);
if (missed.length > 0) {
  console.error(`missed: ${missed.map(([name]) => name).join(", ")}`);
  process.exitCode = 1;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** Both read the same bytes to the fields that a certificate's row shows, in turns. */
async function againstPeculiar() {
  const page = await running.browser.newPage();
  await page.goto(running.address);
  const bundle = await build({ stdin: { contents: peer, resolveDir: import.meta.dirname }, bundle: true, format: "iife", write: false, target: "es2022", logLevel: "silent" });
  const glue = readFileSync(join(root, "wasm/www/pkg/signet.js"), "utf8");
  const ours = await build({ stdin: { contents: `${glue}\nglobalThis.signet = { initSync, decode };`, resolveDir: import.meta.dirname }, bundle: true, format: "iife", write: false, target: "es2022", define: { "import.meta.url": '""' }, logLevel: "silent" });
  await page.evaluate(bundle.outputFiles[0].text);
  await page.evaluate(ours.outputFiles[0].text);
  const pem = (await fixture("leaf.pem")) + (await fixture("ec-leaf.pem")) + (await fixture("root.pem"));
  const ratios = await page.evaluate(
    async ([blocks, count, now]) => {
      const { initSync, decode } = globalThis.signet;
      initSync({ module: await (await fetch("signet.wasm")).arrayBuffer() });
      const text = blocks.repeat(count / 3);
      const ratios = [];
      for (let round = 0; round < 15; round++) {
        const began = performance.now();
        const { documents } = decode(text, now);
        const between = performance.now();
        const read = globalThis.peculiar(text);
        const ended = performance.now();
        if (documents[0].certificates.length !== count || read !== count) throw new Error("not the same work");
        ratios.push((ended - between) / (between - began));
      }
      return ratios;
    },
    [pem, CERTIFICATES, NOW],
  );
  await page.close();
  return median(ratios);
}

/** From the drop of a dump of 10 MB to its summary, and how long the page is deaf at worst meanwhile. */
async function tenMegabytes() {
  const text = dump(JSON.parse((await example("two-signers")).inputs[0].text), 10e6);
  const rounds = [];
  for (let round = 0; round < 5; round++) {
    const { page, context } = await open(running.browser, running.address);
    rounds.push(await page.evaluate(dropped, text));
    await context.close();
  }
  console.log(`the dump has ${(text.length / 1e6).toFixed(1)} MB`);
  return { tenMegabytesSeconds: median(rounds.map((one) => one.seconds)), longestPauseSeconds: median(rounds.map((one) => one.longest)) };
}

/** In the page: drops the text as a file, and listens every 4 ms until there is a summary or a refusal. */
async function dropped(text) {
  const began = performance.now();
  let [longest, last] = [0, began];
  const tick = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 4);
  const data = new DataTransfer();
  data.items.add(new File([text], "dump.json"));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  await new Promise((resolve, reject) => {
    const look = () => {
      const refusal = document.querySelector("#errors")?.textContent;
      if (refusal) reject(new Error(refusal));
      else if (document.querySelector("#summary")?.textContent.includes("2 documents")) resolve();
      else requestAnimationFrame(look);
    };
    look();
  });
  clearInterval(tick);
  return { seconds: (performance.now() - began) / 1000, longest: longest / 1000 };
}

/** From the start of the navigation to the first card, with an example in the address; and the same for the blank page, in turns. */
async function coldStart() {
  const folder = mkdtempSync(join(tmpdir(), "signet-blank-"));
  writeFileSync(join(folder, "index.html"), BLANK);
  writeFileSync(join(folder, "blank.wasm"), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const blank = await serve(folder, 0);
  const [ours, theirs] = [[], []];
  // With a new window the browser loads a page of its own, which would run beside: the window is opened once.
  const context = await running.browser.newContext();
  for (let round = 0; round < 16; round++) {
    const [our, their] = [await firstCard(context, `${running.address}#example=k8s-signer`), await firstCard(context, blank.address)];
    if (round === 0) continue;
    ours.push(our);
    theirs.push(their);
  }
  await context.close();
  blank.server.close();
  rmSync(folder, { recursive: true });
  return { coldStartSeconds: median(ours), blankColdStartSeconds: median(theirs), timesTheBlankColdStart: median(ours.map((seconds, round) => seconds / theirs[round])) };
}

async function firstCard(context, address) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(".card")) return;
      observer.disconnect();
      globalThis.firstCard = performance.now();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(address);
  await page.waitForFunction(() => globalThis.firstCard !== undefined);
  const seconds = (await page.evaluate(() => globalThis.firstCard)) / 1000;
  await page.close();
  return seconds;
}
