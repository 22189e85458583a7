// One certificate of a chain: a line that opens to its facts.

import type { Certificate } from "../../signet.d.ts";
import { foreign, h } from "./dom.ts";
import { facts } from "./facts.ts";
import { validity } from "./validity.ts";

/** What a certificate's line can ask of the page. */
export interface CertificateActions {
  isOpen(id: string): boolean;
  setOpen(id: string, open: boolean): void;
  isTrusted(fingerprint: string): boolean;
  setTrusted(fingerprint: string, trusted: boolean): void;
  showBytes(fingerprint: string, field: string): void;
}

/** `id` tells this place of the certificate from every other on the page. */
export function certificate(one: Certificate, id: string, now: string, actions: CertificateActions): HTMLDetailsElement {
  const { fingerprintSha256: fingerprint } = one;
  const details = h(
    "details",
    { class: `certificate ${one.role}`, id, open: actions.isOpen(id) },
    h(
      "summary",
      { id: `${id}-summary` },
      h("span", { class: "role" }, one.role),
      h("span", { class: "title" }, foreign(title(one))),
      actions.isTrusted(fingerprint) && h("span", { class: "trusted-mark" }, "✓ trusted"),
      validity(one, now),
    ),
  );
  const body = () =>
    h(
      "div",
      { class: "body" },
      facts(one, now, (field) => actions.showBytes(fingerprint, field)),
      h(
        "p",
        { class: "buttons" },
        h("button", { type: "button", id: `${id}-bytes`, onclick: () => actions.showBytes(fingerprint, "Certificate") }, "ASN.1 and bytes"),
        one.isCa && trustButton(one, id, actions),
      ),
    );
  // Facts are made when they are looked at: most certificates of a dump never are.
  if (details.open) details.append(body());
  details.addEventListener("toggle", () => {
    actions.setOpen(id, details.open);
    if (details.open && !details.querySelector(".body")) details.append(body());
  });
  return details;
}

function trustButton(one: Certificate, id: string, actions: CertificateActions): HTMLElement {
  const { fingerprintSha256: fingerprint } = one;
  const trusted = actions.isTrusted(fingerprint);
  return h(
    "button",
    { type: "button", id: `${id}-trust`, "aria-pressed": String(trusted), onclick: () => actions.setTrusted(fingerprint, !trusted) },
    trusted ? "Trusted: take back" : "Trust this certificate",
  );
}

/** Its SPIFFE ID, else its subject or first name, as the command titles it. */
export function title(one: Certificate): string {
  const { sans, subject, serialNumber } = one;
  return sans.uri[0] ?? subject ?? sans.dns[0] ?? sans.ip[0] ?? `serial ${serialNumber}`;
}
