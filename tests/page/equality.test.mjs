// The engine is one: what the module answers in Node is what the command prints.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { verify } from "../../wasm/npm/dist/node.js";
import { NOW, root } from "./browser.mjs";
import { assertSameDecode, command } from "./native.mjs";

const scratch = mkdtempSync(join(tmpdir(), "signet-equality-"));
after(() => rmSync(scratch, { recursive: true }));

function files(folder) {
  return readdirSync(folder).map((name) => join(folder, name)).flatMap((path) => (statSync(path).isDirectory() ? files(path) : [path]));
}

test("every fixture decodes to what the command prints", () => {
  const all = [...files(join(root, "certs/tests/fixtures")), ...files(join(root, "tests/fixtures"))];
  assert.ok(all.length > 15, `${all.length} fixtures`);
  for (const file of all) for (const now of [NOW, "2019-01-01T00:00:00Z", "2060-01-01T00:00:00Z"]) assertSameDecode(file, now);
});

test("every example of the page decodes to what the command prints", () => {
  const examples = JSON.parse(readFileSync(join(root, "wasm/www/examples.json"), "utf8"));
  for (const { inputs } of examples) {
    for (const { name, text } of inputs) {
      writeFileSync(join(scratch, name), text);
      assertSameDecode(join(scratch, name));
    }
  }
});

test("leaves verify to what the command prints, with every usage and name", () => {
  const at = (name) => join(root, "certs/tests/fixtures", name);
  const leaves = ["leaf.pem", "ec-leaf.pem", "ed25519-leaf.pem", "sha1.pem", "v1.pem", "weak-key.pem"];
  for (const leaf of leaves) {
    for (const roots of ["root.pem", "intermediate.pem"]) {
      for (const options of [{}, { usage: "server" }, { usage: "client", name: "spiffe://cluster.local/ns/foo/sa/httpbin" }, { name: "a.example" }]) {
        for (const intermediates of [undefined, "intermediate.pem"]) {
          const argv = ["verify", "--roots", at(roots), "--at", NOW, ...(intermediates ? ["--intermediates", at(intermediates)] : [])];
          if (options.usage) argv.push("--usage", options.usage);
          if (options.name) argv.push("--name", options.name);
          const expected = JSON.parse(command(...argv, at(leaf)));
          const given = intermediates && readFileSync(at(intermediates));
          const answer = verify(readFileSync(at(leaf)), readFileSync(at(roots)), NOW, options, given);
          assert.deepEqual(answer, expected, `${leaf} ${roots} ${JSON.stringify(options)}`);
        }
      }
    }
  }
});
