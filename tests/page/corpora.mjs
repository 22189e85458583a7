// The engine is one, on certificates that no one here wrote. `make test-corpora` runs it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { verify } from "../../wasm/npm/dist/node.js";
import { NOW } from "./browser.mjs";
import { assertSameDecode, command } from "./native.mjs";

const corpora = process.env.SIGNET_CORPORA;
if (!corpora) throw new Error("SIGNET_CORPORA is not set; point it at the folder with the corpora, as `make test-corpora` does");

const scratch = mkdtempSync(join(tmpdir(), "signet-equality-"));
after(() => rmSync(scratch, { recursive: true }));

test("x509-limbo verifies and decodes to what the command prints", () => {
  const limbo = JSON.parse(readFileSync(join(corpora, "x509-limbo/limbo.json"), "utf8"));
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
