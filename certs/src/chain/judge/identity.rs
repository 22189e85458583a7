//! Whether a leaf says whose it is (SPIFFE X509-SVID).

use std::fmt;

use crate::finding::{MISSING_SAN, SPIFFE_ID_INVALID};
use crate::{Certificate, Finding, SpiffeId};

/// Judges the leaf that stands at `at`.
pub(in crate::chain) fn judge(leaf: &Certificate, at: impl fmt::Display, findings: &mut Vec<Finding>) {
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
    let uris = &leaf.sans.uri;
    if !uris.iter().any(|uri| is_spiffe(uri)) {
        return;
    }
    let message = match uris.as_slice() {
        [only] => match SpiffeId::check(only) {
            Ok(()) => return,
            Err(error) => error.to_string(),
        },
        several => format!("it has {} URI SANs, and an X509-SVID has exactly one", several.len()),
    };
    findings.push(
        Finding::new(&SPIFFE_ID_INVALID, at.to_string(), message)
            .of(leaf.fingerprint)
            .with("uris", uris.join(" ")),
    );
}

fn is_spiffe(uri: &str) -> bool {
    uri.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("spiffe:"))
}
