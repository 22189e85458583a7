// The page as it looks. The pictures are kept in target/page, to be looked at; each is held against the approved
// one, so that a change of layout is seen. `SIGNET_BLESS=1` approves what is there.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { decide, open, openExample, root, start } from "./browser.mjs";
import { likeness } from "./likeness.mjs";

const folder = join(root, "target/page");
mkdirSync(folder, { recursive: true });

/** The share of a picture that fonts may change. */
const BY_FONTS = 0.05;

const running = await start();
after(() => running.close());
const { approve, differing } = await likeness(running.browser);

const views = {
  welcome: { width: 1280, height: 900 },
  "two-signers": { width: 1280, height: 1100 },
  expired: { width: 1440, height: 1000 },
  "plugged-in-ca": { width: 390, height: 844 },
  drift: { width: 320, height: 800 },
  spire: { width: 2560, height: 1200 },
  admission: { width: 1280, height: 900 },
  "admission-welcome": { width: 390, height: 844 },
};

async function arrange(page, name) {
  if (name === "welcome") return page.locator("#examples a").first().waitFor();
  if (name === "admission-welcome") return page.locator("#view-admission").click();
  if (name === "admission") return decide(page, "ca-containers");
  await openExample(page, name);
  await page.locator(".certificate > summary").first().click();
  if (name === "two-signers") await page.locator("#trust .pair.no").first().click();
  await page.evaluate(() => scrollTo(0, 0));
}

/** Keeps a picture of the page, and holds it against the approved one. */
async function looksAsApproved(page, name, options) {
  const screenshot = await page.screenshot(options);
  writeFileSync(join(folder, `${name}.png`), screenshot);
  if (process.env.SIGNET_BLESS === "1") await approve(name, screenshot);
  const share = await differing(name, screenshot);
  assert.ok(share <= BY_FONTS, `${Math.round(100 * share)} % of target/page/${name}.png looks otherwise than tests/page/screens/${name}.png`);
}

for (const [name, viewport] of Object.entries(views)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${name} at ${viewport.width}, ${colorScheme}`, async () => {
      const { context, page } = await open(running.browser, running.address, { viewport, colorScheme });
      await arrange(page, name);
      await looksAsApproved(page, `${name}-${colorScheme}`);
      await context.close();
    });
  }
}

test("a change of layout is seen, and so is a change of colours", async () => {
  const { context, page } = await open(running.browser, running.address, { viewport: views["two-signers"] });
  await arrange(page, "two-signers");
  const share = async () => differing("two-signers-light", await page.screenshot());
  await page.evaluate(() => (document.querySelector("main").style.direction = "rtl"));
  assert.ok((await share()) > BY_FONTS, "with its columns exchanged");
  await page.evaluate(() => (document.querySelector("main").style.direction = ""));
  await page.evaluate(() => (document.querySelector("#roots").hidden = true));
  assert.ok((await share()) > BY_FONTS, "without the roots");
  await page.evaluate(() => (document.querySelector("#roots").hidden = false));
  await page.emulateMedia({ colorScheme: "dark" });
  assert.ok((await share()) > BY_FONTS, "in dark");
  await context.close();
});

test("the bytes of a certificate", async () => {
  const { context, page } = await open(running.browser, running.address);
  await arrange(page, "two-signers");
  await page.locator("button.field", { hasText: "SPIFFE ID" }).click();
  await page.locator("#bytes[open]").waitFor();
  await looksAsApproved(page, "bytes");
  await context.close();
});

test("on paper every certificate has its facts", async () => {
  const { context, page } = await open(running.browser, running.address);
  await arrange(page, "plugged-in-ca");
  await page.evaluate(() => (globalThis.print = () => (document.title = "printed")));
  await page.locator("#print").click();
  await page.waitForFunction(() => document.title === "printed");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".certificate:not([open])").count(), 0);
  assert.ok(await page.locator("#editor").isHidden());
  await looksAsApproved(page, "print", { fullPage: true });
  await context.close();
});
