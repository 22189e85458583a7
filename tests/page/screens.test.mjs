// The page as it looks. The pictures are kept in target/page, to be looked at; what is asserted is what a
// glance would tell: something is drawn, in every corner, and light is not dark.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { open, root, start } from "./browser.mjs";

const folder = join(root, "target/page");
mkdirSync(folder, { recursive: true });

const running = await start();
after(() => running.close());

const views = {
  welcome: { width: 1280, height: 900 },
  "two-signers": { width: 1280, height: 1100 },
  expired: { width: 1440, height: 1000 },
  "plugged-in-ca": { width: 390, height: 844 },
  spire: { width: 2560, height: 1200 },
};

async function arrange(page, name) {
  if (name === "welcome") return page.locator("#examples a").first().waitFor();
  await page.evaluate((id) => (location.hash = `#example=${id}`), name);
  await page.locator(".card").first().waitFor();
  await page.locator(".certificate > summary").first().click();
  if (name === "two-signers") await page.locator("#trust .pair.no").first().click();
}

for (const [name, viewport] of Object.entries(views)) {
  test(`${name} at ${viewport.width}`, async () => {
    const shades = {};
    for (const colorScheme of ["light", "dark"]) {
      const { context, page } = await open(running.browser, running.address, { viewport, colorScheme });
      await arrange(page, name);
      const picture = await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
      // A picture of nothing compresses to almost nothing.
      assert.ok(picture.length > 15_000, `${picture.length} bytes`);
      shades[colorScheme] = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      await context.close();
    }
    assert.notEqual(shades.light, shades.dark);
  });
}

test("the bytes of a certificate", async () => {
  const { context, page } = await open(running.browser, running.address);
  await arrange(page, "two-signers");
  await page.locator("button.field", { hasText: "SPIFFE ID" }).click();
  await page.locator("#bytes[open]").waitFor();
  await page.screenshot({ path: join(folder, "bytes.png") });
  const { tree, hex } = await page.evaluate(() => ({
    tree: document.querySelector(".asn1").getBoundingClientRect().toJSON(),
    hex: document.querySelector(".hex").getBoundingClientRect().toJSON(),
  }));
  assert.ok(tree.right <= hex.left, "the tree stands beside the bytes");
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
  await page.screenshot({ path: join(folder, "print.png"), fullPage: true });
  await context.close();
});
