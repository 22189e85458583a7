//! What kind of key a certificate certifies (RFC 5280 section 4.1.2.7).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use x509_parser::asn1_rs::Tag;
use x509_parser::x509::SubjectPublicKeyInfo;

use super::{der, oids};

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
    pub curve: Option<Cow<'static, str>>,
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

impl KeyAlgorithm {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Ec => "ec",
            Self::Other => "other",
            Self::Rsa => "rsa",
        }
    }
}

impl PublicKey {
    /// Whether signatures by a key of this size are verified at all: RSA from 2048 to 8192 bits.
    pub(crate) const fn verifies(&self) -> bool {
        !matches!(self.algorithm, KeyAlgorithm::Rsa) || (self.bits >= 2048 && self.bits <= 8192)
    }

    pub(super) fn read(info: &SubjectPublicKeyInfo<'_>) -> Self {
        let bits = &info.subject_public_key.data;
        let algorithm = oids::key_algorithm(info.algorithm.algorithm.as_bytes());
        match algorithm {
            KeyAlgorithm::Rsa => Self { algorithm, bits: rsa_bits(bits).unwrap_or_default(), curve: None },
            KeyAlgorithm::Ed25519 => Self { algorithm, bits: 256, curve: None },
            KeyAlgorithm::Ec => {
                // Parameters written out instead of named (RFC 5480 section 2.1.1 forbids them) are no OID.
                let parameters = info.algorithm.parameters.as_ref().filter(|any| any.tag() == Tag::Oid);
                let curve = parameters.and_then(|any| any.as_oid().ok());
                let named = curve.as_ref().and_then(|oid| oids::curve(oid.as_bytes()));
                Self {
                    algorithm,
                    bits: named.map_or_else(|| point_bits(bits), |(_, bits)| bits),
                    curve: named
                        .map(|(name, _)| Cow::Borrowed(name))
                        .or_else(|| curve.map(|oid| oid.to_id_string().into())),
                }
            }
            KeyAlgorithm::Other => Self { algorithm, bits: 0, curve: None },
        }
    }
}

/// The modulus' length (RFC 8017 section A.1.1).
fn rsa_bits(key: &[u8]) -> Option<u32> {
    let (sequence, _) = der::read(key)?;
    let (modulus, _) = der::read(sequence.value)?;
    Some(der::integer_bits(modulus.value))
}

/// The field size that a point of an unnamed curve suggests (SEC 1 section 2.3.3).
fn point_bits(point: &[u8]) -> u32 {
    let octets = match point {
        [4, coordinates @ ..] => coordinates.len() / 2,
        [2 | 3, x @ ..] => x.len(),
        _ => 0,
    };
    u32::try_from(octets).unwrap_or_default().saturating_mul(8)
}
