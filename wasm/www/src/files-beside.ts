// The page's files when a server has them: the module and the examples lie beside the page.

import type { Example } from "./examples.ts";

export async function module(): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch("signet.wasm"));
}

/** The policy, which is fetched when it is asked for. */
export const policy = (): Promise<WebAssembly.Module> => WebAssembly.compileStreaming(fetch("policy.wasm"));

let loaded: Promise<Example[]> | undefined;

export function examples(): Promise<Example[]> {
  loaded ??= fetch("examples.json").then((answer) => answer.json());
  return loaded;
}
