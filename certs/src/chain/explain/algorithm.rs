//! A signature that nobody verifies: its hash, its kind, or the key that made it.

use super::{reason, shown, with};
use crate::Certificate;
use crate::chain::verify::Failure;
use crate::chain::walk::{End, Walk};
use crate::finding::{UNREADABLE, UNSUPPORTED_ALGORITHM, WEAK_KEY, WEAK_SIGNATURE};
use crate::x509::KeyAlgorithm;

/// Explains why the last signature of the way up from the leaf is not accepted, whoever made it.
pub(super) fn refused(walk: &Walk, leaf: &Certificate) -> Failure {
    let (signed, issuer) = match (&walk.end, walk.steps.last()) {
        (End::Unsupported(issuer), Some(last)) => (&**last, Some(issuer)),
        _ => (leaf, None),
    };
    let name = &signed.signature_algorithm;
    let forgeable = [("sha1", "SHA-1"), ("md5", "MD5")].into_iter().find(|(word, _)| name.contains(word));
    let (code, at_fault, message) = match issuer {
        _ if let Some((_, hash)) = forgeable => {
            let message = format!(
                "{} is signed with {name}, and {hash} can be forged, whatever the key",
                shown(signed)
            );
            (&WEAK_SIGNATURE, signed, message)
        }
        Some(issuer) if issuer.public_key.algorithm == KeyAlgorithm::Rsa && !issuer.public_key.verifies() => {
            let accepted = "2048 to 8192 are accepted";
            let (code, problem) = match issuer.public_key.bits {
                0 => (&UNREADABLE, "is malformed".to_owned()),
                bits @ 1..2048 => (&WEAK_KEY, format!("has {bits} bits; {accepted}")),
                bits => (&UNSUPPORTED_ALGORITHM, format!("has {bits} bits; {accepted}")),
            };
            let message =
                format!("{} is signed by {}, whose RSA key {problem}", shown(signed), shown(issuer));
            (code, &**issuer, message)
        }
        Some(issuer) => {
            let key = &issuer.public_key;
            let curve = key.curve.as_ref().map(|curve| format!(" on {curve}")).unwrap_or_default();
            let message = format!(
                "the signature of {} is {name} by a key of kind {}{curve}, which is not accepted",
                shown(signed),
                key.algorithm.word()
            );
            (&UNSUPPORTED_ALGORITHM, signed, message)
        }
        None => {
            let message = format!("the signature of {} is {name}, which is not accepted", shown(signed));
            (&UNSUPPORTED_ALGORITHM, signed, message)
        }
    };
    with(reason(code, at_fault, message), &[("signatureAlgorithm", name.to_string())])
}
