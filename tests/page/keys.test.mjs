// A private key is recognised and compared, and never anywhere a person or another program could read it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { drop, fixture, killAtDrop, open, paste, says, start } from "./browser.mjs";
import { dump } from "./dump.mjs";

const running = await start();
after(() => running.close());

/** Pieces of a key's text that must be nowhere: long enough to be there by no accident. */
function pieces(pem) {
  const body = pem.split("\n").filter((line) => line && !line.startsWith("-----")).join("");
  const plain = [body.slice(0, 24), body.slice(40, 64), body.slice(-28)];
  const der = Buffer.from(body, "base64");
  const again = Buffer.from(pem).toString("base64");
  return [...plain, der.toString("hex").slice(40, 80), again.slice(80, 120), again.slice(200, 240)].filter((piece) => piece.length > 15);
}

/** Everything of the page that can be read from outside of its memory. */
async function everything(page, context) {
  const inside = await page.evaluate(async () => {
    const fields = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
    const databases = await indexedDB.databases?.().catch(() => []);
    const caches = await globalThis.caches?.keys().catch(() => []);
    return JSON.stringify([document.documentElement.outerHTML, fields, location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie, databases, caches, document.title]);
  });
  return inside + JSON.stringify(await context.storageState());
}

async function assertNowhere(key, page, context, when) {
  const all = await everything(page, context);
  for (const piece of pieces(key)) assert.ok(!all.includes(piece), `${when}: a piece of the key is there`);
}

async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
  const folder = mkdtempSync(join(tmpdir(), "signet-page-"));
  await download.saveAs(join(folder, "saved"));
  const text = readFileSync(join(folder, "saved"), "utf8");
  rmSync(folder, { recursive: true });
  return text;
}

const secret = (crt, key) =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: foo}\ntype: kubernetes.io/tls\ndata:\n  tls.crt: ${Buffer.from(crt).toString("base64")}\n  tls.key: ${Buffer.from(key).toString("base64")}\n`;

for (const name of ["leaf-pkcs8.key", "leaf-pkcs1.key", "ec-sec1.key", "ed25519.key", "leaf-encrypted.key", "leaf-rfc1421.key"]) {
  test(`${name}: pasted, it is named and nowhere to be read`, async () => {
    const { context, page, complaints } = await open(running.browser, running.address);
    const key = await fixture(name);
    await paste(page, key);
    await page.locator(".key", { hasText: "private key" }).waitFor();
    await assertNowhere(key, page, context, "after the paste");
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a Secret's key is compared with its certificate, and nothing of it gets out by any action", async () => {
  const { context, page } = await open(running.browser, running.address);
  const [crt, key] = [await fixture("leaf.pem"), await fixture("leaf-pkcs8.key")];
  await paste(page, secret(crt, key));
  await page.locator(".key", { hasText: "belongs to certificate" }).waitFor();
  assert.ok(await page.locator("#editor").evaluate((editor) => editor.readOnly), "what would show the key cannot be edited");
  await assertNowhere(key, page, context, "after the paste");

  for (const button of ["#save-json", "#save-pem"]) {
    const text = await saved(page, button);
    for (const piece of pieces(key)) assert.ok(!text.includes(piece), button);
  }
  await page.locator("#share").click();
  await page.locator("#share-dialog[open]").waitFor();
  assert.match(await page.locator("#share-words").innerText(), /held a private key/);
  assert.equal(await page.locator("#share-link").inputValue(), "");
  await page.locator("#share-close").click();
  await page.locator(".certificate > summary").first().click();
  await page.locator("button.field").first().click();
  await assertNowhere(key, page, context, "with the bytes open");
  await page.locator("#bytes-close").click();
  await page.locator("#clear").click();
  await assertNowhere(key, page, context, "after it was forgotten");
  await context.close();
});

test("a key that is typed is taken out of the editor", async () => {
  const { context, page } = await open(running.browser, running.address);
  const key = await fixture("ec-pkcs8.key");
  await page.locator("#editor").fill(key);
  await page.locator(".key", { hasText: "private key, ec 256" }).waitFor();
  await page.waitForFunction(() => document.querySelector("#editor").readOnly);
  await assertNowhere(key, page, context, "after it was typed");
  await context.close();
});

test("a torn key and a key of an unknown kind are taken out too", async () => {
  const { context, page } = await open(running.browser, running.address);
  const key = await fixture("leaf-pkcs8.key");
  for (const input of [key.slice(0, 600), key.replaceAll("PRIVATE KEY", "STRANGE PRIVATE KEY")]) {
    await paste(page, input);
    await page.waitForFunction(() => document.querySelector("#editor").readOnly);
    await assertNowhere(key.slice(0, 560), page, context, input.slice(0, 40));
    await page.locator("#clear").click();
  }
  await context.close();
});

test("a dropped file with a key is not shown, and a restarted engine still is without it", async () => {
  const { context, page } = await open(running.browser, running.file);
  const [crt, key] = [await fixture("leaf.pem"), await fixture("leaf-pkcs8.key")];
  await drop(page, [{ name: "both.pem", text: crt + key }]);
  await says(page, "1 private key (not shown)");
  await assertNowhere(key, page, context, "after the drop");
  await page.workers()[0].evaluate(() => self.close()).catch(() => {});
  await page.locator("#notice", { hasText: "started again" }).waitFor();
  await says(page, "1 certificate");
  await page.locator("#share").click();
  await page.locator("#share-dialog[open]").waitFor();
  assert.match(await page.locator("#share-words").innerText(), /held a private key/, "what held a key still counts");
  await assertNowhere(key, page, context, "after the restart");
  await context.close();
});

test("a file with a key in which two Workers died is given up, and not shown", async () => {
  const { context, page } = await open(running.browser, running.address);
  await killAtDrop(page, 2);
  const key = await fixture("leaf-pkcs8.key");
  await drop(page, [{ name: "large.json", text: dump({ note: key }, 30e6) }]);
  await page.locator("#editor-note", { hasText: "large.json: the engine ended before it answered" }).waitFor();
  assert.equal(await page.locator("#editor").inputValue(), "");
  await assertNowhere(key, page, context, "after it was given up");
  await page.locator("#new-input").click();
  await paste(page, await fixture("root.pem"));
  await says(page, "1 certificate");
  await context.close();
});

test("the pieces that are looked for are those of the key", async () => {
  const key = await fixture("leaf-pkcs8.key");
  const text = execFileSync("base64", ["-w0"], { input: key, encoding: "utf8" });
  const found = pieces(key).filter((piece) => (key.replaceAll("\n", "") + text).includes(piece));
  assert.ok(found.length >= 5, "a test that looks for nothing proves nothing");
});
