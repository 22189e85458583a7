// What a user does with the page, done as a user does it.

import assert from "node:assert/strict";
import { NOW, drop, example, fixture, killAtDrop, open, openExample, paste, says, testsOfThePage, travel } from "./browser.mjs";
import { dump } from "./dump.mjs";

const test = await testsOfThePage();

const cards = (page) => page.locator(".card");

test("a pasted chain is shown from leaf to root with its facts", async ({ page }) => {
  const { inputs } = await example("plugged-in-ca");
  await travel(page, NOW);
  await paste(page, inputs[0].text);
  await says(page, "2 documents, 4 certificates");
  const roles = await cards(page).first().locator(".certificate .role").allTextContents();
  assert.deepEqual(roles, ["leaf", "intermediate", "root"]);
  const leaf = cards(page).first().locator(".certificate").first();
  await leaf.locator("summary").click();
  await leaf.locator("dt", { hasText: "SPIFFE ID" }).waitFor();
  assert.match(await leaf.locator("dl").innerText(), /spiffe:\/\/cluster\.local\/ns\/legacy\/sa\/billing/);
});

test("what is typed is decoded while it is typed", async ({ page }) => {
  const pem = await fixture("leaf.pem");
  await page.locator("#editor").fill(pem.slice(0, -40));
  await page.locator(".finding", { hasText: "unreadable" }).waitFor();
  await page.locator("#editor").fill(pem);
  await says(page, "1 document, 1 certificate");
  await page.locator(".finding code", { hasText: "unreadable" }).waitFor({ state: "detached" });
});

test("files dropped anywhere are inputs of their own, and can be taken away", async ({ page }) => {
  const { inputs } = await example("two-signers");
  await drop(page, inputs);
  await says(page, "4 documents");
  assert.equal(await page.locator("#inputs li").count(), 2);
  await page.locator("#inputs .remove").first().click();
  await says(page, "2 documents");
});

test("files are opened with the file picker", async ({ page }) => {
  const text = await fixture("root.pem");
  await page.locator("#files").setInputFiles([{ name: "root.pem", mimeType: "text/plain", buffer: Buffer.from(text) }]);
  await says(page, "1 document");
  assert.equal(await page.locator("#editor").inputValue(), text);
});

test("roots that are marked as trusted decide the verdict", async ({ page }) => {
  await openExample(page, "plugged-in-ca");
  assert.equal(await page.locator(".chain .verdict").count(), 0, "without a trusted root there is no verdict");
  await page.locator("#roots input[type=checkbox]").first().check();
  await page.locator(".chain .verdict.yes").first().waitFor();
  await page.locator("#roots input[type=checkbox]").first().uncheck();
  await page.locator(".chain .verdict").first().waitFor({ state: "detached" });
});

test("another root refuses with the reason of the command", async ({ page }) => {
  await openExample(page, "two-signers");
  await page.locator("#roots li", { hasText: "CN=foo" }).locator("input").check();
  const no = page.locator(".verdict.no").first();
  await no.waitFor();
  assert.match(await no.innerText(), /untrusted-root/);
});

test("who trusts whom is a matrix, and each pair has its reason", async ({ page }) => {
  await openExample(page, "two-signers");
  await page.locator("#trust .pair").first().waitFor();
  const verdicts = await page.locator("#trust .pair").evaluateAll((pairs) => pairs.map((pair) => pair.getAttribute("aria-label").split(": ").at(-1)));
  assert.deepEqual(verdicts, ["yes", "no", "no", "yes"]);
  await page.locator("#trust .pair.no").first().click();
  await page.locator("#trust-reason", { hasText: "untrusted-root" }).waitFor();
});

test("time travel changes the verdicts, and now brings them back", async ({ page }) => {
  await openExample(page, "two-signers");
  await says(page, "0 errors");
  await travel(page, "2027-01-01T00:00:00Z");
  await page.locator(".finding code", { hasText: "expired" }).first().waitFor();
  await travel(page, "2020-01-01T00:00:00Z");
  await page.locator(".finding code", { hasText: "not-yet-valid" }).first().waitFor();
  await page.locator("#time-now").click();
  assert.equal(await page.locator("#time-now").getAttribute("aria-pressed"), "true");
});

test("the slider travels with keys alone", async ({ page }) => {
  await openExample(page, "two-signers");
  await page.locator("#time-slider").focus();
  await page.keyboard.press("End");
  await page.locator(".finding code", { hasText: "expired" }).first().waitFor();
});

test("ASN.1 elements and bytes lead to each other, from any field", async ({ page }) => {
  await openExample(page, "two-signers");
  const leaf = page.locator(".certificate").first();
  await leaf.locator("summary").click();
  await leaf.locator("button.field", { hasText: "SPIFFE ID" }).click();
  const chosen = page.locator("#bytes [aria-selected=true] > .line");
  await chosen.waitFor();
  assert.match(await chosen.innerText(), /subjectAltName/);
  assert.ok((await page.locator("#bytes .hex .value").count()) > 10, "its bytes are marked");
  await page.locator("#bytes .hex .row").first().locator("span").nth(1).click();
  assert.match(await chosen.innerText(), /Certificate/);
  await page.keyboard.press("ArrowDown");
  assert.match(await chosen.innerText(), /tbsCertificate/);
  const status = await page.locator("#bytes .status").innerText();
  assert.match(status, /^tbsCertificate: bytes 4 to/);
  await page.keyboard.press("Escape");
  await page.locator("#bytes").waitFor({ state: "hidden" });
});

