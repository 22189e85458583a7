//! Whether a certified key is as strong as peers ask for.

use std::fmt;

use crate::finding::{UNSUPPORTED_ALGORITHM, WEAK_KEY};
use crate::x509::KeyAlgorithm;
use crate::{Certificate, Finding};

/// Judges the key of the certificate that stands at `at`. A key of unknown size is not judged.
pub(in crate::chain) fn judge(certificate: &Certificate, at: impl fmt::Display, findings: &mut Vec<Finding>) {
    let key = &certificate.public_key;
    let least = match key.algorithm {
        KeyAlgorithm::Rsa => 2048,
        KeyAlgorithm::Ec => 256,
        KeyAlgorithm::Ed25519 => return,
        KeyAlgorithm::Other => {
            let message = "its key is neither EC, Ed25519 nor RSA, and peers verify nothing with it";
            findings.push(
                Finding::new(&UNSUPPORTED_ALGORITHM, at.to_string(), message).of(certificate.fingerprint),
            );
            return;
        }
    };
    if key.bits == 0 || key.bits >= least {
        return;
    }
    let message = format!(
        "its {} key has {} bits, and peers ask for at least {least}",
        key.algorithm.word().to_ascii_uppercase(),
        key.bits
    );
    findings.push(
        Finding::new(&WEAK_KEY, at.to_string(), message).of(certificate.fingerprint).with("bits", key.bits),
    );
}
