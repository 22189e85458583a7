// Generated from the Rust types by `make generate`.

/** One document and what is shown beside its facts. */
export interface Card {
  /** How many certificates it has; `document` may show fewer. */
  certificates: number;
  /** Its chains, each of one leaf. */
  chains: Chain[];
  /** The document as `decode` reports it. */
  document: DocumentReport;
  /** The number of its input. */
  input: number;
}

/** A certificate's facts, in the order in which they are printed. */
export interface Certificate {
  /** authorityKeyIdentifier. */
  authorityKeyId?: string;
  /** Addresses of issuer certificates. */
  caIssuers: string[];
  /** Addresses of the CRL distribution points. */
  crlDistributionPoints: string[];
  /** extKeyUsage words or OIDs. */
  extendedKeyUsage: string[];
  /** SHA-256 of the DER. */
  fingerprintSha256: Fingerprint;
  /** basicConstraints cA. */
  isCa: boolean;
  /** RFC 4514 form. */
  issuer?: string;
  /** keyUsage words. */
  keyUsage: string[];
  /** The life it was given. */
  lifetimeSeconds: number;
  /** nameConstraints. */
  nameConstraints?: NameConstraints;
  /** The last second in which it is valid. */
  notAfter: Time;
  /** The first second in which it is valid. */
  notBefore: Time;
  /** Addresses of OCSP responders. */
  ocsp: string[];
  /** basicConstraints pathLenConstraint. */
  pathLength?: number;
  /** The certificate as PEM, only when asked for. */
  pem?: string;
  /** The key that it certifies. */
  publicKey: PublicKey;
  /** What remains of it; negative once expired. */
  remainingSeconds: number;
  /** Its place in the chain. */
  role: Role;
  /** Subject alternative names by type. */
  sans: SubjectAltNames;
  /** Issuer and subject are the same name. */
  selfSigned: boolean;
  /** Lower-case hexadecimal without sign. */
  serialNumber: string;
  /** The algorithm of its signature. */
  signatureAlgorithm: string;
  /** Its SPIFFE ID, when it has exactly one URI SAN and that is a valid one. */
  spiffeId?: SpiffeId;
  /** RFC 4514 form. */
  subject?: string;
  /** subjectKeyIdentifier. */
  subjectKeyId?: string;
  /** OIDs of critical extensions that no rule understands. */
  unknownCriticalExtensions: string[];
  /** 1, 2 or 3. */
  version: number;
}

/** A chain of one leaf, held against the trusted roots. */
export interface Chain {
  /** The certificates from leaf towards root, as far as they lead from one to the next. */
  certificates: Fingerprint[];
  /** The value that holds it; absent where the document is the value. */
  path?: string;
  /** The verdict against the roots that are marked as trusted; absent when none is, and for a chain that begins with a CA. */
  verification?: Verification;
}

/** How to decode. */
export interface DecodeOptions {
  /** The input's name, to stand in `source.file`. */
  file?: string;
  /** Answer with every certificate as PEM too. */
  pem?: boolean;
}

/** One document. */
export interface DocumentReport {
  /** Every certificate, in the order served. */
  certificates: PlacedCertificate[];
  /** What is wrong, gravest first. */
  findings: Finding[];
  /** The private keys: what they are, never what they say. */
  keys: KeyReport[];
  /** The certificate requests. */
  requests: RequestReport[];
  /** The certificate revocation lists. */
  revocationLists: RevocationListReport[];
  /** Where it came from. */
  source: Source;
  /** What the document tells of certificates that it does not hold. */
  summaries: SummaryReport[];
}

/** Everything that was read, document by document. */
export interface Documents {
  /** The version of this shape. */
  apiVersion: string;
  /** In the order of the input. */
  documents: DocumentReport[];
  /** `Documents`. */
  kind: string;
}

