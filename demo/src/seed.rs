//! Everything that looks random in the demo: keys, serial numbers, names, jitter. All of it follows
//! from one number, so that the same seed gives the same bytes on every machine.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use rcgen::{PKCS_ECDSA_P256_SHA256, PublicKeyData, SignatureAlgorithm};
use sha2::{Digest, Sha256};

/// The letters and digits that Kubernetes makes names of: none that spell words or look alike.
const NAME_ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// The one number that a demo grows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed(pub u64);

impl Seed {
    /// Thirty-two bytes that belong to `label` and to nothing else.
    pub(crate) fn bytes(self, label: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_be_bytes());
        hash.update(label.as_bytes());
        hash.finalize().into()
    }

    /// A number below `limit` (which must not be 0).
    pub(crate) fn number(self, label: &str, limit: i64) -> i64 {
        let [a, b, c, d, ..] = self.bytes(label);
        i64::from(u32::from_be_bytes([a, b, c, d])) % limit
    }

    /// `length` characters as Kubernetes puts them at the end of names.
    pub(crate) fn suffix(self, label: &str, length: usize) -> String {
        self.bytes(label)
            .iter()
            .filter_map(|byte| NAME_ALPHABET.get(usize::from(*byte) % NAME_ALPHABET.len()))
            .take(length)
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// A serial number: 16 bytes, positive, no leading zero (RFC 5280 section 4.1.2.2).
    pub(crate) fn serial(self, label: &str) -> Vec<u8> {
        let mut serial = self.bytes(label)[..16].to_vec();
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x3f | 0x40;
        }
        serial
    }

    /// A P-256 key pair.
    pub(crate) fn key(self, label: &str) -> Key {
        let mut scalar = self.bytes(label);
        scalar[0] &= 0x7f;
        // Below 2^255 and so below the group's order; nobody knows an input of SHA-256 that gives 0.
        #[expect(clippy::expect_used, reason = "every such scalar is a private key")]
        let signing = SigningKey::from_slice(&scalar).expect("a scalar below the order of P-256");
        let public = signing.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        Key { signing, public }
    }
}

/// A P-256 key pair. Signatures are deterministic (RFC 6979).
pub(crate) struct Key {
    signing: SigningKey,
    public: Vec<u8>,
}

impl Key {
    /// SHA-256 of the public key, cut to 160 bits (RFC 7093 section 2, method 1).
    pub(crate) fn identifier(&self) -> Vec<u8> {
        Sha256::digest(&self.public)[..20].to_vec()
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

impl rcgen::SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature: Signature =
            self.signing.try_sign(message).map_err(|_| rcgen::Error::RemoteKeyError)?;
        Ok(signature.to_der().as_bytes().to_vec())
    }
}
