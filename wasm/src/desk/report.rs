//! What the page is told about its desk. Certificates, findings and verdicts in it are those of the
//! documented JSON.

use serde::Serialize;
use signet_certs::report::{Certificate, DocumentReport, Reason, Verification};
use signet_certs::{Fingerprint, Refuser, Severity, UnixTime};

/// What became of an input that was put on the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// It held a private key, or something that may be one: it must not be shown.
    pub sealed: bool,
    /// What may be shown in its place: its certificates as PEM, keys by kind only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Why nothing could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Everything on the desk at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The time of the judgement.
    pub now: UnixTime,
    /// The inputs, in the order of their numbers.
    pub inputs: Vec<Input>,
    /// How much there is, of all documents.
    pub summary: Summary,
    /// The documents of the window.
    pub cards: Vec<Card>,
    /// Every certificate that may be a trust anchor, each once.
    pub roots: Vec<Root>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// The number under which it was put there.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// It held a private key, or something that may be one.
    pub sealed: bool,
    /// How many documents were read of it.
    pub documents: usize,
    /// Why nothing could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How much there is on the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Documents.
    pub documents: usize,
    /// Certificates, repeated ones as often as they stand there.
    pub certificates: usize,
    /// Private keys.
    pub keys: usize,
    /// Findings of severity error.
    pub error: usize,
    /// Findings of severity warning.
    pub warning: usize,
    /// Findings of severity info.
    pub info: usize,
}

impl Summary {
    pub(super) fn count(&mut self, document: &DocumentReport) {
        self.documents += 1;
        self.certificates += document.certificates.len();
        self.keys += document.keys.len();
        for finding in &document.findings {
            match finding.severity {
                Severity::Error => self.error += 1,
                Severity::Warning => self.warning += 1,
                Severity::Info => self.info += 1,
            }
        }
    }
}

/// One document and what is shown beside its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// The number of its input.
    pub input: u32,
    /// How many certificates it has; `document` may show fewer.
    pub certificates: usize,
    /// Its chains, each of one leaf.
    pub chains: Vec<Chain>,
    /// The document as `decode` reports it.
    pub document: DocumentReport,
}

/// A chain of one leaf, held against the trusted roots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Chain {
    /// The value that holds it; absent where the document is the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The certificates from leaf towards root, as far as they lead from one to the next.
    pub certificates: Vec<Fingerprint>,
    /// The verdict against the roots that are marked as trusted; absent when none is, and for a
    /// chain that begins with a CA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// A certificate that may be a trust anchor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Root {
    /// Its facts.
    pub certificate: Certificate,
    /// It is marked as trusted.
    pub trusted: bool,
    /// Where it stands, in words.
    pub sources: Vec<String>,
}

/// Who of the workloads on the desk could talk to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Encounters {
    /// The workloads, in the order of the desk.
    pub workloads: Vec<Workload>,
    /// Each with each, client by client.
    pub pairs: Vec<Encounter>,
    /// Workloads beyond the limit, which are left out.
    pub left_out: usize,
}

/// A chain and the roots that its owner trusts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Its SPIFFE ID, else its subject or first name.
    pub name: String,
    /// Where its chain stands, in words.
    pub source: String,
    /// Its leaf.
    pub leaf: Fingerprint,
    /// The roots that it trusts.
    pub roots: Vec<Fingerprint>,
    /// Its roots came with it; otherwise they are those that are marked as trusted.
    pub own_roots: bool,
}

/// Whether a client and a server accept each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Encounter {
    /// The client's place among the workloads.
    pub client: usize,
    /// The server's place among the workloads.
    pub server: usize,
    /// The answer.
    pub verdict: Verdict,
    /// Why not, by whom.
    pub reasons: Vec<Refusal>,
}

/// Whether two workloads can talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// One side refuses.
    No,
    /// A side's roots are not known.
    Unknown,
    /// Both accept each other.
    Yes,
}

/// Why one side refuses the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Which side.
    pub side: Refuser,
    /// Why, as `verify` says it.
    pub reason: Reason,
}
