// Inputs that nobody means well with, and inputs that are simply wrong.

import assert from "node:assert/strict";
import { drop, fixture, paste, says, testsOfThePage } from "./browser.mjs";

const test = await testsOfThePage();

const ATTACK = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

/** A ConfigMap with these words wherever words can stand. */
const object = (words, pem) => JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: words, namespace: words }, data: { [words]: pem, broken: `-----BEGIN CERTIFICATE-----\n${words}\n-----END CERTIFICATE-----` } });

async function isText(page) {
  assert.equal(await page.evaluate(() => document.querySelectorAll("main img, main script, main iframe").length), 0);
  assert.doesNotMatch(await page.title(), /owned/);
}

test("HTML and script in every name stay text", async ({ page }) => {
  await paste(page, object(ATTACK, await fixture("leaf.pem")));
  await says(page, "1 document");
  await drop(page, [{ name: `${ATTACK}.pem`, text: await fixture("root.pem") }]);
  await says(page, "2 documents");
  assert.match(await page.locator(".card h3").first().innerText(), /<img src=x/);
  await isText(page);
});

test("names that turn the direction are shown as code points", async ({ page }) => {
  await paste(page, object("safe\u202Eexe.drawkcab", await fixture("leaf.pem")));
  await says(page, "1 document");
  const heading = await page.locator(".card h3").innerText();
  assert.match(heading, /safe⟨U\+202E⟩exe/);
  assert.ok(!(await page.locator("#results").innerText()).includes("\u202E"));
});

test("right-to-left names are kept apart from what surrounds them", async ({ page }) => {
  await paste(page, object("שלום", await fixture("leaf.pem")));
  await page.locator(".card h3 bdi", { hasText: "שלום" }).waitFor();
});

test("what holds no certificate is said to be what it is", async ({ page }) => {
  for (const [text, words] of [
    ["<!doctype html><p>x</p>", "looks like HTML"],
    ["hello", "text without any certificate"],
    ['{"a": 1}', "JSON without any certificate"],
  ]) {
    await paste(page, text);
    await page.locator("#errors", { hasText: words }).waitFor();
    await page.locator("#clear").click();
  }
  await drop(page, [{ name: "zeros.bin", size: 4096 }]);
  await page.locator("#errors", { hasText: "zeros.bin" }).waitFor();
});

test("200 MB are refused before they are read", async ({ page }) => {
  const began = Date.now();
  await drop(page, [{ name: "huge.bin", size: 200 * 1024 * 1024 }]);
  await page.locator("#editor-note", { hasText: "more than the limit of 64 MiB" }).waitFor();
  assert.ok(Date.now() - began < 10_000);
  await paste(page, await fixture("leaf.pem"));
  await says(page, "1 certificate");
});

test("a thousand files are read, and the page answers meanwhile", async ({ page }) => {
  const pem = await fixture("leaf.pem");
  await drop(page, Array.from({ length: 1000 }, (_, index) => ({ name: `${index}.pem`, text: pem })));
  await says(page, "1,000 documents");
  assert.ok((await page.locator("#inputs li").count()) <= 101, "not every one is listed");
  assert.ok((await page.locator(".card").count()) <= 20, "not every one is drawn");
  await page.locator("#more-documents").click();
  await page.locator(".card").nth(25).waitFor();
});

test("a broken block is a finding, and the rest is read", async ({ page }) => {
  await paste(page, (await fixture("leaf.pem")).replace("MII", "M!I") + (await fixture("root.pem")));
  await says(page, "1 certificate");
  await page.locator(".finding code", { hasText: "unreadable" }).waitFor();
});

test("a damaged or foreign fragment does no harm", async ({ page }) => {
  for (const hash of ["#share=%00", "#example=../../x", "#<script>", "#share="]) {
    await page.evaluate((to) => (location.hash = to), hash);
  }
  await paste(page, await fixture("leaf.pem"));
  await says(page, "1 certificate");
});

test("a link cannot bring what is no certificate", async ({ page }) => {
  const packed = await page.evaluate(async () => {
    const json = JSON.stringify({ pem: "<script>document.title='owned'</script>", trusted: [], time: "2026-11-24T09:00:00Z" });
    const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  });
  await page.evaluate((to) => (location.hash = `#share=${to}`), packed);
  await page.locator("#errors", { hasText: "holds no certificate" }).waitFor();
  await isText(page);
});

test("without WebAssembly the page says so", async ({ running }) => {
  const context = await running.browser.newContext();
  await context.addInitScript(() => delete globalThis.WebAssembly);
  const bare = await context.newPage();
  await bare.goto(running.address);
  await bare.locator("#unsupported", { hasText: "needs WebAssembly" }).waitFor();
  await context.close();
});

test("without JavaScript the page says so", async ({ running }) => {
  const context = await running.browser.newContext({ javaScriptEnabled: false });
  const bare = await context.newPage();
  await bare.goto(running.address);
  // An element there only for who has no JavaScript; for others it is a text that is never shown.
  await bare.locator("noscript p", { hasText: "needs JavaScript" }).waitFor({ state: "attached" });
  await context.close();
});
