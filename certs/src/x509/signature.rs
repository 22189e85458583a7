//! Whether one certificate's key signed another: a single edge, never a path.

use super::{Certificate, der, oids};
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

    /// Dotted OIDs of the critical extensions that rustls-webpki does not process, and for which it
    /// therefore refuses the certificate: more than RFC 5280 would.
    pub(crate) fn critical_extensions_refused(&self) -> Vec<String> {
        critical_extensions(&self.der)
            .unwrap_or_default()
            .into_iter()
            .filter(|oid| !matches!(oid, [0x55, 0x1d, 15 | 17 | 19 | 30 | 31 | 37]))
            .map(oids::dotted)
            .collect()
    }
}

/// The OIDs, as encoded, of the extensions that are marked critical.
fn critical_extensions(certificate: &[u8]) -> Option<Vec<&[u8]>> {
    const EXTENSIONS: u8 = 0xa3;
    const TRUE: &[u8] = &[0x01, 0x01, 0xff];
    let (whole, _) = der::expect(der::SEQUENCE, certificate)?;
    let (mut rest, _) = der::expect(der::SEQUENCE, whole)?;
    let mut critical = Vec::new();
    while let Some((element, after)) = der::read(rest) {
        rest = after;
        if element.tag != EXTENSIONS {
            continue;
        }
        let (mut extensions, _) = der::expect(der::SEQUENCE, element.value)?;
        while let Some((extension, after)) = der::expect(der::SEQUENCE, extensions) {
            extensions = after;
            let (oid, value) = der::expect(der::OBJECT_IDENTIFIER, extension)?;
            if value.starts_with(TRUE) {
                critical.push(oid);
            }
        }
    }
    Some(critical)
}
