//! X.509 certificates (RFC 5280) and the identities in them (SPIFFE), without any word of Kubernetes.

mod spiffe;

pub use spiffe::{InvalidSpiffeId, SpiffeId};

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    pub extended_key_usage: Vec<String>,
    /// The key that it certifies.
    pub public_key: PublicKey,
    /// The algorithm of its signature as a kebab-case word, or a dotted OID.
    pub signature_algorithm: String,
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
    /// SHA-256 of the subject public key's bits, to find the private key that belongs to it.
    pub(crate) public_key_hash: [u8; 32],
    pub(crate) der: Arc<[u8]>,
    pub(crate) subject_der: Range<usize>,
    pub(crate) issuer_der: Range<usize>,
}

impl Certificate {
    /// The DER encoding.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Issuer and subject are the same name, byte for byte (self-issued, RFC 5280 section 3.2).
    pub fn is_self_issued(&self) -> bool {
        self.der[self.subject_der.clone()] == self.der[self.issuer_der.clone()]
    }

    /// Whether `issuer`'s subject is this certificate's issuer, byte for byte.
    pub fn names_issuer(&self, issuer: &Self) -> bool {
        self.der[self.issuer_der.clone()] == issuer.der[issuer.subject_der.clone()]
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

/// Subject alternative names by type (RFC 5280 section 4.2.1.6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectAltNames {
    /// dNSName.
    pub dns: Vec<String>,
    /// uniformResourceIdentifier.
    pub uri: Vec<String>,
    /// iPAddress, as text.
    pub ip: Vec<String>,
    /// rfc822Name.
    pub email: Vec<String>,
    /// Every other type, as `TYPE:value`.
    pub other: Vec<String>,
}

impl SubjectAltNames {
    /// No name of any type.
    pub fn is_empty(&self) -> bool {
        self.dns.is_empty()
            && self.uri.is_empty()
            && self.ip.is_empty()
            && self.email.is_empty()
            && self.other.is_empty()
    }
}

/// Name constraints as `TYPE:value` (RFC 5280 section 4.2.1.10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NameConstraints {
    /// Names below it must be within one of these, type by type.
    pub permitted: Vec<String>,
    /// Names below it must not be within any of these.
    pub excluded: Vec<String>,
}

/// The public key of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicKey {
    /// What kind of key.
    pub algorithm: KeyAlgorithm,
    /// Its size in bits; 0 where the algorithm is unknown.
    pub bits: u32,
    /// The named curve: `P-256`, or a dotted OID.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub curve: Option<String>,
}

/// Kinds of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum KeyAlgorithm {
    /// RFC 8410.
    Ed25519,
    /// RFC 5480.
    Ec,
    /// Anything else.
    Other,
    /// RFC 3279.
    Rsa,
}

/// The SHA-256 of a certificate's DER; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The first eight digits: enough to tell the certificates on one screen apart.
    pub fn short(&self) -> String {
        let mut digits = self.to_string();
        digits.truncate(8);
        digits
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no SHA-256 fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 64 hexadecimal digits, as `signet decode -o json` prints it")]
pub struct InvalidFingerprint;

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| *byte != b':')
            .map(|byte| char::from(byte).to_digit(16).map(|d| d as u8))
            .collect::<Option<_>>()
            .ok_or(InvalidFingerprint)?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        match digits.len() {
            64 => bytes.try_into().map(Self).map_err(|_| InvalidFingerprint),
            _ => Err(InvalidFingerprint),
        }
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Fingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fingerprint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "SHA-256 of the certificate's DER."
        })
    }
}