/** One element of a certificate's encoding. */
export interface Element {
  /** The elements in it. */
  elements: Element[];
  /** Bytes of tag and length. */
  header: number;
  /** Its type or tag: `SEQUENCE`, `[0]`. */
  kind: string;
  /** Bytes of its value. */
  length: number;
  /** What RFC 5280 calls it: `serialNumber`, `subjectAltName`. */
  name?: string;
  /** Where its first byte stands. */
  offset: number;
  /** The value in words, where it has no elements. */
  value?: string;
}

/** Whether a client and a server accept each other. */
export interface Encounter {
  /** The client's place among the workloads. */
  client: number;
  /** Why not, by whom. */
  reasons: Refusal[];
  /** The server's place among the workloads. */
  server: number;
  /** The answer. */
  verdict: Verdict;
}

/** Who of the workloads on the desk could talk to whom. */
export interface Encounters {
  /** Workloads beyond the limit, which are left out. */
  leftOut: number;
  /** Each with each, client by client. */
  pairs: Encounter[];
  /** The workloads, in the order of the desk. */
  workloads: Workload[];
}

/** One thing that is wrong, with the evidence for it. */
export interface Finding {
  /** What it is about, in words a reader finds again: `data['tls.crt'] certificate 1`. */
  about: string;
  /** What to do, remedy first. */
  advice: string;
  /** The code's name; every code is in [`CODES`] or in the list of the crate that found it. */
  code: string;
  /** The values themselves, for scripts. */
  evidence: Record<string, string>;
  /** The certificate it is about, if it is about one. */
  fingerprintSha256?: Fingerprint;
  /** What was found, with the values that disagree. */
  message: string;
  /** How grave it is here. */
  severity: Severity;
}

/** SHA-256 of the certificate's DER. */
export type Fingerprint = string;

/** The formats that are told apart. */
export type Format = "der" | "config-dump" | "envoy-certs" | "jwks" | "kubernetes" | "pem" | "pkcs7";

/** One input. */
export interface Input {
  /** How many documents were read of it. */
  documents: number;
  /** Why nothing could be read. */
  error?: string;
  /** Its name. */
  name: string;
  /** The number under which it was put there. */
  number: number;
  /** It held a private key, or something that may be one. */
  sealed: boolean;
}

/** Kinds of keys. */
export type KeyAlgorithm = "ed25519" | "ec" | "other" | "rsa";

/** A private key. */
export interface KeyReport {
  /** Absent for an encrypted or unknown key. */
  algorithm?: KeyAlgorithm;
  /** Its size, where known. */
  bits?: number;
  /** The certificate of the same document that carries its public half. */
  matches?: Fingerprint;
  /** The value that holds it. */
  path?: string;
}

/** Name constraints as `TYPE:value` (RFC 5280 section 4.2.1.10). */
export interface NameConstraints {
  /** Names below it must not be within any of these. */
  excluded: string[];
  /** Names below it must be within one of these, type by type. */
  permitted: string[];
}

