//! What path validation accepts without a word, and an operator should know.

use crate::finding::{CA_WITHOUT_KEY_CERT_SIGN, EXPIRED, NOT_YET_VALID};
use crate::{Finding, UnixTime};

use super::judge::{identity, strength};
use super::verify::Path;

/// What is to be said about a verified path: rustls-webpki does not look at an anchor's validity (RFC
/// 5280 section 6.1 does not either, Envoy does), at the keyUsage of issuers, at the size of a leaf's
/// key, nor at whether the leaf says whose it is.
pub fn reservations(path: &Path, at: UnixTime) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(leaf) = path.certificates.first().filter(|leaf| !leaf.is_ca) {
        identity::judge(leaf, "leaf", &mut findings);
    }
    for (position, certificate) in path.certificates.iter().enumerate() {
        let about = if position == 0 { "leaf".to_owned() } else { format!("issuer {}", certificate.subject) };
        strength::judge(certificate, about, &mut findings);
    }
    if let Some(anchor) = path.anchor().filter(|anchor| !anchor.is_valid_at(at)) {
        let (code, message) = if at > anchor.not_after {
            (
                &EXPIRED,
                format!(
                    "the trust anchor expired at {}; RFC 5280 does not ask, but Envoy refuses it",
                    anchor.not_after
                ),
            )
        } else {
            (
                &NOT_YET_VALID,
                format!("the trust anchor is not valid before {}; Envoy refuses it", anchor.not_before),
            )
        };
        findings.push(
            Finding::new(code, format!("trust anchor {}", anchor.subject), message)
                .of(anchor.fingerprint)
                .with("notBefore", anchor.not_before)
                .with("notAfter", anchor.not_after),
        );
    }
    for issuer in path.certificates.iter().skip(1) {
        if !issuer.key_usage.is_empty() && !issuer.key_usage.contains(&"key-cert-sign") {
            let message =
                format!("keyUsage is {}, and rustls-webpki does not look at it", issuer.key_usage.join(", "));
            findings.push(
                Finding::new(&CA_WITHOUT_KEY_CERT_SIGN, format!("issuer {}", issuer.subject), message)
                    .of(issuer.fingerprint)
                    .with("keyUsage", issuer.key_usage.join(", ")),
            );
        }
    }
    findings
}
