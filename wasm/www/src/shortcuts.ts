// Keys for the whole page. None of them takes a key from a text field.

import { byId } from "./dom.ts";

/** A key, what it does, and its words for the list of keys. */
export interface Shortcut {
  key: string;
  words: string;
  run(): void;
}

export function shortcuts(list: Shortcut[]): void {
  const dialog = byId<HTMLDialogElement>("keys");
  const all: Shortcut[] = [...list, { key: "?", words: "Show these keys", run: () => dialog.showModal() }];
  const table = byId("key-list");
  for (const { key, words } of all) {
    const row = document.createElement("tr");
    const [name, meaning] = [document.createElement("th"), document.createElement("td")];
    const symbol = document.createElement("kbd");
    symbol.textContent = key;
    name.append(symbol);
    name.scope = "row";
    meaning.textContent = words;
    row.append(name, meaning);
    table.append(row);
  }
  byId("keys-close").addEventListener("click", () => dialog.close());
  addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const typing = target.matches("textarea, select, [contenteditable]") || (target instanceof HTMLInputElement && target.type !== "checkbox");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const found = all.find((shortcut) => shortcut.key === event.key);
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}