/** A certificate and where in its document it stands. */
export interface PlacedCertificate {
  /** authorityKeyIdentifier. */
  authorityKeyId?: string;
  /** Which PEM block, or which DER structure, of the value it is: counted from 1, other kinds included. */
  block?: number;
  /** Addresses of issuer certificates. */
  caIssuers: string[];
  /** Addresses of the CRL distribution points. */
  crlDistributionPoints: string[];
  /** extKeyUsage words or OIDs. */
  extendedKeyUsage: string[];
  /** SHA-256 of the DER. */
  fingerprintSha256: Fingerprint;
  /** basicConstraints cA. */
  isCa: boolean;
  /** RFC 4514 form. */
  issuer?: string;
  /** keyUsage words. */
  keyUsage: string[];
  /** The life it was given. */
  lifetimeSeconds: number;
  /** nameConstraints. */
  nameConstraints?: NameConstraints;
  /** The last second in which it is valid. */
  notAfter: Time;
  /** The first second in which it is valid. */
  notBefore: Time;
  /** Addresses of OCSP responders. */
  ocsp: string[];
  /** The byte of the value at which that block begins, from 0. The value is what is left once its object's own encoding is taken off: the text of a Secret's key, not its base64. */
  offset?: number;
  /** The value that holds it: `data['tls.crt']`. Absent where the document is the value. */
  path?: string;
  /** basicConstraints pathLenConstraint. */
  pathLength?: number;
  /** The certificate as PEM, only when asked for. */
  pem?: string;
  /** The key that it certifies. */
  publicKey: PublicKey;
  /** What remains of it; negative once expired. */
  remainingSeconds: number;
  /** Its place in the chain. */
  role: Role;
  /** Subject alternative names by type. */
  sans: SubjectAltNames;
  /** Issuer and subject are the same name. */
  selfSigned: boolean;
  /** Lower-case hexadecimal without sign. */
  serialNumber: string;
  /** The algorithm of its signature. */
  signatureAlgorithm: string;
  /** Its SPIFFE ID, when it has exactly one URI SAN and that is a valid one. */
  spiffeId?: SpiffeId;
  /** RFC 4514 form. */
  subject?: string;
  /** subjectKeyIdentifier. */
  subjectKeyId?: string;
  /** OIDs of critical extensions that no rule understands. */
  unknownCriticalExtensions: string[];
  /** 1, 2 or 3. */
  version: number;
}

/** The public key of a certificate. */
export interface PublicKey {
  /** What kind of key. */
  algorithm: KeyAlgorithm;
  /** Its size in bits; 0 where the algorithm is unknown. */
  bits: number;
  /** The named curve: `P-256`, or a dotted OID. */
  curve?: string;
}

/** Why there is no path. */
export interface Reason {
  /** What to do, remedy first. */
  advice: string;
  /** A code of the one list. */
  code: string;
  /** The values, for scripts. */
  evidence: Record<string, string>;
  /** The certificate at fault. */
  fingerprintSha256?: Fingerprint;
  /** What is wrong, with both values. */
  message: string;
  /** The clause that refuses it. */
  reference: string;
}

/** What became of an input that was put on the desk. */
export interface Received {
  /** Why nothing could be read. */
  error?: string;
  /** It held a private key, or something that may be one: it must not be shown. */
  sealed: boolean;
  /** What may be shown in its place: its certificates as PEM, keys by kind only. */
  text?: string;
}

/** Why one side refuses the other. */
export interface Refusal {
  /** Why, as `verify` says it. */
  reason: Reason;
  /** Which side. */
  side: Refuser;
}

/** Which side refuses. */
export type Refuser = "client" | "server";

/** A PKCS#10 certificate request. */
export interface RequestReport {
  /** The DNS SANs asked for. */
  dns: string[];
  /** The value that holds it. */
  path?: string;
  /** The subject asked for, in RFC 4514 form. */
  subject?: string;
  /** The URI SANs asked for. */
  uris: string[];
}

/** A certificate revocation list. */
export interface RevocationListReport {
  /** RFC 4514 form. */
  issuer?: string;
  /** When the next one is due at the latest. */
  nextUpdate?: Time;
  /** The value that holds it. */
  path?: string;
  /** How many certificates it revokes. */
  revoked: number;
  /** When it was issued. */
  thisUpdate: Time;
}

/** What a certificate is in its chain. */
export type Role = "leaf" | "intermediate" | "root";

/** A certificate that may be a trust anchor. */
export interface Root {
  /** Its facts. */
  certificate: Certificate;
  /** Where it stands, in words. */
  sources: string[];
  /** It is marked as trusted. */
  trusted: boolean;
}

/** How grave a finding is. Ordered: `Info < Warning < Error`. */
export type Severity = "info" | "warning" | "error";

