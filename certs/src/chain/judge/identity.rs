//! Whether a leaf says whose it is, and may do what a workload does (SPIFFE X509-SVID).

use std::fmt;

use crate::finding::{
    LEAF_MAY_SIGN, MISSING_SAN, SPIFFE_ID_INVALID, SVID_EXTENDED_KEY_USAGE, SVID_KEY_USAGE,
};
use crate::x509::id_ce;
use crate::{Certificate, Finding, SpiffeId};

/// Judges the leaf that stands at `at`.
pub(in crate::chain) fn judge(leaf: &Certificate, at: impl fmt::Display, findings: &mut Vec<Finding>) {
    let signs: Vec<_> = leaf.key_usage.iter().filter(|word| SIGNING.contains(word)).copied().collect();
    if !signs.is_empty() {
        let message = format!("its keyUsage has {}, which only a CA may have", signs.join(" and "));
        findings.push(
            Finding::new(&LEAF_MAY_SIGN, at.to_string(), message)
                .of(leaf.fingerprint)
                .with("keyUsage", leaf.key_usage.join(", ")),
        );
    }
    if leaf.sans.is_empty() {
        let message = match leaf.subject.as_str() {
            "" => "it has neither a subject nor a subject alternative name".to_owned(),
            subject => {
                format!("it has the subject `{subject}`, which peers ignore, and no subject alternative name")
            }
        };
        findings.push(Finding::new(&MISSING_SAN, at.to_string(), message).of(leaf.fingerprint));
        return;
    }
    if spiffe_id(leaf, &at, findings) {
        usages(leaf, &at, findings);
    }
}

/// Judges the SPIFFE ID of a certificate, a leaf's or a CA's; whether it has one at all.
pub(super) fn spiffe_id(
    certificate: &Certificate,
    at: &impl fmt::Display,
    findings: &mut Vec<Finding>,
) -> bool {
    let uris = &certificate.sans.uri;
    if !uris.iter().any(|uri| is_spiffe(uri)) {
        return false;
    }
    let message = match uris.as_slice() {
        [only] => match only.parse::<SpiffeId>() {
            Ok(id) if !certificate.is_ca && id.path.is_empty() => {
                format!("`{only}` has no path, so it names a trust domain and no workload (section 3.1)")
            }
            Ok(id) if certificate.is_ca && !id.path.is_empty() => {
                format!("`{only}` has a path, and the SPIFFE ID of a CA is its trust domain's (section 3.2)")
            }
            Ok(_) => return true,
            Err(error) => error.to_string(),
        },
        several => format!("it has {} URI SANs, and an X509-SVID has exactly one", several.len()),
    };
    findings.push(
        Finding::new(&SPIFFE_ID_INVALID, at.to_string(), message)
            .of(certificate.fingerprint)
            .with("uris", uris.join(" ")),
    );
    true
}

/// The bits of keyUsage that belong to CAs (X509-SVID section 4.3).
const SIGNING: [&str; 2] = ["key-cert-sign", "crl-sign"];

fn usages(leaf: &Certificate, at: &impl fmt::Display, findings: &mut Vec<Finding>) {
    let mut say = |code, message: String| {
        findings.push(Finding::new(code, at.to_string(), message).of(leaf.fingerprint));
    };
    let usage = &leaf.key_usage;
    match leaf.is_critical(id_ce::KEY_USAGE) {
        None => say(&SVID_KEY_USAGE, "it has no keyUsage, and every X509-SVID has".to_owned()),
        Some(_) if !usage.contains(&"digital-signature") => {
            say(&SVID_KEY_USAGE, format!("its keyUsage is {}, without digital-signature", usage.join(", ")));
        }
        Some(false) => {
            say(&SVID_KEY_USAGE, "its keyUsage is not critical, and that of every X509-SVID is".to_owned());
        }
        Some(true) => {}
    }
    let purposes = &leaf.extended_key_usage;
    let lacks = ["server-auth", "client-auth"].map(|purpose| purposes.iter().all(|one| one != purpose));
    if !purposes.is_empty() && lacks.contains(&true) {
        let message = format!("it is good for {}, and a workload is server and client", purposes.join(", "));
        say(&SVID_EXTENDED_KEY_USAGE, message);
    }
}

fn is_spiffe(uri: &str) -> bool {
    uri.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("spiffe:"))
}