test("a chain in the wrong order is said with what to do", async ({ page }) => {
  await openExample(page, "out-of-order");
  const finding = page.locator(".finding", { hasText: "chain-out-of-order" });
  await finding.waitFor();
  assert.match(await finding.innerText(), /Reorder the chain/);
});

test("what is saved is what the command prints, without a key", async ({ page }) => {
  await openExample(page, "two-signers");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save-json").click()]);
  const saved = JSON.parse(await text(download));
  assert.equal(saved.kind, "Documents");
  assert.equal(saved.documents.length, 4);
  const [pem] = await Promise.all([page.waitForEvent("download"), page.locator("#save-pem").click()]);
  assert.match(await text(pem), /^# tlsCertificate default/);
});

test("a link carries certificates, trust and time, and opens to the same", async ({ page, running }) => {
  await openExample(page, "plugged-in-ca");
  await page.locator("#roots input[type=checkbox]").first().check();
  await page.locator(".verdict.yes").first().waitFor();
  await page.locator("#share").click();
  await page.locator("#share-dialog[open]").waitFor();
  const link = await page.locator("#share-link").inputValue();
  assert.ok(link.startsWith(`${running.address}#share=`), link.slice(0, 60));
  assert.equal(await page.evaluate(() => location.hash), "#example=plugged-in-ca", "the address is as it was");
  const other = await open(running.browser, link);
  await other.page.locator(".verdict.yes").first().waitFor();
  assert.match(await other.page.locator("#summary").innerText(), /at 2026-11-24T09:00:00Z/);
  await other.context.close();
});

test("a damaged link is said to be one", async ({ page }) => {
  await page.evaluate(() => (location.hash = "#share=AAAA"));
  await page.locator("#status", { hasText: "This link is damaged" }).waitFor();
});

test("an answer that is only an error is told apart from those beside it", async ({ page }) => {
  await openExample(page, "unreachable");
  await says(page, "2 documents");
  assert.match(await page.locator("#errors").innerText(), /orders\.txt: it holds no certificate, key or request: .*text/);
  assert.equal(await page.locator("#inputs li.broken").count(), 1);
});

test("every example opens by its address", async ({ page }) => {
  const ids = await page.locator("#examples a").evaluateAll((links) => links.map((link) => link.hash));
  assert.ok(ids.length >= 12, `${ids}`);
  for (const hash of ids) {
    await page.evaluate((to) => (location.hash = to), hash);
    await cards(page).first().waitFor();
    await page.locator("#clear").click();
    await page.locator("#welcome").waitFor();
  }
});

test("keys lead through the page without a mouse", async ({ page }) => {
  await openExample(page, "two-signers");
  await page.locator("body").click({ position: { x: 2, y: 2 } });
  await page.keyboard.press("j");
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("card")));
  await page.keyboard.press("?");
  await page.locator("#keys[open]").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  assert.equal(await page.evaluate(() => document.activeElement.id), "editor");
  const summary = page.locator(".certificate > summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.locator(".certificate[open] dl").first().waitFor();
});

test("what is open and where the focus is stays when something changes", async ({ page }) => {
  await openExample(page, "two-signers");
  const summary = page.locator(".certificate > summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  const id = await summary.evaluate((element) => element.id);
  await travel(page, "2026-11-24T10:00:00Z");
  await says(page, "at 2026-11-24T10:00:00Z");
  assert.ok(await page.locator(`#${id}`).evaluate((element) => element.parentElement.open));
});

test("a Worker that dies while it waits is started again with the inputs", async ({ page }) => {
  await paste(page, await fixture("leaf.pem"));
  await says(page, "1 certificate");
  const [worker] = page.workers();
  await worker.evaluate(() => self.close()).catch(() => {});
  await paste(page, `\n${await fixture("root.pem")}`);
  await says(page, "2 certificates");
  assert.equal(page.workers().length, 1);
});

test("a Worker that is killed in mid-work is started again, and the work is done", async ({ page }) => {
  await killAtDrop(page, 1);
  await paste(page, await fixture("leaf.pem"));
  await says(page, "1 certificate");
  const { inputs } = await example("two-signers");
  // Large enough that no machine has read it within a frame.
  await drop(page, [{ name: "dump.json", text: dump(JSON.parse(inputs[0].text), 30e6) }]);
  await page.locator("#notice", { hasText: "started again" }).waitFor();
  await says(page, "3 documents");
  assert.equal(page.workers().length, 1);
});

test("dark and light follow the system until they are chosen", async ({ page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await ground();
  await page.emulateMedia({ colorScheme: "light" });
  const light = await ground();
  assert.notEqual(dark, light);
  await page.locator("#theme").click();
  assert.equal(await ground(), dark);
});

test("nothing is wider than the window from 320 px to 4k", async ({ page }) => {
  await openExample(page, "plugged-in-ca");
  for (const details of await page.locator(".certificate > summary").all()) await details.click();
  for (const width of [320, 375, 768, 1280, 1920, 3840]) {
    await page.setViewportSize({ width, height: 900 });
    const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
    assert.ok(scroll <= client, `${width}: ${scroll} > ${client}`);
  }
});

async function text(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
