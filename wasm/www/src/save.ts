// Files that the user saves. They hold certificates and findings; a private key never gets here.

import { h } from "./dom.ts";

export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  // The download has the bytes once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
