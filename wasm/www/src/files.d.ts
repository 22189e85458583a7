// What build.mjs puts in the place of these names.

declare module "signet:worker" {
  /** The script of the Worker. */
  const source: string;
  export default source;
}

declare module "signet:files" {
  export { examples, module } from "page/files-beside.ts";
  /** Nothing where the page is one file. */
  export const policy: (() => Promise<WebAssembly.Module>) | undefined;
}

declare module "signet:module" {
  /** The bytes of the WebAssembly module. */
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}

declare module "signet:examples" {
  import type { Example } from "page/examples.ts";
  const examples: Example[];
  export default examples;
}
