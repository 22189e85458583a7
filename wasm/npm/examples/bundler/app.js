// A page that names the certificates that are pasted into it. Bundle it, with `signet.wasm` beside the result:
//
//   npx esbuild app.js --bundle --format=esm --target=es2022 --outdir=dist
//   cp index.html node_modules/signet-wasm/signet.wasm dist

import { decode } from "signet-wasm";

const input = document.querySelector("textarea");
const list = document.querySelector("ul");

input.addEventListener("input", () => list.replaceChildren(...lines(input.value).map(item)));

function lines(text) {
  try {
    const { documents } = decode(text, new Date().toISOString());
    return documents.flatMap(({ certificates }) => certificates.map(({ role, subject, notAfter }) => `${role} ${subject} until ${notAfter}`));
  } catch (error) {
    return [error.message];
  }
}

function item(text) {
  return Object.assign(document.createElement("li"), { textContent: text });
}
