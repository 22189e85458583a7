// The life of a certificate as a bar: what has passed, where now is, and whether it is over.

import { h } from "./dom.ts";
import type { Certificate } from "../../signet.d.ts";
import { relative, seconds } from "./words.ts";

/** How a certificate stands at a time. */
export type Standing = "expired" | "not-yet-valid" | "soon" | "valid";

export function standing(certificate: Certificate, now: string): Standing {
  const at = seconds(now);
  if (at < seconds(certificate.notBefore)) return "not-yet-valid";
  if (certificate.remainingSeconds < 0) return "expired";
  return certificate.remainingSeconds < certificate.lifetimeSeconds / 10 ? "soon" : "valid";
}

const WORDS: Record<Standing, string> = {
  expired: "expired",
  "not-yet-valid": "not yet valid",
  soon: "ends soon",
  valid: "valid",
};

export function validity(certificate: Certificate, now: string): HTMLElement {
  const state = standing(certificate, now);
  const passed = seconds(now) - seconds(certificate.notBefore);
  const share = Math.min(1, Math.max(0, passed / Math.max(1, certificate.lifetimeSeconds)));
  const until =
    state === "not-yet-valid"
      ? `begins ${relative(seconds(certificate.notBefore) - seconds(now))}`
      : `${state === "expired" ? "ended" : "ends"} ${relative(certificate.remainingSeconds)}`;
  const percent = Math.round(share * 100);
  return h(
    "span",
    { class: `validity ${state}` },
    h(
      "span",
      { class: "bar", role: "img", "aria-label": `${WORDS[state]}, ${percent}% of its life has passed` },
      // A style attribute would need a weaker Content-Security-Policy; an SVG's width does not.
      bar(share),
    ),
    h("span", { class: "until" }, state === "valid" ? until : `${WORDS[state]}, ${until}`),
  );
}

function bar(share: number): SVGSVGElement {
  const svg = part("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(
    part("rect", { class: "life", width: 100, height: 8 }),
    part("rect", { class: "passed", width: share * 100, height: 8 }),
    part("rect", { class: "now", x: Math.min(98.5, share * 100), width: 1.5, height: 8 }),
  );
  return svg as SVGSVGElement;
}

function part(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
