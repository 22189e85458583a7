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
