//! Whether a CA certificate may sign, and signs for its own (RFC 5280, SPIFFE X509-SVID).

use std::fmt;

use super::identity;
use crate::finding::{CA_WITHOUT_KEY_CERT_SIGN, SVID_KEY_USAGE, TRUST_DOMAIN_MISMATCH};
use crate::x509::id_ce;
use crate::{Certificate, Finding};

/// Judges the CA certificate that stands at `about`.
pub(in crate::chain) fn judge(ca: &Certificate, about: impl fmt::Display, findings: &mut Vec<Finding>) {
    let usage = &ca.key_usage;
    if ca.is_critical(id_ce::KEY_USAGE).is_some() && !usage.contains(&"key-cert-sign") {
        let words = if usage.is_empty() { "empty".to_owned() } else { usage.join(", ") };
        let message = format!("its keyUsage is {words}; rustls-webpki does not look at it, Envoy does");
        findings.push(
            Finding::new(&CA_WITHOUT_KEY_CERT_SIGN, about.to_string(), message)
                .of(ca.fingerprint)
                .with("keyUsage", usage.join(", ")),
        );
    }
    if !identity::spiffe_id(ca, &about, findings) {
        return;
    }
    let problem = match ca.is_critical(id_ce::KEY_USAGE) {
        None => "it has no keyUsage, and every X509-SVID has",
        Some(false) => "its keyUsage is not critical, and that of every X509-SVID is",
        Some(true) => return,
    };
    findings.push(Finding::new(&SVID_KEY_USAGE, about.to_string(), problem).of(ca.fingerprint));
}

/// Judges whether the CA at `about` may be above `leaf`.
pub(in crate::chain) fn of_leaf(
    ca: &Certificate,
    leaf: &Certificate,
    about: impl fmt::Display,
    findings: &mut Vec<Finding>,
) {
    let (Some(id), Some(below)) = (ca.spiffe_id(), leaf.spiffe_id()) else { return };
    if id.trust_domain != below.trust_domain {
        let message = format!(
            "its trust domain is `{}`, and that of the leaf is `{}`",
            id.trust_domain, below.trust_domain
        );
        findings.push(
            Finding::new(&TRUST_DOMAIN_MISMATCH, about.to_string(), message)
                .of(ca.fingerprint)
                .with("trustDomain", id.trust_domain)
                .with("leafTrustDomain", below.trust_domain),
        );
    }
}
