// A real Chromium with the page in it, which notes what it asks for and what it complains about.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "../../wasm/www/serve.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const dist = join(root, "wasm/www/dist");

/** The first moment of the embedded mesh; its certificates are valid then. */
export const NOW = "2026-11-24T09:00:00Z";

// With a window Chromium loads pages of its own, for what it shows below the address; on two cores they take a third from
// what is measured. The others are those of Playwright's that matter here: of two lists, Chromium takes the last.
const OFF = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"].concat(
  ["AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"],
  ["LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"],
);
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", `--disable-features=${OFF}`];

/** The path of Chromium; a missing one fails with how to get it. */
function executable() {
  const named = process.env.CHROMIUM ?? execFileSync("sh", ["-c", "command -v chromium || true"], { encoding: "utf8" }).trim();
  if (!named || !existsSync(named)) throw new Error("Chromium is missing; run `make setup-page`, or name one in CHROMIUM");
  return named;
}

/** Starts Chromium and a server of the built page; `close` ends both. */
export async function start() {
  if (!existsSync(join(dist, "signet.html"))) throw new Error("the page is not built; run `make page`");
  const browser = await chromium.launch({ executablePath: executable(), args: FLAGS });
  const { server, address } = await serve(dist, 0);
  return {
    browser,
    address,
    file: pathToFileURL(join(dist, "signet.html")).href,
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/**
 * The page, opened and ready. `requests` and `complaints` (console errors, failed requests, broken
 * promises) fill up while it lives.
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  return { context, page, requests, complaints };
}

/** `test` for a file whose tests have the page for themselves each, and leave its console clean. */
export async function testsOfThePage() {
  const running = await start();
  after(() => running.close());
  return (name, body) =>
    test(name, async () => {
      const session = await open(running.browser, running.address);
      try {
        await body({ ...session, running });
        assert.deepEqual(session.complaints, [], "the console is clean");
      } finally {
        await session.context.close();
      }
    });
}

/**
 * Opens the page anew with so many Workers to be killed, one after the other, from a frame after the next drop on:
 * each as soon as it takes questions, which is when the page waits for its lock.
 */
export async function killAtDrop(page, times) {
  await page.addInitScript((times) => {
    const started = [];
    globalThis.Worker = class extends Worker {
      constructor(...given) {
        super(...given);
        started.push(this);
      }
    };
    const killed = new Set();
    const alive = async () => (await navigator.locks.query()).pending.find(({ name }) => !killed.has(name))?.name;
    addEventListener("drop", async () => {
      await new Promise(requestAnimationFrame);
      while (killed.size < times) {
        const name = await alive();
        if (name === undefined) continue;
        killed.add(name);
        started.at(-1).terminate();
      }
    });
  }, times);
  await page.reload();
  await page.waitForSelector("html[data-ready]");
}

/** Pastes a text into the editor, as a user does with Ctrl-V. */
export async function paste(page, text) {
  await page.locator("#editor").focus();
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** Drops files anywhere on the page. */
export async function drop(page, files) {
  await page.evaluate((dropped) => {
    const data = new DataTransfer();
    for (const { name, text, size } of dropped) {
      data.items.add(new File([size === undefined ? text : new Uint8Array(size)], name));
    }
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, files);
}

/** Opens an example by its address, and waits for its first card. */
export async function openExample(page, id) {
  await page.evaluate((hash) => (location.hash = hash), `#example=${id}`);
  await page.locator(".card").first().waitFor();
}

/** Waits until the summary says this. */
export async function says(page, words) {
  await page.locator("#summary", { hasText: words }).waitFor();
}

/** Judges at a time, by the field. */
export async function travel(page, time) {
  await page.locator("#time").fill(time.replace("Z", ""));
  await page.locator("#time").dispatchEvent("change");
}

export const example = async (id) => {
  const examples = JSON.parse(await readFile(join(root, "wasm/www/examples.json"), "utf8"));
  return examples.find((one) => one.id === id);
};

export const fixture = (name) => readFile(join(root, "certs/tests/fixtures", name), "utf8");

/** The manifests of a golden case of admission, file by file. */
export function manifests(name) {
  const folder = join(root, "mesh/tests/fixtures/pods");
  const own = join(folder, name, "mesh.yaml");
  return [existsSync(own) ? own : join(folder, "mesh.yaml"), join(folder, name, "proxyconfigs.yaml"), join(folder, name, "pod.yaml")];
}

/** Looks at admission with the manifests of a golden case. */
export async function decide(page, name) {
  const texts = await Promise.all(manifests(name).map((file) => readFile(file, "utf8")));
  await page.locator("#view-admission").click();
  await page.locator("#manifests").fill(texts.join("\n---\n"));
  await page.locator(".decision").first().waitFor();
}
