// Nothing leaves the browser: every request of whole sessions is looked at.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { dist, drop, example, fixture, open, paste, says, start } from "./browser.mjs";

const running = await start();
after(() => running.close());

/** Everything that a user can do, so that whatever would speak to a network does. */
async function wholeSession(page) {
  const { inputs } = await example("two-signers");
  await drop(page, inputs);
  await says(page, "4 documents");
  await page.locator("#trust-all").click();
  await page.locator("#trust .pair").first().click();
  await page.locator(".certificate > summary").first().click();
  await page.locator("button.field").first().click();
  await page.locator("#bytes-close").click();
  await page.locator("#share").click();
  await page.locator("#share-close").click();
  await page.locator("#save-json").click();
  await paste(page, await fixture("leaf-pkcs8.key"));
  await page.evaluate(() => (location.hash = "#example=spire"));
  await page.locator(".card", { hasText: "default" }).first().waitFor();
  await page.locator("#clear").click();
}

test("the served page asks for its own files and nothing else", async () => {
  const { context, page, requests, complaints } = await open(running.browser, running.address);
  await wholeSession(page);
  assert.ok(!requests.includes(`${running.address}policy.wasm`), "nobody has looked at admission");
  const own = new Set(["", "page.css", "page.js", "signet.wasm", "examples.json"].map((name) => running.address + name));
  const foreign = requests.filter((url) => !own.has(url.split("#")[0]) && !url.startsWith("blob:") && !url.startsWith("data:"));
  assert.deepEqual(foreign, []);
  assert.ok(requests.includes(`${running.address}signet.wasm`), "the test sees requests");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the single file asks for nothing but itself", async () => {
  const { context, page, requests, complaints } = await open(running.browser, running.file);
  await wholeSession(page);
  const foreign = requests.filter((url) => url.split("#")[0] !== running.file && !url.startsWith("blob:") && !url.startsWith("data:"));
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the browser itself refuses what the policy does not name", async () => {
  for (const url of [running.address, running.file]) {
    const { context, page } = await open(running.browser, url);
    const refused = await page.evaluate(async () => {
      const attempts = [
        () => fetch("https://example.com/"),
        () => new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: "https://example.com/a.png" })),
        () => new Promise((resolve, reject) => Object.assign(new WebSocket("wss://example.com/"), { onopen: resolve, onerror: reject })),
      ];
      const results = await Promise.allSettled(attempts.map((attempt) => attempt()));
      return results.map((result) => result.status);
    });
    assert.deepEqual(refused, ["rejected", "rejected", "rejected"], url);
    const [worker] = page.workers();
    const inWorker = await worker.evaluate(() => fetch("https://example.com/").then(() => "sent", () => "refused"));
    assert.equal(inWorker, "refused", `${url}: the Worker lives under the same policy`);
    await context.close();
  }
});

test("neither file names an address of another place", async () => {
  for (const name of ["index.html", "page.js", "page.css", "signet.html"]) {
    const text = await readFile(join(dist, name), "utf8");
    assert.match(name.endsWith(".html") ? text : "default-src 'none'", /default-src 'none'/);
    // The namespace of SVG is a name, not a place.
    const addresses = (text.match(/https?:\/\/[\w.-]+/g) ?? []).filter((one) => one !== "http://www.w3.org");
    assert.deepEqual(addresses, [], name);
  }
});
