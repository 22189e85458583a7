// One document: what it is, its chains leaf to root, keys and requests, and what is wrong.

import type { Card, Chain, KeyReport, PlacedCertificate, RequestReport, RevocationListReport, Source, SummaryReport, Verification } from "../../signet.d.ts";
import { type CertificateActions, certificate } from "./certificate.ts";
import { foreign, h } from "./dom.ts";
import { findings } from "./findings.ts";
import { count } from "./words.ts";

export interface CardActions extends CertificateActions {
  showMore(): void;
}

export function card(one: Card, index: number, now: string, actions: CardActions): HTMLElement {
  const { document: report } = one;
  const id = `card-${one.input}-${index}`;
  const known = new Map(report.certificates.map((placed) => [placed.fingerprintSha256, placed]));
  const inChains = new Set(one.chains.flatMap((chain) => chain.certificates));
  const others = report.certificates.filter((placed) => !inChains.has(placed.fingerprintSha256));
  const hidden = one.certificates - report.certificates.length;
  const name = heading(report.source);
  return h(
    "article",
    { class: "card", id, tabindex: -1, "aria-labelledby": `${id}-heading` },
    h("header", {}, h("h3", { id: `${id}-heading` }, foreign(name)), h("p", { class: "faint" }, foreign(place(report.source)))),
    findings(report.findings),
    one.chains.map((chain, number) => chainTree(chain, known, `${id}-${number}`, now, actions)),
    others.length > 0 && h("div", { class: "chain" }, others.map((placed, number) => certificate(placed, `${id}-other-${number}`, now, actions))),
    hidden > 0 && h("p", {}, h("button", { type: "button", id: `${id}-more`, onclick: () => actions.showMore() }, `Show ${count(hidden, "more certificate")}`)),
    report.keys.map(key),
    report.requests.map(request),
    report.revocationLists.map(revocationList),
    report.summaries.map(summary),
  );
}

/** A chain with the leaf on top; each issuer stands below what it issued, one step in. */
function chainTree(
  chain: Chain,
  known: Map<string, PlacedCertificate>,
  id: string,
  now: string,
  actions: CardActions,
): HTMLElement {
  const certificates = chain.certificates.flatMap((fingerprint) => known.get(fingerprint) ?? []);
  return h(
    "div",
    { class: "chain", role: "group", "aria-label": `chain ${chain.path ?? ""}`.trim() },
    chain.path && h("h4", {}, foreign(chain.path)),
    h(
      "ol",
      { class: "tree" },
      certificates.map((placed, depth) => h("li", { class: `depth-${Math.min(depth, 4)}` }, certificate(placed, `${id}-${depth}`, now, actions))),
    ),
    chain.verification && verdict(chain.verification),
  );
}

/** The verdict against what is marked as trusted. */
function verdict(verification: Verification): HTMLElement {
  const { reason } = verification;
  if (!reason) {
    return h("p", { class: "verdict yes" }, h("strong", {}, "✓ verified"), " to a root that you trust");
  }
  return h(
    "div",
    { class: "verdict no" },
    h("p", {}, h("strong", {}, "✕ not verified"), " ", h("code", {}, reason.code), " ", foreign(reason.message)),
    h("p", { class: "advice" }, foreign(reason.advice), h("span", { class: "faint" }, ` (${reason.reference})`)),
  );
}

/** `Secret foo/cacerts`. */
function heading(source: Source): string {
  const kind = source.kind ?? source.format;
  const name = [source.namespace, source.name].filter((part) => part !== undefined).join("/");
  return name ? `${kind} ${name}` : kind;
}

function place(source: Source): string {
  return [source.file, source.path].filter((part) => part !== undefined).join(", ");
}

/** What a key is and which certificate it belongs to; never what it says. */
function key(one: KeyReport): HTMLElement {
  const what = one.algorithm ?? "encrypted or unknown";
  const bits = one.bits === undefined ? "" : ` ${one.bits}`;
  return h(
    "p",
    { class: "key" },
    h("span", { "aria-hidden": "true" }, "⚿ "),
    one.path && h("code", {}, foreign(one.path)),
    ` private key, ${what}${bits}`,
    one.matches ? `, belongs to certificate ${one.matches.slice(0, 8)}` : "",
    h("span", { class: "faint" }, " (recognised, not shown, not kept)"),
  );
}

function request(one: RequestReport): HTMLElement {
  const names = [...one.uris, ...one.dns].join(", ");
  return h("p", { class: "request" }, one.path && h("code", {}, foreign(one.path)), " certificate request for ", foreign(one.subject ?? "an empty subject"), names && ", ", foreign(names));
}

function revocationList(one: RevocationListReport): HTMLElement {
  const next = one.nextUpdate ? `, next by ${one.nextUpdate}` : "";
  return h("p", { class: "request" }, one.path && h("code", {}, foreign(one.path)), " revocation list of ", foreign(one.issuer ?? ""), ` of ${one.thisUpdate}${next}: ${one.revoked} revoked`);
}

/** What a document tells of a certificate that it does not hold. */
function summary(one: SummaryReport): HTMLElement {
  const names = [...one.sans.uri, ...one.sans.dns, ...one.sans.ip].join(", ");
  const until = one.notAfter ? `, not after ${one.notAfter}` : "";
  return h("p", { class: "request" }, one.path && h("code", {}, foreign(one.path)), " says of a certificate: ", foreign(names), ` serial ${one.serialNumber ?? "not told"}${until}`);
}
