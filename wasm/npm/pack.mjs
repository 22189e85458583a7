// Lays the npm package out in dist/ from the packaged module in ../www/pkg.

import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "../www/pkg");
const dist = join(here, "dist");

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const name of ["package.json", "README.md", "node.js", "browser.js"]) await copyFile(join(here, name), join(dist, name));
await cp(join(here, "examples"), join(dist, "examples"), { recursive: true });
await copyFile(join(here, "../../LICENSE"), join(dist, "LICENSE"));
await copyFile(join(built, "signet.wasm"), join(dist, "signet.wasm"));
await copyFile(join(built, "signet.js"), join(dist, "bindings.js"));
// What only the page uses, and what starts the module, is not part of the package's face.
const types = await readFile(join(built, "signet.d.ts"), "utf8");
const face = types.slice(0, types.indexOf("export type InitInput")).replace(/\/\*\*[^/]*\*\/\nexport class Desk \{[\s\S]*?\n\}\n/, "");
await writeFile(join(dist, "signet.d.ts"), `${face.trimEnd()}\n`);
