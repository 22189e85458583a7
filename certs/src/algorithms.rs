//! The signature algorithms that verification may use: always an argument, so that every platform
//! runs one code path with its own cryptography.

use rustls_pki_types::SignatureVerificationAlgorithm;

/// Signature algorithms, as `rustls-webpki` takes them.
pub type Algorithms = &'static [&'static dyn SignatureVerificationAlgorithm];

/// AWS-LC's: ECDSA over P-256, P-384 and P-521, Ed25519, RSA PKCS#1 and PSS of 2048 to 8192 bits.
#[cfg(feature = "aws-lc-rs")]
pub fn aws_lc_rs() -> Algorithms {
    webpki::ALL_VERIFICATION_ALGS
}
