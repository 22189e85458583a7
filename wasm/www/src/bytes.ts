// The ASN.1 tree of a certificate beside its bytes, each the way to the other.

import type { Element } from "../../signet.d.ts";
import { byId, foreign, h } from "./dom.ts";

const PER_ROW = 16;

/** Shows the bytes of a certificate in the dialog, at the element with this name. */
export function showBytes(der: Uint8Array, elements: Element[], title: string, field: string): void {
  const dialog = byId<HTMLDialogElement>("bytes");
  const view = new BytesView(der, elements);
  dialog.replaceChildren(
    h(
      "header",
      {},
      h("h2", { id: "bytes-heading" }, foreign(title)),
      h("p", { class: "faint" }, `${der.length} bytes of DER`),
      h("button", { type: "button", id: "bytes-close", onclick: () => dialog.close() }, "Close"),
    ),
    h("div", { class: "bytes" }, view.tree, view.hex),
    view.status,
  );
  dialog.showModal();
  view.choose(view.named(field) ?? elements[0], true);
}

class BytesView {
  readonly tree: HTMLElement;
  readonly hex: HTMLElement;
  readonly status = h("p", { class: "status", role: "status" });
  readonly #all: Element[] = [];
  readonly #items = new Map<Element, HTMLElement>();
  readonly #cells: HTMLElement[] = [];
  #chosen: Element | undefined;

  constructor(der: Uint8Array, elements: Element[]) {
    this.tree = h("ul", { class: "asn1", role: "tree", "aria-label": "ASN.1 elements" }, elements.map((one) => this.#item(one, 1)));
    this.tree.addEventListener("keydown", (event) => this.#move(event));
    this.hex = h("div", { class: "hex", tabindex: 0, role: "region", "aria-label": "bytes in hexadecimal" }, rows(der, this.#cells));
    this.hex.addEventListener("click", (event) => {
      const at = this.#cells.indexOf(event.target as HTMLElement);
      if (at !== -1) this.choose(this.#innermost(at), true);
    });
  }

  named(field: string): Element | undefined {
    return this.#all.find((one) => one.name === field);
  }

  /** Marks an element in the tree and its bytes beside. */
  choose(one: Element | undefined, reveal: boolean): void {
    if (!one) return;
    if (this.#chosen) this.#mark(this.#chosen, false);
    this.#chosen = one;
    this.#mark(one, true);
    const item = this.#items.get(one);
    item?.focus({ preventScroll: true });
    if (reveal) item?.querySelector(".line")?.scrollIntoView({ block: "nearest" });
    this.#cells[one.offset]?.scrollIntoView({ block: "nearest" });
    const from = one.offset + one.header;
    this.status.textContent = `${one.name ?? one.kind}: bytes ${one.offset} to ${from + one.length - 1}, value of ${one.length} from ${from}`;
  }

  #mark(one: Element, on: boolean): void {
    const item = this.#items.get(one);
    item?.setAttribute("aria-selected", String(on));
    item?.setAttribute("tabindex", on ? "0" : "-1");
    const [begin, value, end] = [one.offset, one.offset + one.header, one.offset + one.header + one.length];
    for (let at = begin; at < end; at++) this.#cells[at]?.classList.toggle(at < value ? "header" : "value", on);
  }

  #item(one: Element, level: number): HTMLElement {
    this.#all.push(one);
    const line = h(
      "span",
      { class: "line" },
      one.name && h("span", { class: "name" }, one.name),
      h("span", { class: "kind" }, one.kind),
      one.value !== undefined && h("span", { class: "text" }, foreign(one.value)),
    );
    const item = h(
      "li",
      { role: "treeitem", "aria-level": level, "aria-selected": "false", tabindex: -1 },
      line,
      one.elements.length > 0 && h("ul", { role: "group" }, one.elements.map((inner) => this.#item(inner, level + 1))),
    );
    line.addEventListener("click", () => this.choose(one, false));
    this.#items.set(one, item);
    return item;
  }

  /** Up, down, first, last: the tree is short enough to be open as a whole. */
  #move(event: KeyboardEvent): void {
    const at = this.#chosen ? this.#all.indexOf(this.#chosen) : 0;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.#all.length - 1 };
    const next = event.key === "ArrowLeft" ? this.#parent() : this.#all[steps[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    this.choose(next, true);
  }

  #parent(): Element | undefined {
    return this.#all.find((one) => this.#chosen !== undefined && one.elements.includes(this.#chosen));
  }

  #innermost(at: number): Element | undefined {
    return this.#all.findLast((one) => one.offset <= at && at < one.offset + one.header + one.length);
  }
}

function rows(der: Uint8Array, cells: HTMLElement[]): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let start = 0; start < der.length; start += PER_ROW) {
    const row = [...der.subarray(start, start + PER_ROW)].map((byte) => {
      const cell = h("span", {}, byte.toString(16).padStart(2, "0"));
      cells.push(cell);
      return cell;
    });
    found.push(h("div", { class: "row" }, h("span", { class: "offset", "aria-hidden": "true" }, start.toString(16).padStart(4, "0")), row));
  }
  return found;
}
