// The native command beside the module in Node: both are asked the same.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { decode } from "../../wasm/npm/dist/node.js";
import { NOW } from "./browser.mjs";

const signet = process.env.SIGNET_BIN;
if (!signet || !existsSync(signet)) throw new Error("SIGNET_BIN names no program; run the tests with `make test-page`");

/** What the command prints, whatever its exit code says about the answer. */
export function command(...argv) {
  try {
    return execFileSync(signet, [...argv, "-o", "json"], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    if (error.status === 1) return error.stdout;
    return { refused: error.stderr };
  }
}

/** Both decode a file to the same, or refuse it for the same reason. */
export function assertSameDecode(file, now = NOW) {
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
