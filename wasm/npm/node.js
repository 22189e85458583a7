// For Node: the module is read from the package.
import { readFileSync } from "node:fs";
import { initSync } from "./bindings.js";

initSync({ module: readFileSync(new URL("./signet.wasm", import.meta.url)) });

export { decode, verify } from "./bindings.js";
