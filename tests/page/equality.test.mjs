// The engine is one: what the module answers in Node is what the command prints, to the byte.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { decode, verify } from "../../wasm/npm/dist/node.js";
import { NOW, root } from "./browser.mjs";

const signet = process.env.SIGNET_BIN;
if (!signet || !existsSync(signet)) throw new Error("SIGNET_BIN names no program; run the tests with `make test-page`");

const scratch = mkdtempSync(join(tmpdir(), "signet-equality-"));
after(() => rmSync(scratch, { recursive: true }));

/** What the command prints, whatever its exit code says about the answer. */
function command(...argv) {
  try {
    return execFileSync(signet, [...argv, "-o", "json"], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    if (error.status === 1) return error.stdout;
    return { refused: error.stderr };
  }
}

function assertSameDecode(file, now = NOW) {
  const expected = command("decode", "--now", now, file);
  let answer;
  try {
    answer = decode(readFileSync(file), now, { file });
  } catch (error) {
    assert.ok(expected.refused, `${file}: the command answers, the module says ${error.message}`);
    const reason = error.message.split("; give an input")[0];
    assert.ok(expected.refused.includes(reason), `${file}: ${expected.refused} is not ${reason}`);
    return;
  }
  assert.deepEqual(answer, JSON.parse(expected), file);
}

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

test("x509-limbo verifies and decodes to what the command prints", { skip: process.env.SIGNET_CORPORA ? false : "SIGNET_CORPORA is not set; `make test-corpora` runs it" }, () => {
  const limbo = JSON.parse(readFileSync(join(process.env.SIGNET_CORPORA, "x509-limbo/limbo.json"), "utf8"));
  let compared = 0;
  for (const one of limbo.testcases) {
    const file = (name, text) => {
      writeFileSync(join(scratch, name), text);
      return join(scratch, name);
    };
    const leaf = file("leaf.pem", one.peer_certificate);
    assertSameDecode(leaf);
    if (one.trusted_certs.length === 0) continue;
    const at = one.validation_time ? new Date(one.validation_time).toISOString().replace(".000", "") : NOW;
    const roots = file("roots.pem", one.trusted_certs.join("\n"));
    const argv = ["verify", "--roots", roots, "--at", at, "--usage", "server"];
    const intermediates = one.untrusted_intermediates.join("\n");
    if (intermediates) argv.push("--intermediates", file("intermediates.pem", intermediates));
    const name = one.expected_peer_name?.value;
    if (name) argv.push("--name", name);
    const expected = command(...argv, leaf);
    if (expected.refused) continue;
    const answer = verify(one.peer_certificate, one.trusted_certs.join("\n"), at, { usage: "server", ...(name && { name }) }, intermediates || undefined);
    assert.deepEqual(answer, JSON.parse(expected), one.id);
    compared += 1;
  }
  assert.ok(compared > 150, `only ${compared} were compared`);
});
