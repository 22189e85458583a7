// What a visitor loads, and that it is the same for everyone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { dist, root } from "./browser.mjs";

const gzipped = (name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length;

const MODULE = 320_000;
const PAGE = 60_000;
/** What the policy may weigh, which is loaded when somebody looks at admission. */
const POLICY = 420_000;
/** What the single file may weigh on a disk, with both modules in it. */
const WHOLE = 1_200_000;

test("the module and the page around it are small enough to load", (context) => {
  const module = gzipped("signet.wasm");
  const policy = gzipped("policy.wasm");
  const page = readdirSync(dist).filter((name) => !["signet.wasm", "policy.wasm", "signet.html"].includes(name)).map(gzipped);
  const around = page.reduce((total, one) => total + one, 0);
  context.diagnostic(`module ${module}, page around it ${around}, policy ${policy} bytes, gzipped`);
  assert.ok(module <= MODULE, `the module has ${module} bytes`);
  assert.ok(policy <= POLICY, `the policy has ${policy} bytes`);
  assert.ok(around <= PAGE, `the page has ${around} bytes`);
  const whole = readFileSync(join(dist, "signet.html")).length;
  assert.ok(whole <= WHOLE, `signet.html has ${whole} bytes`);
});

test("built twice from one module, the page has the same bytes", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "signet-dist-"));
  context.after(() => rmSync(folder, { recursive: true }));
  execFileSync("node", [join(root, "wasm/www/build.mjs"), folder]);
  for (const name of readdirSync(dist)) assert.ok(readFileSync(join(folder, name)).equals(readFileSync(join(dist, name))), name);
});

test("no path of the machine that built it is in it", () => {
  for (const name of ["signet.wasm", "signet.html", "page.js"]) {
    const text = readFileSync(join(dist, name)).toString("latin1");
    for (const trace of [`${homedir()}/.`, root, "/registry/src/"]) assert.ok(!text.includes(trace), `${name} has ${trace}`);
  }
});
