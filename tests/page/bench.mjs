// How fast the page is, in one browser run: the engine against @peculiar/x509 on the same certificates,
// 10 MB in the Worker while the page answers, and the way from a cold start to the first card.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { NOW, example, fixture, open, root, start } from "./browser.mjs";

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

const running = await start();
const results = {};
try {
  results.timesAsFastAsPeculiar = await againstPeculiar();
  Object.assign(results, await tenMegabytes());
  results.coldStartSeconds = await coldStart();
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
      for (let round = 0; round < 7; round++) {
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

/** A config dump of 10 MB as a large mesh has it: much that is no certificate, and two secrets. */
async function tenMegabytes() {
  const { inputs } = await example("two-signers");
  const secrets = JSON.parse(inputs[0].text);
  const cluster = { name: "outbound|9080||reviews.shop.svc.cluster.local", type: "EDS", metadata: { filter_metadata: { istio: { services: [{ host: "reviews.shop.svc.cluster.local", name: "reviews", namespace: "shop" }] } } }, circuit_breakers: { thresholds: [{ max_connections: 4294967295, track_remaining: true }] } };
  const configs = [
    { "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", dynamic_active_clusters: Array.from({ length: 33_000 }, () => ({ cluster })) },
    { "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump", ...secrets },
  ];
  const text = JSON.stringify({ configs });
  const rounds = [];
  for (let round = 0; round < 5; round++) {
    const { page, context } = await open(running.browser, running.address);
    rounds.push(
      await page.evaluate(async (dump) => {
        // How long the page is deaf at worst, and how long the Worker takes from the drop to the summary.
        let longest = 0;
        let last = performance.now();
        const tick = setInterval(() => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
        }, 4);
        const data = new DataTransfer();
        data.items.add(new File([dump], "dump.json"));
        const began = performance.now();
        last = began;
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        await new Promise((resolve) => {
          const look = () => (document.querySelector("#summary")?.textContent.includes("2 documents") ? resolve() : requestAnimationFrame(look));
          look();
        });
        const seconds = (performance.now() - began) / 1000;
        clearInterval(tick);
        return { seconds, longest: longest / 1000 };
      }, text),
    );
    await context.close();
  }
  console.log(`the dump has ${(text.length / 1e6).toFixed(1)} MB`);
  return { tenMegabytesSeconds: median(rounds.map((one) => one.seconds)), longestPauseSeconds: median(rounds.map((one) => one.longest)) };
}

/** From the start of the navigation to the first card, with an example in the address. */
async function coldStart() {
  const rounds = [];
  for (let round = 0; round < 7; round++) {
    const context = await running.browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector(".card")) return;
        observer.disconnect();
        globalThis.firstCard = performance.now();
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(`${running.address}#example=k8s-signer`);
    await page.waitForFunction(() => globalThis.firstCard !== undefined);
    rounds.push((await page.evaluate(() => globalThis.firstCard)) / 1000);
    await context.close();
  }
  return median(rounds);
}
