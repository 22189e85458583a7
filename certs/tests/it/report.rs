//! The documented JSON, as scripts get it.

use std::sync::Arc;

use base64::Engine;
use serde_json::{Value, json};
use signet_certs::report::{Documents, Verification};
use signet_certs::{JudgeOptions, Limits, Margin, UnixTime, Usage, VerifyOptions, read, verify};

use crate::documents::{documents, fixture};
use crate::pki::algorithms;

/// Within the life of the fixtures.
fn now() -> UnixTime {
    "2026-12-01T00:00:00Z".parse().expect("a time")
}

fn report(input: &[u8]) -> Value {
    let documents = read(input, &Limits::default()).expect("a readable input");
    let options =
        JudgeOptions { now: now(), warn: Margin::Share(0.1), anchors: &[], algorithms: algorithms() };
    serde_json::to_value(Documents::new(&documents, &options)).expect("JSON")
}

/// No `null` and no empty string anywhere: what is absent is a missing key.
fn assert_absent_is_missing(value: &Value) {
    match value {
        Value::Null => panic!("a null"),
        Value::String(text) => assert!(!text.is_empty(), "an empty string"),
        Value::Array(items) => items.iter().for_each(assert_absent_is_missing),
        Value::Object(map) => map.values().for_each(assert_absent_is_missing),
        _ => {}
    }
}

#[test]
fn a_secret_with_a_chain_a_key_and_a_request() {
    let base64 = |name: &str| base64::engine::general_purpose::STANDARD.encode(fixture(name));
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "httpbin", "namespace": "foo"},
        "data": {"tls.crt": base64("leaf.pem"), "tls.key": base64("leaf-pkcs8.key"),
            "ca.crt": base64("root.pem"), "csr": base64("request.pem")}});
    let report = report(secret.to_string().as_bytes());
    assert_absent_is_missing(&report);
    insta::assert_json_snapshot!(report);
}

#[test]
fn a_broken_block_and_a_version_1_certificate() {
    let input = [fixture("v1.pem"), b"-----BEGIN CERTIFICATE-----\n".to_vec(), fixture("sha1.pem")].concat();
    let report = report(&input);
    assert_absent_is_missing(&report);
    insta::assert_json_snapshot!(report);
}

#[test]
fn pem_of_certificates_only_when_asked_and_never_of_keys() {
    let input = [fixture("leaf.pem"), fixture("leaf-pkcs1.key")].concat();
    let read = documents(&input);
    let options =
        JudgeOptions { now: now(), warn: Margin::Share(0.1), anchors: &[], algorithms: algorithms() };
    let report = Documents::new(&read, &options);
    let without = serde_json::to_string(&report).expect("JSON");
    let with = serde_json::to_string(&report.with_pem(&read)).expect("JSON");
    assert!(!without.contains("BEGIN") && with.contains("BEGIN CERTIFICATE") && !with.contains("PRIVATE"));
}

#[test]
fn verdicts_with_a_path_and_with_a_reason() {
    let certificate =
        |name: &str| documents(fixture(name))[0].certificates().next().cloned().expect("a certificate");
    let (leaf, root) = (certificate("ec-leaf.pem"), certificate("root.pem"));
    let options = VerifyOptions { at: now(), usage: Usage::Any, name: None, algorithms: algorithms() };
    let yes = Verification::new(&verify(&leaf, &[], &[Arc::clone(&root)], &options), Vec::new());
    let yes = serde_json::to_value(yes).expect("JSON");
    assert_eq!(
        yes,
        json!({"apiVersion": "signet.dev/v1alpha1", "kind": "Verification", "valid": true,
            "path": [leaf.fingerprint, root.fingerprint], "findings": []})
    );
    for (name, code) in
        [("v1.pem", "unsupported-version"), ("sha1.pem", "weak-signature"), ("leaf.pem", "chain-incomplete")]
    {
        let no =
            Verification::new(&verify(&certificate(name), &[], &[Arc::clone(&root)], &options), Vec::new());
        let no = serde_json::to_value(no).expect("JSON");
        assert_absent_is_missing(&no);
        assert_eq!((&no["valid"], &no["reason"]["code"]), (&json!(false), &json!(code)));
        insta::assert_json_snapshot!(name, no);
    }
}