/** Where a document came from. */
export interface Source {
  /** The file's name as given; `-` for standard input. Set by whoever read the file. */
  file?: string;
  /** What the input turned out to be. */
  format: Format;
  /** The object's kind, as Kubernetes or Envoy spells it. */
  kind?: string;
  /** The object's name. */
  name?: string;
  /** The object's namespace. */
  namespace?: string;
  /** Where in the file the object stands: `items[2]`, `dynamic_active_secrets[0]`. */
  path?: string;
  /** What a proxy says of it. */
  state?: State;
}

/** A SPIFFE ID that keeps the standard's rules. */
export interface SpiffeId {
  /** The namespace, when the path is Istio's `/ns/NAMESPACE/sa/SERVICE-ACCOUNT`. */
  namespace?: string;
  /** Everything after it, with its leading slash; empty for a trust domain's own ID. */
  path?: string;
  /** The service account, likewise. */
  serviceAccount?: string;
  /** The authority part. */
  trustDomain: string;
}

/** What a proxy says of a secret of its dump. */
export type State = "active" | "static" | "unavailable" | "warming";

/** Subject alternative names by type (RFC 5280 section 4.2.1.6). */
export interface SubjectAltNames {
  /** dNSName. */
  dns: string[];
  /** rfc822Name. */
  email: string[];
  /** iPAddress, as text. */
  ip: string[];
  /** Every other type, as `TYPE:value`. */
  other: string[];
  /** uniformResourceIdentifier. */
  uri: string[];
}

/** How much there is on the desk. */
export interface Summary {
  /** Certificates, repeated ones as often as they stand there. */
  certificates: number;
  /** Documents. */
  documents: number;
  /** Findings of severity error. */
  error: number;
  /** Findings of severity info. */
  info: number;
  /** Private keys. */
  keys: number;
  /** Findings of severity warning. */
  warning: number;
}

/** What a document tells of a certificate without holding it: a claim that cannot be verified. */
export interface SummaryReport {
  /** The file that the proxy read it from. */
  file?: string;
  /** The last second in which it is valid. */
  notAfter?: Time;
  /** The first second in which it is valid. */
  notBefore?: Time;
  /** The list in which it stands. */
  path?: string;
  /** What remains of its life; negative once expired. */
  remainingSeconds?: number;
  /** Subject alternative names by type. */
  sans: SubjectAltNames;
  /** Lower-case hexadecimal without sign. */
  serialNumber?: string;
}

/** RFC 3339 in UTC, with `Z`. */
export type Time = string;

/** What the leaf must be good for (extKeyUsage). */
export type Usage = "any" | "client" | "server";

/** Whether two workloads can talk. */
export type Verdict = "no" | "unknown" | "yes";

/** The verdict on one leaf. */
export interface Verification {
  /** The version of this shape. */
  apiVersion: string;
  /** What else is to be said about the certificates. */
  findings: Finding[];
  /** `Verification`. */
  kind: string;
  /** The certificates of the path, leaf to anchor; empty when there is none. */
  path: Fingerprint[];
  /** Why there is none. */
  reason?: Reason;
  /** Whether there is a path. */
  valid: boolean;
}

/** How to verify. */
export interface VerifyOptions {
  /** The name that the leaf must carry: a DNS name, an IP address or a SPIFFE ID. */
  name?: string;
  /** What the leaf must be good for; `any` when absent. */
  usage?: Usage;
}

/** Everything on the desk at a time. */
export interface View {
  /** The documents of the window. */
  cards: Card[];
  /** The inputs, in the order of their numbers. */
  inputs: Input[];
  /** The time of the judgement. */
  now: Time;
  /** Every certificate that may be a trust anchor, each once. */
  roots: Root[];
  /** How much there is, of all documents. */
  summary: Summary;
}

/** A chain and the roots that its owner trusts. */
export interface Workload {
  /** Its leaf. */
  leaf: Fingerprint;
  /** Its SPIFFE ID, else its subject or first name. */
  name: string;
  /** Its roots came with it; otherwise they are those that are marked as trusted. */
  ownRoots: boolean;
  /** The roots that it trusts. */
  roots: Fingerprint[];
  /** Where its chain stands, in words. */
  source: string;
}
