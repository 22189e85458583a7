//! Private keys: recognised by their structure, told apart by their public half, never kept.
//!
//! Where the structure leaves the public half out, as Ed25519 in PKCS#8 mostly does, it is computed.
//! That is the only arithmetic on a private key in Signet, and it is done by the same crates with every
//! feature, so that a key matches its certificate everywhere or nowhere.

use std::borrow::Cow;

use super::der::{self, BIT_STRING, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
use super::{KeyAlgorithm, oids};

/// What may be known of a private key.
pub(crate) struct PrivateKey<'a> {
    /// The algorithm, unless it is encrypted or unknown.
    pub(crate) algorithm: Option<KeyAlgorithm>,
    /// The size in bits, where the structure tells it.
    pub(crate) bits: Option<u32>,
    /// The public half as a certificate carries it, where the structure holds it.
    pub(crate) public_bits: Option<Cow<'a, [u8]>>,
}

impl<'a> PrivateKey<'a> {
    /// A key of which only that it is one is known.
    pub(crate) const fn sealed() -> Self {
        Self { algorithm: None, bits: None, public_bits: None }
    }

    /// `RSAPrivateKey` (RFC 8017 section A.1.2): version, modulus, publicExponent, …
    pub(crate) fn pkcs1(der: &'a [u8]) -> Option<Self> {
        let (key, _) = der::expect(SEQUENCE, der)?;
        let (_, rest) = der::expect(INTEGER, key)?;
        let (modulus, after_modulus) = der::expect(INTEGER, rest)?;
        let (_, after_exponent) = der::expect(INTEGER, after_modulus)?;
        let public = rest.get(..rest.len() - after_exponent.len())?;
        Some(Self {
            algorithm: Some(KeyAlgorithm::Rsa),
            bits: Some(der::integer_bits(modulus)),
            public_bits: Some(sequence(public).into()),
        })
    }

    /// `ECPrivateKey` (RFC 5915 section 3): version, privateKey, `[0]` parameters, `[1]` publicKey.
    pub(crate) fn sec1(der: &'a [u8]) -> Option<Self> {
        Self::sec1_on(der, None)
    }

    /// `PrivateKeyInfo` or `OneAsymmetricKey` (RFC 5958 section 2) around one of the others.
    pub(crate) fn pkcs8(der: &'a [u8]) -> Option<Self> {
        let (info, _) = der::expect(SEQUENCE, der)?;
        let (_, rest) = der::expect(INTEGER, info)?;
        let (algorithm, rest) = der::expect(SEQUENCE, rest)?;
        let (oid, parameters) = der::expect(OBJECT_IDENTIFIER, algorithm)?;
        let (key, mut attributes) = der::expect(OCTET_STRING, rest)?;
        match oids::key_algorithm(oid) {
            KeyAlgorithm::Rsa => Self::pkcs1(key),
            KeyAlgorithm::Ec => {
                Self::sec1_on(key, der::expect(OBJECT_IDENTIFIER, parameters).map(|(curve, _)| curve))
            }
            algorithm @ KeyAlgorithm::Ed25519 => {
                // `[1] IMPLICIT BIT STRING` after the optional attributes (RFC 8410 section 7).
                let mut public_bits = None;
                while let Some((element, rest)) = der::read(attributes) {
                    attributes = rest;
                    if element.tag == 0x81 {
                        public_bits = der::whole_bits(element.value).map(Cow::Borrowed);
                    }
                }
                // `CurvePrivateKey ::= OCTET STRING` within the OCTET STRING.
                let public_bits = public_bits.or_else(|| {
                    let (seed, _) = der::expect(OCTET_STRING, key)?;
                    let seed = ed25519_dalek::SigningKey::from_bytes(seed.try_into().ok()?);
                    Some(seed.verifying_key().to_bytes().to_vec().into())
                });
                Some(Self { algorithm: Some(algorithm), bits: Some(256), public_bits })
            }
            algorithm @ KeyAlgorithm::Other => {
                Some(Self { algorithm: Some(algorithm), bits: None, public_bits: None })
            }
        }
    }

    fn sec1_on(der: &'a [u8], curve: Option<&[u8]>) -> Option<Self> {
        let (key, _) = der::expect(SEQUENCE, der)?;
        let (_, rest) = der::expect(INTEGER, key)?;
        let (secret, mut rest) = der::expect(OCTET_STRING, rest)?;
        let mut curve = curve;
        let mut public_bits = None;
        while let Some((element, after)) = der::read(rest) {
            rest = after;
            match element.tag {
                0xa0 => curve = curve.or(der::expect(OBJECT_IDENTIFIER, element.value).map(|(oid, _)| oid)),
                0xa1 => {
                    public_bits =
                        der::expect(BIT_STRING, element.value).and_then(|(bits, _)| der::whole_bits(bits));
                }
                _ => {}
            }
        }
        let curve = curve.and_then(oids::curve);
        let computed = || point(curve?.0, secret).map(Cow::Owned);
        Some(Self {
            algorithm: Some(KeyAlgorithm::Ec),
            bits: curve.map(|(_, bits)| bits).or_else(|| u32::try_from(secret.len() * 8).ok()),
            public_bits: public_bits.map(Cow::Borrowed).or_else(computed),
        })
    }
}

/// The point of a curve that belongs to a private key (SEC 1 section 3.2.1), uncompressed as
/// certificates carry it. The crates overwrite the key when they are done with it.
fn point(curve: &str, secret: &[u8]) -> Option<Vec<u8>> {
    let point = match curve {
        "P-256" => p256::SecretKey::from_slice(secret).ok()?.public_key().to_sec1_bytes(),
        "P-384" => p384::SecretKey::from_slice(secret).ok()?.public_key().to_sec1_bytes(),
        "P-521" => p521::SecretKey::from_slice(secret).ok()?.public_key().to_sec1_bytes(),
        _ => return None,
    };
    Some(point.into())
}

/// `elements` as the value of a DER SEQUENCE: an `RSAPublicKey` as certificates carry it.
fn sequence(elements: &[u8]) -> Vec<u8> {
    let length = elements.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let significant = length.get(zeros..).unwrap_or_default();
    let mut der = vec![SEQUENCE];
    match significant {
        [] => der.push(0),
        [short @ 0..=0x7f] => der.push(*short),
        octets => {
            // At most eight octets, so it fits the seven bits.
            der.push(0x80 | u8::try_from(octets.len()).unwrap_or_default());
            der.extend_from_slice(octets);
        }
    }
    der.extend_from_slice(elements);
    der
}
