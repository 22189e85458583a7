//! Certificate revocation lists (RFC 5280 section 5), named and counted.

use x509_parser::prelude::{ASN1Time, FromDer};
use x509_parser::x509::X509Name;

use super::der::{self, INTEGER, SEQUENCE};
use super::name;
use crate::UnixTime;

/// What is said of a certificate revocation list. Nobody is judged by it here: proxies of a mesh read
/// such lists, and an operator wants to see whose it is and how old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    /// RFC 4514 form.
    pub issuer: String,
    /// When it was issued.
    pub this_update: UnixTime,
    /// When the next one is due at the latest.
    pub next_update: Option<UnixTime>,
    /// How many certificates it revokes.
    pub revoked: usize,
}

impl RevocationList {
    /// Reads one DER `CertificateList` (section 5.1), of which the signature is not verified.
    pub(crate) fn parse(der: &[u8]) -> Option<Self> {
        let (list, []) = der::expect(SEQUENCE, der)? else { return None };
        let (signed, rest) = der::expect(SEQUENCE, list)?;
        // The algorithm of the signature and the signature tell it from a certificate's neighbours.
        let (_, rest) = der::expect(SEQUENCE, rest)?;
        der::expect(der::BIT_STRING, rest)?;
        let rest = der::expect(INTEGER, signed).map_or(signed, |(_version, rest)| rest);
        let (_algorithm, rest) = der::expect(SEQUENCE, rest)?;
        let (rest, issuer) = X509Name::from_der(rest).ok()?;
        let (rest, this_update) = ASN1Time::from_der(rest).ok()?;
        let (rest, next_update) = match ASN1Time::from_der(rest) {
            Ok((rest, time)) => (rest, Some(UnixTime::from_seconds(time.timestamp()))),
            Err(_) => (rest, None),
        };
        let mut revoked = 0;
        let mut entries = der::expect(SEQUENCE, rest).map_or(&[][..], |(entries, _)| entries);
        while let Some((_, after)) = der::expect(SEQUENCE, entries) {
            entries = after;
            revoked += 1;
        }
        let this_update = UnixTime::from_seconds(this_update.timestamp());
        Some(Self { issuer: name::rfc_4514(&issuer), this_update, next_update, revoked })
    }
}
