//! Whether what a workload presents is a chain that its peers can follow.

use std::sync::Arc;

use super::{JudgeOptions, Place};
use crate::chain::order::linked;
use crate::chain::reservations::outlives;
use crate::chain::verify::{Failure, Usage, VerifyOptions, verify};
use crate::finding::{
    CHAIN_INCOMPLETE, CHAIN_OUT_OF_ORDER, CODES, DUPLICATE, EXPIRED, LEAF_IS_CA, NOT_YET_VALID,
    SIGNATURE_MISMATCH,
};
use crate::x509::SignedBy;
use crate::{Certificate, Document, Entry, Finding};

/// Judges the chain of one leaf, which stands at position `leaf` of the entry.
pub(super) fn judge(
    document: &Document,
    entry: &Entry,
    leaf: usize,
    options: &JudgeOptions<'_>,
    findings: &mut Vec<Finding>,
) {
    let served = &entry.certificates;
    let Some(first) = served.get(leaf) else { return };
    if first.is_ca {
        let message = format!("what the workload presents is the CA `{}`", first.subject);
        findings.push(
            Finding::new(&LEAF_IS_CA, Place { entry, index: leaf }.to_string(), message)
                .of(first.fingerprint),
        );
    }
    let (chain, _) = linked(served);
    if !in_order(served, &chain) {
        findings.push(out_of_order(entry, &chain));
    }
    for (certificate, issuer) in chain.iter().zip(chain.iter().skip(1)) {
        let place = Place { entry, index: position(entry, certificate) };
        outlives(certificate, issuer, place, options.now, findings);
    }
    let Some(last) = chain.last() else { return };
    let mut broken = false;
    for certificate in chain.iter().filter(|certificate| !certificate.is_self_issued()) {
        if let Some(namesake) = only_namesakes(certificate, document, options) {
            broken = true;
            findings.push(mismatch(entry, certificate, namesake));
        }
    }
    if options.anchors.is_empty() {
        if !broken {
            findings.extend(gap(document, entry, last));
        }
    } else if !broken
        && !first.is_ca
        && let Err(failure) = verify(first, served, options.anchors, &verify_options(options))
    {
        findings.extend(untrusted(entry, failure));
    }
}

/// The served certificates begin with the linked ones, repeats apart.
fn in_order(served: &[Arc<Certificate>], chain: &[Arc<Certificate>]) -> bool {
    let mut rest = served.iter();
    let mut seen: Vec<&Arc<Certificate>> = Vec::with_capacity(chain.len());
    chain.iter().all(|wanted| {
        let next = rest.find(|one| !seen.iter().any(|earlier| earlier.fingerprint == one.fingerprint));
        seen.extend(next);
        next.is_some_and(|next| next.fingerprint == wanted.fingerprint)
    })
}

fn out_of_order(entry: &Entry, chain: &[Arc<Certificate>]) -> Finding {
    let positions: Vec<_> = chain
        .iter()
        .filter_map(|wanted| entry.certificates.iter().position(|one| one.fingerprint == wanted.fingerprint))
        .map(|position| (position + 1).to_string())
        .collect();
    let order = positions.join(", ");
    let about = if entry.path.is_empty() { "chain" } else { &entry.path };
    Finding::new(&CHAIN_OUT_OF_ORDER, about, format!("from leaf to root the certificates are {order}"))
        .with("order", order)
}

/// A certificate that bears the issuer's name, when all of those that do have another key.
///
/// A subject key identifier equal to the authority key identifier is taken for the right key: whether
/// it really is, only a path to an anchor decides, and that is [`verify`]'s answer.
fn only_namesakes<'d>(
    certificate: &Certificate,
    document: &'d Document,
    options: &JudgeOptions<'d>,
) -> Option<&'d Arc<Certificate>> {
    let mut namesake = None;
    for issuer in document.certificates().chain(options.anchors) {
        if !certificate.names_issuer(issuer) {
            continue;
        }
        if certificate.authority_key_id.is_some() && certificate.authority_key_id == issuer.subject_key_id {
            return None;
        }
        match certificate.signed_by(issuer, options.algorithms) {
            SignedBy::AnotherKey => namesake = Some(issuer),
            SignedBy::ThisKey | SignedBy::Unsupported => return None,
        }
    }
    namesake
}

fn mismatch(entry: &Entry, certificate: &Certificate, namesake: &Certificate) -> Finding {
    let index = position(entry, certificate);
    Finding::new(
        &SIGNATURE_MISMATCH,
        Place { entry, index }.to_string(),
        format!("`{}` is the name of its issuer, but another key of that name signed it", certificate.issuer),
    )
    .of(certificate.fingerprint)
    .with("issuer", &certificate.issuer)
    .with("issuerFingerprint", namesake.fingerprint)
}

/// The chain stops below a root although the document has roots: then the issuer between is missing.
/// Without any root there is nothing to say, as a root need not be served (RFC 8446 section 4.4.2).
fn gap(document: &Document, entry: &Entry, last: &Certificate) -> Option<Finding> {
    let mut known = document.certificates().filter(|one| one.fingerprint != last.fingerprint);
    let has_roots = document.certificates().any(|one| one.is_ca && one.is_self_issued());
    if last.is_self_issued() || !has_roots || known.any(|one| last.names_issuer(one)) {
        return None;
    }
    let place = Place { entry, index: position(entry, last) };
    let message =
        format!("its issuer, `{}`, is nowhere in the document, and no root in it has that name", last.issuer);
    Some(
        Finding::new(&CHAIN_INCOMPLETE, place.to_string(), message)
            .of(last.fingerprint)
            .with("issuer", &last.issuer),
    )
}

/// The reason of a failed verification as a finding, unless it is one that was found already.
fn untrusted(entry: &Entry, failure: Failure) -> Option<Finding> {
    let found = [&EXPIRED, &NOT_YET_VALID, &DUPLICATE, &SIGNATURE_MISMATCH];
    if found.iter().any(|code| code.name == failure.code) {
        return None;
    }
    let code = CODES.iter().find(|code| code.name == failure.code)?;
    let certificate = entry.certificates.iter().position(|one| Some(one.fingerprint) == failure.fingerprint);
    let about = certificate.map_or_else(|| entry.path.clone(), |index| Place { entry, index }.to_string());
    let mut finding = Finding::new(code, about, failure.message);
    finding.fingerprint_sha256 = failure.fingerprint;
    finding.evidence = failure.evidence;
    Some(finding)
}

fn position(entry: &Entry, certificate: &Certificate) -> usize {
    let found = entry.certificates.iter().position(|one| one.fingerprint == certificate.fingerprint);
    found.unwrap_or_default()
}

fn verify_options<'a>(options: &JudgeOptions<'a>) -> VerifyOptions<'a> {
    VerifyOptions { at: options.now, usage: Usage::Any, name: None, algorithms: options.algorithms }
}
