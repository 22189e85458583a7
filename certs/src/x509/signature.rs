//! Whether one certificate's key signed another: a single edge, never a path.

use super::Certificate;
use crate::algorithms::Algorithms;

/// What is known about a certificate's signature and a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedBy {
    /// Another key made the signature.
    AnotherKey,
    /// This key made the signature.
    ThisKey,
    /// None of the algorithms at hand verifies this signature with this kind of key.
    Unsupported,
}

impl Certificate {
    /// Whether `issuer`'s key made this certificate's signature (RFC 5280 section 6.1.3 (a)(1)).
    ///
    /// Names, times and rights are not looked at. The algorithm is found as rustls-webpki finds it:
    /// by both algorithm identifiers as they are encoded.
    pub fn signed_by(&self, issuer: &Self, algorithms: Algorithms<'_>) -> SignedBy {
        let mut answer = SignedBy::Unsupported;
        if !issuer.public_key.verifies() {
            return answer;
        }
        for algorithm in algorithms {
            if algorithm.signature_alg_id().as_ref() != self.part(self.layout.signature_algorithm)
                || algorithm.public_key_alg_id().as_ref() != issuer.part(issuer.layout.public_key_algorithm)
            {
                continue;
            }
            let verdict = algorithm.verify_signature(
                issuer.public_key_bits(),
                self.part(self.layout.signed),
                self.part(self.layout.signature),
            );
            if verdict.is_ok() {
                return SignedBy::ThisKey;
            }
            answer = SignedBy::AnotherKey;
        }
        answer
    }
}
