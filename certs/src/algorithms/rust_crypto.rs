//! Signatures verified by the crates of RustCrypto and by dalek.
//!
//! The rules beside the mathematics are those of AWS-LC, so that both give one verdict: how an EC
//! point may be encoded, and how long an RSA key is.

use std::ops::RangeInclusive;

use ed25519_dalek::Verifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::traits::{PublicKeyParts, SignatureScheme};
use rsa::{Pkcs1v15Sign, Pss, PublicKey};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::Algorithms;

/// In the order of AWS-LC's.
pub(super) const ALL: Algorithms<'static> = &[
    &Algorithm::new(alg_id::ECDSA_P256, alg_id::ECDSA_SHA256, on_p256::<Sha256>),
    &Algorithm::new(alg_id::ECDSA_P256, alg_id::ECDSA_SHA384, on_p256::<Sha384>),
    &Algorithm::new(alg_id::ECDSA_P256, alg_id::ECDSA_SHA512, on_p256::<Sha512>),
    &Algorithm::new(alg_id::ECDSA_P384, alg_id::ECDSA_SHA256, on_p384::<Sha256>),
    &Algorithm::new(alg_id::ECDSA_P384, alg_id::ECDSA_SHA384, on_p384::<Sha384>),
    &Algorithm::new(alg_id::ECDSA_P384, alg_id::ECDSA_SHA512, on_p384::<Sha512>),
    &Algorithm::new(alg_id::ECDSA_P521, alg_id::ECDSA_SHA256, on_p521::<Sha256>),
    &Algorithm::new(alg_id::ECDSA_P521, alg_id::ECDSA_SHA384, on_p521::<Sha384>),
    &Algorithm::new(alg_id::ECDSA_P521, alg_id::ECDSA_SHA512, on_p521::<Sha512>),
    &Algorithm::new(alg_id::ED25519, alg_id::ED25519, ed25519),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA256, pkcs1::<Sha256>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA384, pkcs1::<Sha384>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA512, pkcs1::<Sha512>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, PKCS1_SHA256_WITHOUT_PARAMETERS, pkcs1::<Sha256>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, PKCS1_SHA384_WITHOUT_PARAMETERS, pkcs1::<Sha384>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, PKCS1_SHA512_WITHOUT_PARAMETERS, pkcs1::<Sha512>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA256, pss::<Sha256>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA384, pss::<Sha384>),
    &Algorithm::new(alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA512, pss::<Sha512>),
];

/// The `rsa` crate itself takes keys from 1024 bits.
const RSA_BITS: RangeInclusive<u32> = 2048..=8192;

// RFC 4055 section 5: the parameters are NULL, but implementations accept that they are absent.
const PKCS1_SHA256_WITHOUT_PARAMETERS: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]);
const PKCS1_SHA384_WITHOUT_PARAMETERS: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c]);
const PKCS1_SHA512_WITHOUT_PARAMETERS: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d]);

/// Verifies a signature (third) of a message (second) by a key (first).
type Verify = fn(&[u8], &[u8], &[u8]) -> Result<(), InvalidSignature>;

#[derive(Debug)]
struct Algorithm {
    public_key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    verify: Verify,
}

impl Algorithm {
    const fn new(public_key: AlgorithmIdentifier, signature: AlgorithmIdentifier, verify: Verify) -> Self {
        Self { public_key, signature, verify }
    }
}

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        (self.verify)(public_key, message, signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.public_key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

fn on_p256<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    ecdsa::<p256::ecdsa::VerifyingKey, p256::ecdsa::DerSignature, D>(key, message, signature)
}

fn on_p384<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    ecdsa::<p384::ecdsa::VerifyingKey, p384::ecdsa::DerSignature, D>(key, message, signature)
}

fn on_p521<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    ecdsa::<p521::ecdsa::VerifyingKey, p521::ecdsa::DerSignature, D>(key, message, signature)
}

fn ecdsa<K, S, D>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>
where
    K: for<'k> TryFrom<&'k [u8]> + PrehashVerifier<S>,
    S: for<'s> TryFrom<&'s [u8]>,
    D: Digest,
{
    // RFC 5480 section 2.2: a point is compressed (2, 3) or uncompressed (4), nothing else.
    if !matches!(key.first(), Some(2..=4)) {
        return Err(InvalidSignature);
    }
    let key = K::try_from(key).map_err(|_| InvalidSignature)?;
    let signature = S::try_from(signature).map_err(|_| InvalidSignature)?;
    key.verify_prehash(&D::digest(message), &signature).map_err(|_| InvalidSignature)
}

fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    let key = ed25519_dalek::VerifyingKey::try_from(key).map_err(|_| InvalidSignature)?;
    let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
    key.verify(message, &signature).map_err(|_| InvalidSignature)
}

fn pkcs1<D>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>
where
    D: Digest + rsa::pkcs8::AssociatedOid,
{
    rsa(key, &D::digest(message), signature, Pkcs1v15Sign::new::<D>())
}

/// With a salt as long as the hash, which the algorithm identifier says, too (RFC 4055 section 3.1).
fn pss<D>(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature>
where
    D: Digest,
    Pss<D>: SignatureScheme,
{
    rsa(key, &D::digest(message), signature, Pss::<D>::new())
}

fn rsa(
    key: &[u8],
    hash: &[u8],
    signature: &[u8],
    scheme: impl SignatureScheme,
) -> Result<(), InvalidSignature> {
    let key = PublicKey::from_pkcs1_der(key).map_err(|_| InvalidSignature)?;
    if !RSA_BITS.contains(&key.n().bit_width_vartime()) {
        return Err(InvalidSignature);
    }
    key.verify(scheme, hash, signature).map_err(|_| InvalidSignature)
}
