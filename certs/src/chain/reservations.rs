//! What path validation accepts without a word, and an operator should know.

use std::fmt;

use crate::finding::{ANCHOR_NOT_ROOT, EXPIRED, LIFETIME_LONGER_THAN_ISSUER, NOT_YET_VALID};
use crate::{Certificate, Finding, UnixTime};

use super::judge::{authority, identity, strength};
use super::profile;
use super::verify::Path;

/// What is to be said about a verified path: rustls-webpki does not look at an anchor's validity and
/// extensions (RFC 5280 section 6.1 does not either, Envoy does), at the keyUsage of anyone, at the
/// size of a leaf's key, at much of what RFC 5280 asks of a certificate's form, nor at whether the
/// leaf says whose it is.
pub fn reservations(path: &Path, at: UnixTime) -> Vec<Finding> {
    let mut findings = Vec::new();
    let leaf = path.certificates.first();
    for (position, certificate) in path.certificates.iter().enumerate() {
        let is_issuer = position > 0;
        let about = if is_issuer { format!("issuer {}", certificate.subject) } else { "leaf".to_owned() };
        if is_issuer {
            authority::judge(certificate, &about, &mut findings);
        } else if !certificate.is_ca {
            identity::judge(certificate, &about, &mut findings);
        }
        if let Some(leaf) = leaf.filter(|_| is_issuer) {
            authority::of_leaf(certificate, leaf, &about, &mut findings);
        }
        strength::judge(certificate, &about, &mut findings);
        let issuer = path.certificates.get(position + 1);
        profile::judge(certificate, is_issuer, issuer.map(|issuer| &**issuer), &about, &mut findings);
        if let Some(issuer) = issuer {
            outlives(certificate, issuer, &about, at, &mut findings);
        }
    }
    if let Some(anchor) = path.anchor() {
        trust_anchor(anchor, path.certificates.len() > 1, at, &mut findings);
    }
    findings
}

/// A certificate that is valid for longer than its issuer verifies no more when that ends. An issuer
/// that has ended already is said to have.
pub(super) fn outlives(
    certificate: &Certificate,
    issuer: &Certificate,
    about: impl fmt::Display,
    at: UnixTime,
    findings: &mut Vec<Finding>,
) {
    if certificate.not_after <= issuer.not_after || issuer.not_after < at {
        return;
    }
    let message = format!(
        "it is valid until {}, its issuer `{}` only until {}",
        certificate.not_after, issuer.subject, issuer.not_after
    );
    findings.push(
        Finding::new(&LIFETIME_LONGER_THAN_ISSUER, about.to_string(), message)
            .of(certificate.fingerprint)
            .with("notAfter", certificate.not_after)
            .with("issuerNotAfter", issuer.not_after),
    );
}

fn trust_anchor(anchor: &Certificate, issued: bool, at: UnixTime, findings: &mut Vec<Finding>) {
    let about = format!("trust anchor {}", anchor.subject);
    if issued && !anchor.is_self_issued() {
        let message = format!("`{}` issued it, and is not asked for", anchor.issuer);
        findings.push(Finding::new(&ANCHOR_NOT_ROOT, about.as_str(), message).of(anchor.fingerprint));
    }
    if anchor.is_valid_at(at) {
        return;
    }
    let (code, message) = if at > anchor.not_after {
        let message = format!(
            "the trust anchor expired at {}; RFC 5280 does not ask, but Envoy refuses it",
            anchor.not_after
        );
        (&EXPIRED, message)
    } else {
        let message = format!("the trust anchor is not valid before {}; Envoy refuses it", anchor.not_before);
        (&NOT_YET_VALID, message)
    };
    findings.push(
        Finding::new(code, about, message)
            .of(anchor.fingerprint)
            .with("notBefore", anchor.not_before)
            .with("notAfter", anchor.not_after),
    );
}
