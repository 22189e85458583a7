// What build.mjs puts in the place of these names.

declare module "signet:worker" {
  /** The script of the Worker. */
  const source: string;
  export default source;
}

declare module "signet:manifests" {
  /** What the view "Admission" shows as an example. */
  const yaml: string;
  export default yaml;
}

declare module "signet:files" {
  export { examples, module, policy } from "page/files-beside.ts";
}

declare module "signet:module" {
  /** The WebAssembly module, gzipped, in base64. */
  const packed: string;
  export default packed;
}

declare module "signet:policy" {
  /** The policy's module, gzipped, in base64. */
  const packed: string;
  export default packed;
}

declare module "signet:examples" {
  import type { Example } from "page/examples.ts";
  const examples: Example[];
  export default examples;
}
