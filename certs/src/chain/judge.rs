//! What is wrong with the certificates of a document at a given time.

pub(super) mod authority;
mod chains;
pub(super) mod identity;
mod keys;
mod signing;
pub(super) mod strength;
mod times;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::algorithms::Algorithms;
use crate::finding::{DUPLICATE, DUPLICATE_ROOT};
use crate::{Anchors, Certificate, Document, Entry, Finding, Format, UnixTime};

/// What to judge against.
#[derive(Clone, Copy)]
pub struct JudgeOptions<'a> {
    /// The time of the judgement.
    pub now: UnixTime,
    /// Warn when less than this remains of a life.
    pub warn: Margin,
    /// Trust anchors; without any, no verdict on trust is given.
    pub anchors: &'a Anchors,
    /// The signature algorithms, to tell a signature-mismatch from a missing issuer.
    pub algorithms: Algorithms<'a>,
}

impl<'a> JudgeOptions<'a> {
    /// At `now`, without trust anchors, with a warning when less than a tenth of a life remains.
    pub fn at(now: UnixTime, algorithms: Algorithms<'a>) -> Self {
        Self { now, warn: Margin::Share(0.1), anchors: &[], algorithms }
    }
}

/// What has to remain of a certificate's life so that nothing is said of its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    /// So many seconds.
    Seconds(i64),
    /// This share of its whole life: 0.1 is a tenth.
    Share(f64),
}

/// Everything that is wrong with `document` at `options.now`, gravest first, then in the order of
/// the document; the document's own findings included.
pub fn judge(document: &Document, options: &JudgeOptions<'_>) -> Vec<Finding> {
    let mut findings = document.findings.clone();
    for entry in &document.entries {
        let leaf = presented(document, entry);
        for (index, certificate) in entry.certificates.iter().enumerate() {
            let at = Place { entry, index };
            times::judge(certificate, at, options, &mut findings);
            strength::judge(certificate, at, &mut findings);
            // A CA that is presented as a leaf is judged by that.
            if certificate.is_ca && leaf != Some(index) {
                authority::judge(certificate, at, &mut findings);
            } else if !certificate.is_ca {
                identity::judge(certificate, at, &mut findings);
            }
        }
        for (index, summary) in entry.summaries.iter().enumerate() {
            findings.extend(times::of_summary(summary, Place { entry, index }, options));
        }
        if entry.certificates.len() > 1 {
            duplicates(entry, &mut findings);
        }
        if let Some(leaf) = leaf {
            chains::judge(document, entry, leaf, options, &mut findings);
        }
    }
    keys::judge(document, &mut findings);
    signing::judge(document, &mut findings);
    findings.sort_by_key(|finding| Reverse(finding.severity));
    findings
}

/// Where a certificate stands, written only when there is something to say about it.
#[derive(Clone, Copy)]
struct Place<'a> {
    entry: &'a Entry,
    index: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.entry.path.is_empty() {
            write!(f, "{} ", self.entry.path)?;
        }
        write!(f, "certificate {}", self.index + 1)
    }
}

/// The position of the leaf of an entry that is the chain of one leaf. Bundles of roots, the signing
/// certificate of a CA and collections of many leaves are not judged as chains.
fn presented(document: &Document, entry: &Entry) -> Option<usize> {
    let mut leaves = entry.certificates.iter().enumerate().filter(|(_, one)| !one.is_ca);
    match (leaves.next(), leaves.next()) {
        (Some((leaf, _)), None) => Some(leaf),
        (Some((leaf, first)), Some(_)) => {
            // A leaf that is there twice is still one leaf.
            let same = |one: &Arc<Certificate>| one.is_ca || one.fingerprint == first.fingerprint;
            entry.certificates.iter().all(same).then_some(leaf)
        }
        (None, _) => is_workloads_own(document, entry).then_some(0),
    }
}

/// Whether the entry, although all of it are CAs, is what a workload presents to its peers: the
/// certificate of a proxy, or a `tls.crt` that carries a workload's SPIFFE ID.
fn is_workloads_own(document: &Document, entry: &Entry) -> bool {
    let Some(first) = entry.certificates.first() else { return false };
    match document.source.format {
        Format::ConfigDump => {
            document.source.kind.as_deref().is_some_and(|kind| kind.starts_with("tls"))
                || entry.path == "certChain"
        }
        Format::Kubernetes => {
            entry.path.ends_with("['tls.crt']") && first.spiffe_id().is_some_and(|id| !id.path.is_empty())
        }
        Format::Der | Format::EnvoyCerts | Format::Jwks | Format::Pem | Format::Pkcs7 => false,
    }
}

fn duplicates(entry: &Entry, findings: &mut Vec<Finding>) {
    let mut first_at = HashMap::with_capacity(entry.certificates.len());
    let mut roots = HashMap::new();
    for (index, certificate) in entry.certificates.iter().enumerate() {
        let first = *first_at.entry(certificate.fingerprint).or_insert(index);
        let mut say = |code, first: usize, what: &str| {
            let message = format!("it is {what} certificate {}", first + 1);
            findings.push(
                Finding::new(code, Place { entry, index }.to_string(), message)
                    .of(certificate.fingerprint)
                    .with("first", first + 1),
            );
        };
        if first != index {
            say(&DUPLICATE, first, "the same as");
        } else if certificate.is_ca && certificate.is_self_issued() {
            let root = (certificate.subject_der(), certificate.public_key_bits());
            let first = *roots.entry(root).or_insert(index);
            if first != index {
                say(&DUPLICATE_ROOT, first, "another certificate of the same name and key as");
            }
        }
    }
}
