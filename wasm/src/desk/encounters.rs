//! Who of the workloads on the desk could talk to whom.

use std::sync::Arc;

use signet_certs::report::Reason;
use signet_certs::{Certificate, Document, Format, Side, UnixTime, algorithms, trust};

use super::Desk;
use super::chains::lowest;
use super::report::{Encounter, Encounters, Refusal, Verdict, Workload};
use super::roots::place_of;

/// Workloads that are held against each other: their pairs are as many squared.
const WORKLOADS: usize = 16;

/// One side of the pairs.
struct Party<'d> {
    chain: &'d [Arc<Certificate>],
    roots: Vec<Arc<Certificate>>,
    own_roots: bool,
    source: String,
}

/// Each workload on the desk with each, itself included: replicas of one talk, too.
pub(super) fn of(desk: &Desk, now: UnixTime) -> Encounters {
    let marked = desk.anchors();
    let mut parties = Vec::new();
    let mut left_out = 0;
    for (number, document) in desk.documents() {
        for chain in presented(document) {
            if parties.len() == WORKLOADS {
                left_out += 1;
                continue;
            }
            let roots = own_roots(desk, number, document, chain.path);
            let own_roots = !roots.is_empty();
            let roots = if own_roots { roots } else { marked.clone() };
            let source = place_of(document, chain.path);
            parties.push(Party { chain: chain.certificates, roots, own_roots, source });
        }
    }
    let mut pairs = Vec::with_capacity(parties.len() * parties.len());
    for (client, asks) in parties.iter().enumerate() {
        for (server, answers) in parties.iter().enumerate() {
            pairs.push(encounter((client, asks), (server, answers), now));
        }
    }
    Encounters { workloads: parties.iter().map(workload).collect(), pairs, left_out }
}

fn encounter(
    (client, asks): (usize, &Party<'_>),
    (server, answers): (usize, &Party<'_>),
    now: UnixTime,
) -> Encounter {
    if asks.roots.is_empty() || answers.roots.is_empty() {
        return Encounter { client, server, verdict: Verdict::Unknown, reasons: Vec::new() };
    }
    let side = |party: &Party<'_>| -> (Vec<_>, Vec<_>) { (party.chain.to_vec(), party.roots.clone()) };
    let (asking, answering) = (side(asks), side(answers));
    let answer = trust(
        Side { chain: &asking.0, roots: &asking.1 },
        Side { chain: &answering.0, roots: &answering.1 },
        now,
        algorithms::rustcrypto(),
    );
    let refusals = answer.failures.iter();
    let reasons: Vec<_> = refusals
        .map(|failure| Refusal { side: failure.side, reason: Reason::from(&failure.failure) })
        .collect();
    let verdict = if reasons.is_empty() { Verdict::Yes } else { Verdict::No };
    Encounter { client, server, verdict, reasons }
}

/// A value of a document that is the chain of one leaf.
struct Presented<'d> {
    path: &'d str,
    certificates: &'d [Arc<Certificate>],
}

fn presented(document: &Document) -> impl Iterator<Item = Presented<'_>> {
    document.entries.iter().filter_map(|entry| {
        let first = entry.certificates.first().filter(|first| !first.is_ca)?;
        let leaves = lowest(entry).into_iter().filter(|one| !one.is_ca).count();
        (leaves == 1 && !first.is_ca)
            .then_some(Presented { path: &entry.path, certificates: &entry.certificates })
    })
}

/// The roots that came with a chain: those beside it in its object, or in the secret of its dump that
/// holds nothing but roots (`ROOTCA`). A root at the end of the chain itself is only served.
fn own_roots(desk: &Desk, input: u32, document: &Document, chain: &str) -> Vec<Arc<Certificate>> {
    let beside = bundles(document, Some(chain));
    if !beside.is_empty() || document.source.format != Format::ConfigDump {
        return beside;
    }
    let siblings = desk.documents().filter(|(number, other)| {
        *number == input && other.source.format == Format::ConfigDump && is_context(other)
    });
    siblings.flat_map(|(_, other)| bundles(other, None)).collect()
}

/// Whether the secret of a dump is what its owner verifies peers against.
fn is_context(document: &Document) -> bool {
    document.source.kind.as_deref().is_some_and(|kind| kind.starts_with("validation"))
}

/// The CA certificates of the values that hold nothing else, the value at `chain` left out.
fn bundles(document: &Document, chain: Option<&str>) -> Vec<Arc<Certificate>> {
    let values = document.entries.iter().filter(|entry| Some(entry.path.as_str()) != chain);
    values
        .filter(|entry| entry.certificates.iter().all(|one| one.is_ca))
        .flat_map(|entry| entry.certificates.iter().filter(|one| one.is_self_issued()).cloned())
        .collect()
}

fn workload(party: &Party<'_>) -> Workload {
    let leaf = party.chain.first();
    Workload {
        name: leaf.map(|leaf| name(leaf)).unwrap_or_default(),
        source: party.source.clone(),
        leaf: leaf.map_or(signet_certs::Fingerprint([0; 32]), |leaf| leaf.fingerprint),
        roots: party.roots.iter().map(|root| root.fingerprint).collect(),
        own_roots: party.own_roots,
    }
}

fn name(leaf: &Certificate) -> String {
    let names = leaf.sans.uri.iter().chain(&leaf.sans.dns);
    let mut names = names.map(String::as_str).chain([leaf.subject.as_str(), leaf.serial_number.as_str()]);
    names.find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}
