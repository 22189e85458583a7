// The page by its accessibility tree: axe-core's rules on every state, in light and dark.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { decide, open, openExample, start } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const running = await start();
after(() => running.close());

async function violations(page) {
  // Evaluated by the debugger, as the page's own policy lets no other script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);
}

const states = {
  empty: async () => {},
  "with findings": async (page) => {
    await openExample(page, "expired");
    await page.locator("#trust .pair").first().waitFor();
  },
  "with everything open": async (page) => {
    await openExample(page, "two-signers");
    await page.locator("#trust-all").click();
    await page.locator(".verdict").first().waitFor();
    await page.locator("#trust .pair").first().click();
    for (const summary of await page.locator(".certificate > summary").all()) await summary.click();
  },
  "with the bytes open": async (page) => {
    await states["with everything open"](page);
    await page.locator("button.field").first().click();
    await page.locator("#bytes[open]").waitFor();
  },
  "with admission to be asked about": async (page) => {
    await page.locator("#view-admission").click();
    await page.locator("#admission-example").waitFor();
  },
  "with what is injected": (page) => decide(page, "ca-containers"),
};

for (const [state, arrange] of Object.entries(states)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${state}, ${colorScheme}: axe-core has nothing to say`, async () => {
      const { context, page } = await open(running.browser, running.address, { colorScheme });
      await arrange(page);
      assert.deepEqual(await violations(page), []);
      await context.close();
    });
  }
}

test("what changes is said in a live region", async () => {
  const { context, page } = await open(running.browser, running.address);
  await openExample(page, "two-signers");
  await page.locator("#status[role=status]", { hasText: "4 documents" }).waitFor();
  await context.close();
});
