// The facts of a certificate, each a way to its bytes.

import type { Certificate } from "../../signet.d.ts";
import { foreign, h } from "./dom.ts";
import { relative, seconds } from "./words.ts";

/** A row: what it is called, its values, and the ASN.1 field in which they stand. */
interface Fact {
  term: string;
  values: (string | HTMLElement)[];
  field?: string;
}

/** The facts of `certificate` at `now` as a list; `open` shows the bytes of a field. */
export function facts(certificate: Certificate, now: string, open: (field: string) => void): HTMLElement {
  const rows = list(certificate, now).filter((fact) => fact.values.length > 0);
  return h(
    "dl",
    { class: "facts" },
    rows.flatMap(({ term, values, field }) => [
      h("dt", {}, field ? bytesButton(term, field, certificate, open) : term),
      h("dd", {}, values.map((value) => h("span", { class: "value" }, typeof value === "string" ? foreign(value) : value))),
    ]),
  );
}

function bytesButton(term: string, field: string, certificate: Certificate, open: (field: string) => void): HTMLElement {
  const id = `fact-${certificate.fingerprintSha256}-${field}-${term.replaceAll(" ", "-")}`;
  return h("button", { type: "button", class: "field", id, title: `Show the bytes of ${field}`, onclick: () => open(field) }, term);
}

function list(certificate: Certificate, now: string): Fact[] {
  const { sans, spiffeId, publicKey, nameConstraints } = certificate;
  const key = publicKey.curve ?? (publicKey.bits > 0 ? String(publicKey.bits) : "");
  return [
    { term: "subject", values: [certificate.subject ?? "(empty)"], field: "subject" },
    { term: "issuer", values: [certificate.issuer ?? "(empty)"], field: "issuer" },
    { term: "SPIFFE ID", values: spiffeId ? [`spiffe://${spiffeId.trustDomain}${spiffeId.path}`] : [], field: "subjectAltName" },
    { term: "namespace", values: given(spiffeId?.namespace) },
    { term: "service account", values: given(spiffeId?.serviceAccount) },
    { term: "URI names", values: spiffeId ? [] : sans.uri, field: "subjectAltName" },
    { term: "DNS names", values: sans.dns, field: "subjectAltName" },
    { term: "IP addresses", values: sans.ip, field: "subjectAltName" },
    { term: "email addresses", values: sans.email, field: "subjectAltName" },
    { term: "other names", values: sans.other, field: "subjectAltName" },
    { term: "not before", values: [moment(certificate.notBefore, now)], field: "notBefore" },
    { term: "not after", values: [moment(certificate.notAfter, now)], field: "notAfter" },
    { term: "key", values: [`${publicKey.algorithm} ${key}`.trim()], field: "subjectPublicKeyInfo" },
    { term: "signature", values: [certificate.signatureAlgorithm], field: "signatureAlgorithm" },
    { term: "CA", values: [certificate.isCa ? "yes" : "no"], field: "basicConstraints" },
    { term: "path length", values: given(certificate.pathLength?.toString()), field: "basicConstraints" },
    { term: "key usage", values: joined(certificate.keyUsage), field: "keyUsage" },
    { term: "extended key usage", values: joined(certificate.extendedKeyUsage), field: "extKeyUsage" },
    { term: "permitted names", values: nameConstraints?.permitted ?? [], field: "nameConstraints" },
    { term: "excluded names", values: nameConstraints?.excluded ?? [], field: "nameConstraints" },
    { term: "subject key ID", values: given(certificate.subjectKeyId), field: "subjectKeyIdentifier" },
    { term: "authority key ID", values: given(certificate.authorityKeyId), field: "authorityKeyIdentifier" },
    { term: "CRL", values: certificate.crlDistributionPoints, field: "cRLDistributionPoints" },
    { term: "OCSP", values: certificate.ocsp, field: "authorityInfoAccess" },
    { term: "issuer's certificate", values: certificate.caIssuers, field: "authorityInfoAccess" },
    { term: "unknown critical", values: certificate.unknownCriticalExtensions, field: "extensions" },
    { term: "serial", values: [certificate.serialNumber], field: "serialNumber" },
    { term: "version", values: [String(certificate.version)], field: "version" },
    { term: "fingerprint", values: [certificate.fingerprintSha256], field: "Certificate" },
  ];
}

function given(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function joined(words: string[]): string[] {
  return words.length > 0 ? [words.join(", ")] : [];
}

function moment(time: string, now: string): HTMLElement {
  return h("span", {}, h("time", { datetime: time }, time), h("span", { class: "faint" }, ` ${relative(seconds(time) - seconds(now))}`));
}
