// The npm package as somebody gets it: packed, installed in a project of its own, used in Node, checked by
// TypeScript, bundled for a browser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { serve } from "../../wasm/www/serve.mjs";
import { NOW, fixture, root, start } from "./browser.mjs";

const project = mkdtempSync(join(tmpdir(), "signet-package-"));
const run = (program, argv) => execFileSync(program, argv, { cwd: project, encoding: "utf8" });
after(() => rmSync(project, { recursive: true }));

before(() => {
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", project, join(root, "wasm/npm/dist")]));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "scratch", private: true, type: "module" }));
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(project, filename)]);
});

test("the package holds what it names and nothing else", () => {
  const manifest = JSON.parse(readFileSync(join(project, "node_modules/signet-wasm/package.json"), "utf8"));
  const listed = run("ls", ["node_modules/signet-wasm"]).trim().split("\n").sort();
  assert.deepEqual(listed, [...manifest.files, "package.json"].sort());
});

test("Node decodes and verifies with it, and says what it cannot", async () => {
  writeFileSync(join(project, "leaf.pem"), await fixture("leaf.pem"));
  writeFileSync(join(project, "root.pem"), await fixture("root.pem"));
  writeFileSync(
    join(project, "use.mjs"),
    `import { readFileSync } from "node:fs";
     import { decode, verify } from "signet-wasm";
     const { documents } = decode(readFileSync("leaf.pem"), "${NOW}", { file: "leaf.pem" });
     const verdict = verify(readFileSync("leaf.pem", "utf8"), readFileSync("root.pem"), "${NOW}");
     const refused = [];
     for (const call of [() => decode("", "${NOW}"), () => decode("x", "today"), () => decode(7, "${NOW}"), () => decode("x", "${NOW}", { pen: true })]) {
       try { call(); } catch (error) { refused.push(error.message); }
     }
     console.log(JSON.stringify({ role: documents[0].certificates[0].role, file: documents[0].source.file, valid: verdict.valid, refused }));`,
  );
  const { role, file, valid, refused } = JSON.parse(run("node", ["use.mjs"]));
  assert.deepEqual([role, file, typeof valid], ["leaf", "leaf.pem", "boolean"]);
  assert.match(refused[0], /^the input: it is empty; give/);
  assert.match(refused[1], /`today` is not a time/);
  assert.match(refused[2], /neither a string nor a Uint8Array/);
  assert.match(refused[3], /unknown field `pen`/);
});

test("TypeScript knows its answers", () => {
  writeFileSync(join(project, "typed.ts"), `import { decode, type Documents, type Severity } from "signet-wasm";\nconst answer: Documents = decode("x", "${NOW}", { pem: true });\nexport const worst: Severity | undefined = answer.documents[0]?.findings[0]?.severity;\n`);
  writeFileSync(join(project, "wrong.ts"), `import { decode } from "signet-wasm";\nexport const no: number = decode("x", "${NOW}").kind;\n`);
  const tsc = (file) => run(join(root, "wasm/www/node_modules/.bin/tsc"), ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", "--types", "", file]);
  tsc("typed.ts");
  assert.throws(() => tsc("wrong.ts"), (error) => /not assignable to type 'number'/.test(error.stdout), "types that accept everything prove nothing");
});

test("the example for Node runs from where npm put it", () => {
  const printed = run("node", ["node_modules/signet-wasm/examples/node.mjs", "leaf.pem"]);
  assert.match(printed, /^leaf\.pem: leaf spiffe:\/\/\S+ until \d{4}-/m);
});

test("the example for a bundler runs in a browser", async () => {
  const site = join(project, "site");
  const example = join(project, "node_modules/signet-wasm/examples/bundler");
  await build({ entryPoints: [join(example, "app.js")], bundle: true, format: "esm", target: "es2022", outdir: site, logLevel: "silent" });
  copyFileSync(join(example, "index.html"), join(site, "index.html"));
  copyFileSync(join(project, "node_modules/signet-wasm/signet.wasm"), join(site, "signet.wasm"));
  const running = await start();
  const { server, address } = await serve(site, 0);
  try {
    const page = await running.browser.newPage();
    await page.goto(address);
    await page.locator("textarea").fill(await fixture("root.pem"));
    await page.locator("li", { hasText: /^root CN=.* until / }).waitFor();
    await page.locator("textarea").fill("hello");
    await page.locator("li", { hasText: "the input: it holds no certificate" }).waitFor();
  } finally {
    server.close();
    await running.close();
  }
});
