// Serves dist/ on loopback: `node serve.mjs [PORT]`; port 0 takes a free one and prints it.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

/** A server of the files in `folder`, on loopback only; resolves when it listens. */
export async function serve(folder, port) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = join(folder, normalize(path === "/" ? "/index.html" : path));
    const found = file.startsWith(folder) && (await stat(file).catch(() => undefined));
    if (!found || !found.isFile()) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
      return;
    }
    // The browser must not guess: WebAssembly starts slowly under any other type.
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "x-content-type-options": "nosniff", "cache-control": "no-store" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return { server, address: `http://127.0.0.1:${server.address().port}/` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
  const { address } = await serve(dist, Number(process.argv[2] ?? 8080)).catch((error) => {
    console.error(`cannot serve: ${error.message}; give another port: make serve-page PORT=8081`);
    process.exit(1);
  });
  console.log(address);
}
