// The situations that Signet exists for, with certificates of the embedded mesh.

import { foreign, h } from "./dom.ts";

/** One situation: its inputs, the time to look at it, and whether its roots are trusted. */
export interface Example {
  id: string;
  title: string;
  about: string;
  time: string;
  trusted: boolean;
  inputs: { name: string; text: string }[];
}

/** Links to the examples; each is an address of its own: `#example=spire`. */
export function exampleLinks(examples: Example[]): HTMLElement[] {
  return examples.map(({ id, title, about }) =>
    h("li", {}, h("a", { href: `#example=${id}` }, foreign(title)), h("span", { class: "faint" }, " ", foreign(about))),
  );
}

/** The example that a fragment names. */
export function exampleOf(fragment: string, examples: Example[]): Example | undefined {
  const id = /^#example=([a-z0-9-]+)$/.exec(fragment)?.[1];
  return examples.find((example) => example.id === id);
}
