// What is wrong, in words, with a glyph and a word for how grave it is.

import type { Finding, Severity } from "../../signet.d.ts";
import { foreign, h } from "./dom.ts";

const GLYPHS: Record<Severity, string> = { error: "✕", warning: "▲", info: "●" };

/** Findings that are shown of one document at first. */
const SHOWN = 50;

export function findings(list: Finding[]): HTMLElement | null {
  if (list.length === 0) return null;
  const rest = list.length - SHOWN;
  return h(
    "ul",
    { class: "findings", "aria-label": "findings" },
    list.slice(0, SHOWN).map(finding),
    rest > 0 && h("li", { class: "faint" }, `and ${rest} more; the JSON has them all`),
  );
}

/** `✕ error`: never colour alone. */
export function severity(of: Severity): HTMLElement {
  return h("span", { class: `severity ${of}` }, h("span", { "aria-hidden": "true" }, GLYPHS[of]), ` ${of}`);
}

function finding(one: Finding): HTMLElement {
  return h(
    "li",
    { class: `finding ${one.severity}` },
    h("p", { class: "what" }, severity(one.severity), " ", h("code", {}, one.code), " ", one.about && h("span", { class: "faint" }, foreign(one.about))),
    h("p", {}, foreign(one.message)),
    h("p", { class: "advice" }, foreign(one.advice)),
  );
}
