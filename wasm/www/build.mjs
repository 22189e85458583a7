// Builds the page into dist/: index.html and its files for a server, and signet.html, which is one file.
// Expects the packaged module in pkg/ and the policy in ../policy/dist/ (`make page` puts them there). The same inputs give the same bytes.
// `node build.mjs [FOLDER]` writes to another folder.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { gzipSync as gzipAlike } from "fflate";

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#1f5fa8"/><path d="M4.5 8.2l2.4 2.4 4.6-5" fill="none" stroke="#fff" stroke-width="1.8"/></svg>';
const here = dirname(fileURLToPath(import.meta.url));
const dist = process.argv[2] ?? join(here, "dist");
const options = {
  absWorkingDir: here,
  bundle: true,
  write: false,
  minify: true,
  charset: "utf8",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
};

/** The one script of an entry, as text. */
async function script(entry, plugins = [], more = {}) {
  const { outputFiles } = await build({ ...options, format: "esm", entryPoints: [entry], plugins, ...more });
  return outputFiles[0].text;
}

/** A plugin that puts contents in the place of the names that begin with `signet:`. */
function given(contents) {
  return {
    name: "signet",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^signet:/ }, ({ path }) => {
        const file = contents[path]?.file;
        return file ? { path: join(here, file) } : { path, namespace: "signet" };
      });
      onLoad({ filter: /.*/, namespace: "signet" }, ({ path }) => contents[path]);
    },
  };
}

/** What a page unpacks: by a packer of its own, as zlib's bytes differ between processors. */
const packed = (bytes) => ({ contents: gzipAlike(bytes, { level: 9, mtime: 0 }), loader: "base64" });

/** A script stands between tags, which nothing in it may close. */
const inlined = (text) => text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What the page may do: nothing but what stands here. */
function policy({ scripts, styles, connect }) {
  return [
    "default-src 'none'",
    `script-src ${scripts} 'wasm-unsafe-eval'`,
    `style-src ${styles}`,
    // The icon, which stands in the page.
    "img-src data:",
    // The Worker is made of the page's own script and lives under this policy too.
    "worker-src blob:",
    ...(connect ? [`connect-src ${connect}`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function html(template, { csp, head, body }) {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${csp}">`;
  const icon = `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">`;
  // Functions, as a text would have its dollar signs read.
  return template.replace("<!-- HEAD -->", () => `${meta}\n${icon}\n${head}`).replace("<!-- SCRIPT -->", () => body);
}

const read = (path) => readFile(join(here, path), "utf8");
const [template, examples, manifests, module, admission] = await Promise.all([
  read("index.html"),
  read("examples.json"),
  read("admission.yaml"),
  readFile(join(here, "pkg/signet.wasm")),
  readFile(join(here, "../policy/dist/policy.wasm")),
]);
const worker = await script("src/worker.ts", [], { format: "iife", define: { "import.meta.url": '""' } });
const style = await script("src/style.css");
const common = { "signet:worker": { contents: worker, loader: "text" }, "signet:manifests": { contents: manifests, loader: "text" } };

const page = await script("src/main.ts", [given({ ...common, "signet:files": { file: "src/files-beside.ts" } })]);
const served = html(template, {
  csp: policy({ scripts: "'self'", styles: "'self'", connect: "'self'" }),
  head: [
    '<link rel="stylesheet" href="page.css">',
    '<link rel="modulepreload" href="page.js">',
    '<link rel="preload" href="signet.wasm" as="fetch" type="application/wasm" crossorigin>',
    '<link rel="preload" href="examples.json" as="fetch" type="application/json" crossorigin>',
  ].join("\n"),
  body: '<script type="module" src="page.js" async></script>',
});

const whole = inlined(
  await script("src/main.ts", [
    given({
      ...common,
      "signet:files": { file: "src/files-within.ts" },
      "signet:module": packed(module),
      "signet:policy": packed(admission),
      "signet:examples": { contents: examples, loader: "json" },
    }),
  ]),
);
const single = html(template, {
  csp: policy({ scripts: hash(whole), styles: hash(style) }),
  head: `<style>${style}</style>`,
  body: `<script type="module">${whole}</script>`,
});

const files = { "index.html": served, "page.js": page, "page.css": style, "examples.json": JSON.stringify(JSON.parse(examples)), "signet.wasm": module, "policy.wasm": admission, "signet.html": single };
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  await writeFile(join(dist, name), content);
  const bytes = Buffer.from(content);
  console.log(`${name.padEnd(14)} ${String(bytes.length).padStart(9)} bytes ${String(gzipSync(bytes, { level: 9 }).length).padStart(8)} gzipped`);
}
console.log(`signet.html    sha256 ${createHash("sha256").update(single).digest("hex")}`);
