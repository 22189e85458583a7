//! The signature algorithms that verification may use: always an argument, so that every platform
//! runs one code path with its own cryptography.
//!
//! Both lists accept the same signatures: ECDSA over P-256, P-384 and P-521, Ed25519, and RSA
//! (PKCS#1 v1.5 and PSS, keys of 2048 to 8192 bits), each with SHA-256, SHA-384 or SHA-512. A
//! verdict does not depend on where Signet runs. What proxies do not verify, ML-DSA say, is in
//! neither.

mod reuse;
#[cfg(feature = "rustcrypto")]
mod rust_crypto;

pub use reuse::Reuse;

use rustls_pki_types::SignatureVerificationAlgorithm;

/// Signature algorithms, as `rustls-webpki` takes them.
pub type Algorithms<'a> = &'a [&'a dyn SignatureVerificationAlgorithm];

/// AWS-LC's: the fastest, for native programs.
#[cfg(feature = "aws-lc-rs")]
pub fn aws_lc_rs() -> Algorithms<'static> {
    use webpki::aws_lc_rs as algorithms;

    static ALL: Algorithms<'static> = &[
        algorithms::ECDSA_P256_SHA256,
        algorithms::ECDSA_P256_SHA384,
        algorithms::ECDSA_P256_SHA512,
        algorithms::ECDSA_P384_SHA256,
        algorithms::ECDSA_P384_SHA384,
        algorithms::ECDSA_P384_SHA512,
        algorithms::ECDSA_P521_SHA256,
        algorithms::ECDSA_P521_SHA384,
        algorithms::ECDSA_P521_SHA512,
        algorithms::ED25519,
        algorithms::RSA_PKCS1_2048_8192_SHA256,
        algorithms::RSA_PKCS1_2048_8192_SHA384,
        algorithms::RSA_PKCS1_2048_8192_SHA512,
        algorithms::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
        algorithms::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
        algorithms::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
        algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    ];
    ALL
}

/// RustCrypto's: pure Rust, without a C compiler or a source of randomness, for WebAssembly.
#[cfg(feature = "rustcrypto")]
pub fn rustcrypto() -> Algorithms<'static> {
    rust_crypto::ALL
}
