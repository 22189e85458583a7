// The page's files when it is one file: everything stands in it, and nothing is fetched.

import EXAMPLES from "signet:examples";
import MODULE from "signet:module";
import POLICY from "signet:policy";
import type { Example } from "./examples.ts";

export const module = (): Promise<WebAssembly.Module> => unpacked(MODULE);

/** The policy, which stays packed until it is asked for. */
export const policy = (): Promise<WebAssembly.Module> => unpacked(POLICY);

export async function examples(): Promise<Example[]> {
  return EXAMPLES;
}

/** A module that is gzipped and in base64, compiled while it is unpacked. */
async function unpacked(text: string): Promise<WebAssembly.Module> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compileStreaming(new Response(stream, { headers: { "content-type": "application/wasm" } }));
}
