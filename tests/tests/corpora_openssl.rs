//! Every certificate of the corpora, field by field as the openssl command says it.
//! Needs `SIGNET_CORPORA`, and fails without it.
#![cfg(feature = "corpora")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signet_certs::formats::pem;
use signet_certs::x509::Certificate;
use signet_certs::{Limits, read};
use signet_tests::openssl;

fn folder() -> PathBuf {
    let folder = std::env::var_os("SIGNET_CORPORA").map(PathBuf::from);
    folder.expect("SIGNET_CORPORA is not set; `make test-corpora` says how")
}

/// The certificates of a file that Signet reads.
fn of_file(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let documents =
        read(&bytes, &Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    documents.iter().flat_map(|one| one.certificates().map(|found| found.der().to_vec())).collect()
}

/// The bytes of every block of the test cases, whether or not they are a certificate.
fn of_limbo() -> Vec<Vec<u8>> {
    let text = std::fs::read(folder().join("x509-limbo/limbo.json")).expect("limbo.json");
    let limbo: Value = serde_json::from_slice(&text).expect("JSON");
    let cases = limbo["testcases"].as_array().expect("test cases");
    let texts = cases.iter().flat_map(|case| {
        let lists = ["trusted_certs", "untrusted_intermediates"].map(|key| case[key].as_array());
        lists.into_iter().flatten().flatten().chain([&case["peer_certificate"]]).filter_map(Value::as_str)
    });
    texts.flat_map(|text| pem::blocks(text.as_bytes(), "CERTIFICATE")).collect()
}

#[test]
fn every_field_of_every_certificate() {
    let mut all: BTreeSet<Vec<u8>> = of_limbo().into_iter().collect();
    for pod in ["foo/httpbin", "foo/curl", "bar/sleep"] {
        all.extend(of_file(&folder().join(format!("envoy/{pod}.secrets.json"))));
    }
    for name in ["istio-config_dump", "spire-config_dump", "ztunnel-dump"] {
        all.extend(of_file(&folder().join(format!("istio/secrets/{name}.json"))));
    }
    let mut differences = Vec::new();
    let mut compared = 0;
    for der in &all {
        match (Certificate::parse(der), openssl::read(der)) {
            (Ok(ours), Some(theirs)) => {
                compared += 1;
                let found = openssl::differences(&ours, &theirs);
                differences
                    .extend(found.into_iter().map(|one| format!("{} {one}", ours.fingerprint.short())));
            }
            (Ok(ours), None) => {
                differences.push(format!("{}: OpenSSL cannot read it", ours.fingerprint.short()));
            }
            (Err(error), Some(_)) => differences.push(format!("OpenSSL reads what Signet does not: {error}")),
            (Err(_), None) => {}
        }
    }
    assert!(compared > 400, "{compared} certificates compared");
    assert_eq!(differences, Vec::<String>::new());
}
