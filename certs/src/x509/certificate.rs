//! A certificate and every fact that is shown or judged.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Fingerprint, NameConstraints, PublicKey, SpiffeId, SubjectAltNames};
use crate::UnixTime;

/// A certificate: its bytes and every fact that Signet shows or judges, read once.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The version as people count: 1, 2 or 3.
    pub version: u32,
    /// Lower-case hexadecimal, no sign, no leading zeros beyond whole bytes.
    pub serial_number: String,
    /// RFC 4514 form; empty for an empty subject.
    pub subject: String,
    /// RFC 4514 form.
    pub issuer: String,
    /// The first second in which it is valid.
    pub not_before: UnixTime,
    /// The last second in which it is valid.
    pub not_after: UnixTime,
    /// Subject alternative names by type.
    pub sans: SubjectAltNames,
    /// basicConstraints cA (RFC 5280 section 4.2.1.9).
    pub is_ca: bool,
    /// basicConstraints pathLenConstraint.
    pub path_length: Option<u32>,
    /// keyUsage bits as kebab-case words, in bit order (section 4.2.1.3).
    pub key_usage: Vec<&'static str>,
    /// extKeyUsage as kebab-case words, or dotted OIDs where there is no word (section 4.2.1.12).
    pub extended_key_usage: Vec<Cow<'static, str>>,
    /// The key that it certifies.
    pub public_key: PublicKey,
    /// The algorithm of its signature as a kebab-case word, or a dotted OID.
    pub signature_algorithm: Cow<'static, str>,
    /// subjectKeyIdentifier in lower-case hexadecimal (section 4.2.1.2).
    pub subject_key_id: Option<String>,
    /// authorityKeyIdentifier's keyIdentifier in lower-case hexadecimal (section 4.2.1.1).
    pub authority_key_id: Option<String>,
    /// nameConstraints (section 4.2.1.10).
    pub name_constraints: Option<NameConstraints>,
    /// Addresses of the CRL distribution points (section 4.2.1.13).
    pub crl_distribution_points: Vec<String>,
    /// Addresses of OCSP responders (section 4.2.2.1).
    pub ocsp: Vec<String>,
    /// Addresses of issuer certificates (section 4.2.2.1).
    pub ca_issuers: Vec<String>,
    /// Dotted OIDs of critical extensions that no rule here understands (section 4.2).
    pub unknown_critical_extensions: Vec<String>,
    /// Extensions that are present but malformed: dotted OID and reason.
    pub malformed_extensions: Vec<(String, String)>,
    /// SHA-256 of the DER.
    pub fingerprint: Fingerprint,
    pub(super) der: Arc<[u8]>,
    pub(super) layout: Layout,
}

impl Certificate {
    /// The DER encoding.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Issuer and subject are the same name, byte for byte (self-issued, RFC 5280 section 3.2).
    pub fn is_self_issued(&self) -> bool {
        self.part(self.layout.subject) == self.part(self.layout.issuer)
    }

    /// Whether `issuer`'s subject is this certificate's issuer, byte for byte.
    pub fn names_issuer(&self, issuer: &Self) -> bool {
        self.part(self.layout.issuer) == issuer.part(issuer.layout.subject)
    }

    /// The subject as it is encoded, to compare names as path validation does: byte for byte.
    pub fn subject_der(&self) -> &[u8] {
        self.part(self.layout.subject)
    }

    /// The bits of the key that it certifies (RFC 5280 section 4.1.2.7).
    pub fn public_key_bits(&self) -> &[u8] {
        self.part(self.layout.public_key_bits)
    }

    /// Whether both certify the same key under the same name: one CA, whatever else differs.
    pub fn is_same_authority(&self, other: &Self) -> bool {
        self.subject_der() == other.subject_der() && self.public_key_bits() == other.public_key_bits()
    }

    /// Whether `at` is within its validity, both ends included (RFC 5280 section 4.1.2.5).
    pub fn is_valid_at(&self, at: UnixTime) -> bool {
        self.not_before <= at && at <= self.not_after
    }

    /// The life it was given, in seconds.
    pub fn lifetime_seconds(&self) -> i64 {
        self.not_after.since(self.not_before)
    }

    /// Its SPIFFE ID, when it has exactly one URI SAN and that is a valid one
    /// (X509-SVID section 2).
    pub fn spiffe_id(&self) -> Option<SpiffeId> {
        match self.sans.uri.as_slice() {
            [only] => only.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn part(&self, part: Part) -> &[u8] {
        self.der.get(part.start..part.end).unwrap_or_default()
    }
}

/// Where the parts stand in the DER that are compared or verified as they are encoded.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The `TBSCertificate` with its header: what is signed.
    pub(super) signed: Part,
    /// The issuer's Name.
    pub(super) issuer: Part,
    /// The subject's Name.
    pub(super) subject: Part,
    /// The `AlgorithmIdentifier` of the key, without its header.
    pub(super) public_key_algorithm: Part,
    /// The bits of the key.
    pub(super) public_key_bits: Part,
    /// The `AlgorithmIdentifier` of the signature, without its header.
    pub(super) signature_algorithm: Part,
    /// The bits of the signature.
    pub(super) signature: Part,
}

/// A half-open range of the DER.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part {
    start: usize,
    end: usize,
}

impl Part {
    /// Where `part`, a slice of `whole`, stands in it; empty if it is no slice of it.
    pub(super) fn of(whole: &[u8], part: &[u8]) -> Self {
        let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        match start.checked_add(part.len()) {
            Some(end) if end <= whole.len() => Self { start, end },
            _ => Self::default(),
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject)
            .field("issuer", &self.issuer)
            .field("serial_number", &self.serial_number)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}
