// The view "Admission": what the webhook would do about pasted pods, by the policy's own module.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { manifests, open, root, start } from "./browser.mjs";
import { command } from "./native.mjs";

let running;
before(async () => {
  running = await start();
});
after(() => running.close());

async function opened() {
  const session = await open(running.browser, running.address);
  await session.page.locator("#view-admission").click();
  return session;
}

const given = (page, text) => page.locator("#manifests").fill(text);

test("the module is loaded when somebody looks at admission, and not before", async () => {
  const { context, page, requests, complaints } = await open(running.browser, running.address);
  const policy = `${running.address}policy.wasm`;
  assert.ok(!requests.includes(policy));
  await page.locator("#view-admission").click();
  await given(page, "nothing");
  await page.locator("#decisions .unread").waitFor();
  assert.ok(requests.includes(policy));
  await page.locator("#view-certificates").click();
  await page.locator("#editor").waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("every golden case is shown as the command explains it", async () => {
  const { context, page, complaints } = await opened();
  const fixtures = join(root, "mesh/tests/fixtures/pods");
  // The page decides without settings, as the command does.
  const cases = readdirSync(fixtures).filter((name) => !name.endsWith(".yaml") && !existsSync(join(fixtures, name, "policy.yaml")));
  assert.ok(cases.length >= 30, `${cases.length} cases`);
  for (const name of cases) {
    const all = manifests(name);
    const [item] = JSON.parse(command("explain", "--patch", ...all.flatMap((file) => ["-f", file]))).items;
    await given(page, "");
    await page.locator("#decisions:empty").waitFor({ state: "attached" });
    await given(page, all.map((file) => readFileSync(file, "utf8")).join("\n---\n"));
    const shown = await page.locator(".decision", { hasText: `${item.pod.namespace}/${item.pod.name}` }).last().innerText();
    assert.ok(shown.includes(item.decision.action), `${name}: ${shown}`);
    for (const warning of item.decision.warnings) assert.ok(shown.includes(warning), `${name}: ${shown}`);
    for (const { name: variable, value } of item.environment) assert.ok(shown.includes(`${variable}=${value}`), `${name}: ${shown}`);
    assert.equal(shown.split("\n").filter((line) => line.startsWith("@@ ")).length, item.decision.patch?.length ?? 0, name);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a ProxyConfig that selects nothing is warned about, and a text that is none is named", async () => {
  const { context, page } = await opened();
  await given(page, JSON.stringify({ apiVersion: "networking.istio.io/v1beta1", kind: "ProxyConfig", metadata: { name: "mine", namespace: "foo" }, spec: { selector: {} } }));
  await page.locator(".decision", { hasText: "Leave spec.selector out" }).waitFor();
  await given(page, "{");
  await page.locator("#decisions .unread").waitFor();
  await context.close();
});

/** Goes on with the Tab key until the element is reached. */
async function tabTo(page, selector, key = "Tab") {
  const isThere = () => page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press(key);
    if (await isThere()) return;
  }
  assert.fail(`${selector} is not reached with ${key}`);
}

test("it is walked by keyboard alone, from the empty view to the end of a diff", async () => {
  const { context, page, complaints } = await open(running.browser, running.address, { viewport: { width: 480, height: 600 } });
  await tabTo(page, "#view-admission");
  await page.keyboard.press("Enter");
  await tabTo(page, "#manifests");
  await tabTo(page, "#admission-example");
  await page.keyboard.press("Enter");
  await page.locator(".decision .diff").waitFor();
  assert.ok(await page.locator("#manifests").evaluate((editor) => editor === document.activeElement), "the focus is where the text is");
  assert.ok(await page.locator("#admission-welcome").isHidden());
  await page.locator("#status[role=status]", { hasText: /^1 pod: 1 inject; 0 warnings$/ }).waitFor({ state: "attached" });

  await tabTo(page, ".diff");
  assert.ok(await page.locator(".diff").evaluate((diff) => diff.matches(":focus-visible") && getComputedStyle(diff).outlineStyle !== "none"), "the focus is seen");
  const scrolled = () => page.locator(".diff").evaluate((diff) => diff.scrollLeft);
  assert.equal(await scrolled(), 0);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".diff").scrollLeft > 0);

  // The link for those who would not walk through all of the head leads to what is shown.
  await tabTo(page, "#skip", "Shift+Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, ".diff");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.ok(await page.locator(".decision").first().evaluate((one) => one.contains(document.activeElement)));
  await page.keyboard.press("i");
  assert.equal(await page.evaluate(() => document.activeElement.id), "manifests");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("x");
  await page.locator("#admission-welcome").waitFor();
  assert.equal(await page.locator("#manifests").inputValue(), "");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the example has a pod, a ProxyConfig and a mesh config, and is decided as the command does", async () => {
  const { context, page, complaints } = await opened();
  await page.locator("#admission-example").click();
  await page.locator(".decision .diff").waitFor();
  const file = join(root, "wasm/www/admission.yaml");
  assert.equal(await page.locator("#manifests").inputValue(), readFileSync(file, "utf8"));
  const [item] = JSON.parse(command("explain", "--patch", "-f", file)).items;
  const shown = await page.locator(".decision").innerText();
  assert.ok(shown.includes(`${item.pod.namespace}/${item.pod.name}`) && shown.includes(`signer ${item.signer}`), shown);
  assert.equal(shown.split("\n").filter((line) => line.startsWith("@@ ")).length, item.decision.patch.length);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what is announced is a summary, never the diff", async () => {
  const { context, page } = await opened();
  const bare = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {containers: [{name: app}]}\n---\n- 7\n";
  await given(page, readFileSync(join(root, "wasm/www/admission.yaml"), "utf8") + bare);
  await page.locator("#status", { hasText: /^2 pods: 1 inject, 1 skip; 0 warnings; 1 document not read$/ }).waitFor({ state: "attached" });
  assert.equal(await page.locator("[aria-live], [role=status], [role=alert], [role=log]").locator(".decision").count(), 0);
  await page.locator("#manifests").fill("");
  await page.locator("#status:empty").waitFor({ state: "attached" });
  await context.close();
});

test("the single file decides too, from disk and without asking for anything", async () => {
  const { context, page, requests, complaints } = await open(running.browser, running.file);
  await page.locator("#view-admission").click();
  await given(page, manifests("agent-roots").map((file) => readFileSync(file, "utf8")).join("\n---\n"));
  await page.locator(".decision .diff").waitFor();
  // The Worker is made of the page itself.
  assert.deepEqual(requests.filter((address) => !address.startsWith("blob:")), [running.file]);
  assert.deepEqual(complaints, []);
  await context.close();
});
