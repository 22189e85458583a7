// Elements from data. Text is always text: nothing of an input is ever read as HTML.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** An element with attributes, listeners (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** A text of an input, kept apart from the direction of what surrounds it. */
export function foreign(text: string): HTMLElement {
  return h("bdi", {}, visible(text));
}

/** Characters that are not to be seen, or that turn the direction of others, as their code points. */
export function visible(text: string): string {
  // Control characters, format characters (Cf), line and paragraph separators, surrogates alone.
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (one) => {
    const code = one.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** The element of this id, which index.html has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element ${id}`);
  return element as T;
}

/**
 * Puts new children in the place of the old ones and keeps what a user was at: the focus, and where
 * scrollable parts stand. Elements are known again by their id.
 */
export function replace(parent: HTMLElement, ...children: (Child | Child[])[]): void {
  const focused = parent.contains(document.activeElement) ? document.activeElement?.id : undefined;
  const nodes = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  parent.replaceChildren(...nodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
