//! The order of a chain.

use std::collections::HashSet;
use std::sync::Arc;

use crate::Certificate;

/// The certificates in the order leaf, issuer, its issuer, as far as names and key identifiers lead;
/// then whatever is left, in the order served. Nothing is dropped but exact repeats.
pub fn order(served: &[Arc<Certificate>]) -> Vec<Arc<Certificate>> {
    let (mut ordered, rest) = linked(served);
    ordered.extend(rest);
    ordered
}

/// The linked part of a chain, leaf first, and the certificates that are no part of it.
pub(super) fn linked(served: &[Arc<Certificate>]) -> (Vec<Arc<Certificate>>, Vec<Arc<Certificate>>) {
    let mut seen = HashSet::new();
    let mut rest: Vec<_> =
        served.iter().filter(|certificate| seen.insert(certificate.fingerprint)).cloned().collect();
    let mut ordered: Vec<Arc<Certificate>> = Vec::with_capacity(rest.len());
    let mut next = leaf(&rest);
    while let Some(index) = next {
        let certificate = rest.remove(index);
        next = if certificate.is_self_issued() { None } else { issuer(&certificate, &rest) };
        ordered.push(certificate);
    }
    (ordered, rest)
}

/// The first certificate that is no CA; else the first that issued none of the others.
fn leaf(certificates: &[Arc<Certificate>]) -> Option<usize> {
    let issues = |one: &Certificate| {
        certificates.iter().any(|other| other.fingerprint != one.fingerprint && other.names_issuer(one))
    };
    certificates
        .iter()
        .position(|certificate| !certificate.is_ca)
        .or_else(|| certificates.iter().position(|certificate| !issues(certificate)))
        .or(if certificates.is_empty() { None } else { Some(0) })
}

/// The certificate whose name is the issuer's, the one with the right key identifier if several are.
fn issuer(certificate: &Certificate, others: &[Arc<Certificate>]) -> Option<usize> {
    let named = || others.iter().enumerate().filter(|(_, other)| certificate.names_issuer(other));
    named()
        .find(|(_, other)| {
            certificate.authority_key_id.is_some() && certificate.authority_key_id == other.subject_key_id
        })
        .or_else(|| named().next())
        .map(|(index, _)| index)
}
