// The page's files when it is one file: everything stands in it, and nothing is fetched.

import EXAMPLES from "signet:examples";
import MODULE from "signet:module";
import type { Example } from "./examples.ts";

export async function module(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(MODULE);
}

/** One file is to be passed on; the policy would double it. */
export const policy = undefined;

export async function examples(): Promise<Example[]> {
  return EXAMPLES;
}
