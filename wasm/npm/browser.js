// For browsers and bundlers: the module is fetched from beside this file.
import init from "./bindings.js";

await init({ module_or_path: new URL("./signet.wasm", import.meta.url) });

export { decode, verify } from "./bindings.js";
