//! Signatures for a fuzzer, which cannot make real ones: it would never get past the first of them.

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use signet_certs::algorithms::Algorithms;

/// Algorithms by which a signature is good when its last byte is even: the input decides.
pub fn algorithms() -> Algorithms<'static> {
    static ALL: Algorithms<'static> = &[
        &ByTheLastByte { key: alg_id::RSA_ENCRYPTION, signature: alg_id::RSA_PKCS1_SHA256 },
        &ByTheLastByte { key: alg_id::ECDSA_P256, signature: alg_id::ECDSA_SHA256 },
        &ByTheLastByte { key: alg_id::ED25519, signature: alg_id::ED25519 },
    ];
    ALL
}

#[derive(Debug)]
struct ByTheLastByte {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
}

impl SignatureVerificationAlgorithm for ByTheLastByte {
    fn verify_signature(
        &self,
        _public_key: &[u8],
        _message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        if signature.last().is_some_and(|byte| byte % 2 == 0) { Ok(()) } else { Err(InvalidSignature) }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}
