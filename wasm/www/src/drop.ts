// Files and texts that are dropped anywhere on the page.

import { byId } from "./dom.ts";

export function acceptDrops(addFiles: (files: File[]) => void, addText: (text: string) => void): void {
  const hint = byId("drop-hint");
  // Entering a child leaves its parent: only the depth tells whether the pointer is still here.
  let depth = 0;
  const show = (change: number) => {
    depth = Math.max(0, depth + change);
    hint.hidden = depth === 0;
  };
  addEventListener("dragenter", (event) => {
    event.preventDefault();
    show(1);
  });
  addEventListener("dragleave", () => show(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    show(-depth);
    const files = [...(event.dataTransfer?.files ?? [])];
    const text = event.dataTransfer?.getData("text/plain") ?? "";
    if (files.length > 0) addFiles(files);
    else if (text !== "") addText(text);
  });
}
