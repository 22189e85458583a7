// The inputs of the page: what was pasted, typed, dropped or opened, one of them in the editor.

import { byId, foreign, h, replace } from "./dom.ts";
import type { Engine } from "./engine.ts";
import { type Content, LIMIT_MIB } from "./messages.ts";
import { count, size } from "./words.ts";

/** Longer texts are not put into the editor, which would be slow with them. */
const EDITABLE = 256 * 1024;
/** Inputs that the list names; the rest is counted. */
const LISTED = 100;

interface Held {
  number: number;
  name: string;
  /** What the editor shows; nothing where it shows none. */
  text: string | undefined;
  /** Why it shows none, or why it cannot be edited. */
  note: string | undefined;
  /** It holds a private key: never edited, as that would show it. */
  sealed: boolean;
  error: string | undefined;
}

/** The list of inputs and the editor. `changed` is called when the desk has others than before. */
export class Inputs {
  readonly #engine: Engine;
  readonly #changed: () => void;
  readonly #editor = byId<HTMLTextAreaElement>("editor");
  readonly #held = new Map<number, Held>();
  #selected: number | undefined;
  #next = 1;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, changed: () => void) {
    this.#engine = engine;
    this.#changed = changed;
    this.#editor.addEventListener("input", () => this.#typed());
    this.#editor.addEventListener("paste", (event) => this.#pasted(event));
    byId<HTMLInputElement>("files").addEventListener("change", (event) => {
      const picker = event.target as HTMLInputElement;
      void this.addFiles([...(picker.files ?? [])]);
      picker.value = "";
    });
    byId("clear").addEventListener("click", () => this.clear());
    byId("new-input").addEventListener("click", () => this.#select(undefined, true));
    this.#draw();
  }

  get size(): number {
    return this.#held.size;
  }

