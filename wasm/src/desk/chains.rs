//! The chains of a document: from each certificate that issued none of its neighbours towards a root.

use std::collections::HashSet;
use std::sync::Arc;

use signet_certs::chain::order;
use signet_certs::report::{DocumentReport, Verification};
use signet_certs::{
    Certificate, Document, Entry, Fingerprint, UnixTime, Usage, VerifyOptions, algorithms, reservations,
    verify,
};

use super::report::Chain;

/// Chains that are shown of one value. Bundles beyond it are collections, not chains.
const CHAINS: usize = 50;
/// Certificates of a value that are looked at for issuers.
const ISSUERS: usize = 200;

/// The chains of what `report` shows of `document`.
pub(super) fn of(
    document: &Document,
    report: &DocumentReport,
    anchors: &[Arc<Certificate>],
    now: UnixTime,
) -> Vec<Chain> {
    let shown: HashSet<Fingerprint> =
        report.certificates.iter().map(|placed| placed.certificate.fingerprint_sha256).collect();
    let entries = document.entries.iter();
    entries
        .flat_map(|entry| lowest(entry).into_iter().take(CHAINS).map(move |lowest| (entry, lowest)))
        .filter(|(_, lowest)| shown.contains(&lowest.fingerprint))
        .map(|(entry, lowest)| Chain {
            path: Some(entry.path.clone()).filter(|path| !path.is_empty()),
            certificates: linked(entry, lowest).iter().map(|one| one.fingerprint).collect(),
            verification: (!lowest.is_ca && !anchors.is_empty())
                .then(|| verification(entry, lowest, anchors, now)),
        })
        .collect()
}

/// The certificates with which chains begin, each once.
pub(super) fn lowest(entry: &Entry) -> Vec<&Arc<Certificate>> {
    let mut seen = HashSet::new();
    let once = entry.certificates.iter().filter(|one| seen.insert(one.fingerprint));
    let certificates: Vec<_> = once.collect();
    let issues = |one: &Certificate| {
        let others = certificates.iter().take(ISSUERS);
        others.filter(|other| other.fingerprint != one.fingerprint).any(|other| other.names_issuer(one))
    };
    certificates.iter().copied().filter(|one| !one.is_ca || !issues(one)).collect()
}

/// From `lowest` on, each certificate followed by its issuer.
fn linked(entry: &Entry, lowest: &Arc<Certificate>) -> Vec<Arc<Certificate>> {
    let mut candidates = vec![Arc::clone(lowest)];
    candidates.extend(issuers(entry, lowest));
    let ordered = order(&candidates);
    let broken = ordered.windows(2).position(|pair| {
        let [one, next] = pair else { return true };
        one.is_self_issued() || !one.names_issuer(next)
    });
    ordered.into_iter().take(broken.map_or(usize::MAX, |index| index + 1)).collect()
}

fn issuers(entry: &Entry, lowest: &Certificate) -> Vec<Arc<Certificate>> {
    let others = entry.certificates.iter().filter(|one| one.is_ca && one.fingerprint != lowest.fingerprint);
    others.take(ISSUERS).cloned().collect()
}

fn verification(
    entry: &Entry,
    leaf: &Arc<Certificate>,
    anchors: &[Arc<Certificate>],
    now: UnixTime,
) -> Verification {
    let options =
        VerifyOptions { at: now, usage: Usage::Any, name: None, algorithms: algorithms::rustcrypto() };
    let verified = verify(leaf, &issuers(entry, leaf), anchors, &options);
    let findings = verified.as_ref().map(|path| reservations(path, now)).unwrap_or_default();
    Verification::new(&verified, findings)
}
