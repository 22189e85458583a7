// Every certificate that may be a trust anchor, to be marked as trusted or not.

import type { Root } from "../../signet.d.ts";
import { title } from "./certificate.ts";
import { foreign, h } from "./dom.ts";
import { validity } from "./validity.ts";
import { count } from "./words.ts";

export function roots(list: Root[], now: string, setTrusted: (fingerprints: string[], trusted: boolean) => void): HTMLElement | null {
  if (list.length === 0) return null;
  const all = list.map((root) => root.certificate.fingerprintSha256);
  const trusted = list.filter((root) => root.trusted).length;
  return h(
    "section",
    { class: "panel", "aria-labelledby": "roots-heading" },
    h(
      "header",
      {},
      h("h2", { id: "roots-heading" }, "Roots"),
      h("p", { class: "faint" }, trusted === 0 ? "Mark the ones that you trust: every chain is then verified to them." : `${count(trusted, "root")} of ${list.length} trusted`),
      list.length > 1 &&
        h("button", { type: "button", id: "trust-all", onclick: () => setTrusted(all, trusted < list.length) }, trusted < list.length ? "Trust all" : "Trust none"),
    ),
    h(
      "ul",
      { class: "roots" },
      list.map(({ certificate, trusted, sources }) => {
        const { fingerprintSha256: fingerprint } = certificate;
        const toggle = (event: Event) => setTrusted([fingerprint], (event.target as HTMLInputElement).checked);
        return h(
          "li",
          {},
          h("label", {}, h("input", { type: "checkbox", id: `root-${fingerprint}`, checked: trusted, onchange: toggle }), " ", foreign(title(certificate))),
          h("code", { class: "faint" }, fingerprint.slice(0, 8)),
          validity(certificate, now),
          h("span", { class: "sources faint" }, foreign(sources.join(" · "))),
        );
      }),
    ),
  );
}