  /** Whether any input held a private key. */
  get sealed(): boolean {
    return [...this.#held.values()].some((held) => held.sealed);
  }

  /** Adds files; those that are too large are named and not read. */
  async addFiles(files: File[]): Promise<void> {
    const refused = files.filter((file) => file.size > LIMIT_MIB << 20);
    for (const file of refused) {
      const why = `${file.name}: it has ${size(file.size)}, more than the limit of ${LIMIT_MIB} MiB; cut out the part with the certificates`;
      this.#keep({ name: file.name, text: undefined, note: undefined, sealed: false, error: why });
    }
    const taken = files.filter((file) => !refused.includes(file));
    await Promise.all(taken.map((file) => this.#addFile(file)));
    this.#draw();
    this.#changed();
  }

  /** Adds a text under a name, selected if it is the only one. */
  async addText(name: string, text: string): Promise<void> {
    const held = this.#keep({ name, text: undefined, note: undefined, sealed: false, error: undefined });
    await this.#put(held, text);
    this.#select(held.number, false);
    this.#changed();
  }

  /** Forgets every input. */
  clear(): void {
    if (this.#held.size === 0) return;
    for (const number of this.#held.keys()) this.#engine.remove(number).catch(() => {});
    this.#held.clear();
    this.#select(undefined, true);
    this.#changed();
  }

  async #addFile(file: File): Promise<void> {
    const held = this.#keep({ name: file.name, text: undefined, note: undefined, sealed: false, error: undefined });
    // What was not read may hold a key, and is not shown.
    if (!(await this.#put(held, file)) || held.sealed) return;
    // What is no text, or too long to edit, stays a file.
    held.note = file.size > EDITABLE ? `${size(file.size)}: too long for the editor` : undefined;
    if (held.note === undefined) held.text = await file.text();
  }

  #keep(held: Omit<Held, "number">): Held {
    const kept = { ...held, number: this.#next++ };
    this.#held.set(kept.number, kept);
    this.#selected ??= kept.number;
    return kept;
  }

  /** Puts the content on the desk, and shows in its place what may be shown. `false` if it was not read. */
  async #put(held: Held, content: Content): Promise<boolean> {
    try {
      const received = await this.#engine.put(held.number, held.name, content);
      held.error = received.error;
      held.sealed ||= received.sealed;
      if (received.sealed) {
        held.text = received.text ?? "";
        held.note = "It held a private key, which is not shown: these are its certificates. Paste again to change it.";
      } else if (typeof content === "string") {
        held.text = content.length > EDITABLE ? undefined : content;
        held.note = content.length > EDITABLE ? `${size(content.length)}: too long for the editor` : undefined;
      }
      return true;
    } catch (error) {
      held.error = `${held.name}: ${error instanceof Error ? error.message : String(error)}`;
      return false;
    }
  }

  #typed(): void {
    clearTimeout(this.#typing);
    const text = this.#editor.value;
    let held = this.#current();
    if (held === undefined) {
      if (text.trim() === "") return;
      held = this.#keep({ name: `input ${this.#next}`, text, note: undefined, sealed: false, error: undefined });
      this.#drawList();
    }
    const target = held;
    target.text = text;
    this.#typing = setTimeout(async () => {
      if (text.trim() === "") return this.#remove(target.number);
      await this.#put(target, text);
      // A key that was typed is gone from the editor as soon as it is one.
      if (target.sealed) this.#draw();
      else this.#drawList();
      this.#changed();
    }, 60);
  }

  /** A paste goes to the engine first: what holds a key never gets into the editor. */
  #pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (files.length > 0) {
      event.preventDefault();
      void this.addFiles(files);
      return;
    }
    const { selectionStart, selectionEnd, value, readOnly } = this.#editor;
    event.preventDefault();
    if (text === "") return;
    const before = readOnly ? "" : value.slice(0, selectionStart);
    const after = readOnly ? "" : value.slice(selectionEnd);
    void this.#replaceWith(before + text + after, (before + text).length);
  }

  async #replaceWith(text: string, caret: number): Promise<void> {
    clearTimeout(this.#typing);
    const held = this.#current() ?? this.#keep({ name: `input ${this.#next}`, text: undefined, note: undefined, sealed: false, error: undefined });
    held.sealed = false;
    await this.#put(held, text);
    this.#draw();
    if (!held.sealed && held.text !== undefined) this.#editor.setSelectionRange(caret, caret);
    this.#changed();
  }

  #remove(number: number): void {
    this.#held.delete(number);
    this.#engine.remove(number).catch(() => {});
    if (this.#selected === number) this.#select([...this.#held.keys()].at(-1), false);
    else this.#draw();
    this.#changed();
  }

  #select(number: number | undefined, focus: boolean): void {
    this.#selected = number;
    this.#draw();
    if (focus) this.#editor.focus();
  }

  #current(): Held | undefined {
    return this.#selected === undefined ? undefined : this.#held.get(this.#selected);
  }

  #draw(): void {
    const held = this.#current();
    const text = held?.text ?? "";
    if (this.#editor.value !== text) this.#editor.value = text;
    this.#editor.readOnly = held !== undefined && (held.sealed || held.text === undefined);
    this.#drawList();
  }

  #drawList(): void {
    const held = this.#current();
    const note = byId("editor-note");
    note.textContent = held?.error ?? held?.note ?? "";
    note.classList.toggle("error", held?.error !== undefined);
    const all = [...this.#held.values()];
    replace(byId("inputs"), all.slice(0, LISTED).map((one) => this.#tab(one)), all.length > LISTED && h("li", { class: "faint" }, `and ${count(all.length - LISTED, "more input")}`));
    byId<HTMLButtonElement>("clear").disabled = all.length === 0;
    byId<HTMLButtonElement>("new-input").disabled = this.#selected === undefined;
  }

  #tab(one: Held): HTMLElement {
    const { number, name, sealed, error } = one;
    return h(
      "li",
      { class: error ? "broken" : "" },
      h(
        "button",
        { type: "button", id: `input-${number}`, class: "tab", "aria-current": String(number === this.#selected), onclick: () => this.#select(number, false) },
        sealed && h("span", { title: "holds a private key" }, "⚿ "),
        error && h("span", { class: "severity error" }, "✕ "),
        foreign(name),
      ),
      h("button", { type: "button", id: `input-${number}-remove`, class: "remove", "aria-label": `Remove ${name}`, onclick: () => this.#remove(number) }, "×"),
    );
  }
}
