//! Real inputs that no one here wrote. Needs `SIGNET_CORPORA`, and fails without it.
#![cfg(feature = "corpora")]

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use signet_certs::algorithms::aws_lc_rs;
use signet_certs::{
    Certificate, Document, JudgeOptions, Limits, Margin, Refuser, Side, UnixTime, judge, read, trust,
};

/// Within the life of the certificates that were captured.
fn captured() -> UnixTime {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

fn corpus(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("SIGNET_CORPORA").expect(
        "SIGNET_CORPORA is not set; point it at the folder with the corpora, as `make test-corpora` does",
    );
    let path = PathBuf::from(folder).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn documents(name: &str) -> Vec<Document> {
    read(&corpus(name), &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Name, serial number, notAfter and notBefore of a row that istioctl could fill.
type Row = (String, String, String, String);

/// The rows of istioctl's table. Its serial numbers are padded to 32 digits.
fn table(name: &str) -> Vec<Row> {
    let text = String::from_utf8(corpus(name)).expect("a text");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let column = |title: &str| header.find(title).unwrap_or_else(|| panic!("no column {title}"));
    let (serial, after, before) = (column("SERIAL NUMBER"), column("NOT AFTER"), column("NOT BEFORE"));
    let word = |line: &str, at: usize| {
        line.get(at..).unwrap_or_default().split("  ").next().unwrap_or_default().trim().to_owned()
    };
    lines
        .map(|line| (word(line, 0), word(line, serial), word(line, after), word(line, before)))
        .filter(|(_, serial, ..)| !serial.is_empty() && serial != "NA")
        .collect()
}

fn row(name: &str, certificate: &Certificate) -> Row {
    let serial = format!("{:0>32}", certificate.serial_number);
    (name.to_owned(), serial, certificate.not_after.to_string(), certificate.not_before.to_string())
}

/// Every first certificate of a value, as istioctl reads them.
fn first_certificates(documents: &[Document]) -> Vec<Row> {
    documents
        .iter()
        .flat_map(|document| {
            let name = document.source.name.as_deref().unwrap_or_default();
            document.entries.iter().filter_map(move |entry| Some(row(name, entry.certificates.first()?)))
        })
        .collect()
}

#[test]
fn istio_and_spire_dumps_as_istioctl_reads_them() {
    for name in ["istio", "spire"] {
        let read = documents(&format!("istio/secrets/{name}-config_dump.json"));
        let expected = table(&format!("istio/secrets/{name}-istioctl-table.txt"));
        assert!(expected.len() >= 2, "{expected:?}");
        assert_eq!(first_certificates(&read), expected, "{name}");
        assert!(read.iter().all(|document| document.findings.is_empty()), "{name}");
    }
    let istio = documents("istio/secrets/istio-config_dump.json");
    assert!(istio.iter().any(|document| document.source.name.as_deref() == Some("configmap://some/thing")));
}

#[test]
fn ztunnels_dump_as_istioctl_reads_it() {
    let read = documents("istio/secrets/ztunnel-dump.json");
    // The times in this table are fields of the dump, which Istio's authors changed by hand: they are
    // not those of the certificates beside them.
    let rows: Vec<_> = read
        .iter()
        .flat_map(|document| {
            let name = document.source.name.clone().unwrap_or_default();
            document.certificates().map(move |certificate| (name.clone(), certificate.serial_number.clone()))
        })
        .collect();
    let expected: Vec<_> = table("istio/secrets/ztunnel-istioctl-table.txt")
        .into_iter()
        .map(|(name, serial, ..)| (name, serial))
        .collect();
    assert_eq!(rows, expected);
    assert_eq!(read.len(), 4, "identities without a certificate are there too");
}

/// The chain and roots that an Envoy answered with, from its secrets.
fn sides(documents: &[Document]) -> (Vec<Arc<Certificate>>, Vec<Arc<Certificate>>) {
    let of = |name: &str| {
        let document = documents.iter().find(|document| document.source.name.as_deref() == Some(name));
        document.expect("the secret").certificates().cloned().collect()
    };
    (of("default"), of("ROOTCA"))
}

#[test]
fn real_envoys_whole_and_masked() {
    for pod in ["foo/httpbin", "foo/curl", "bar/sleep"] {
        let masked = documents(&format!("envoy/{pod}.secrets.json"));
        let whole = documents(&format!("envoy/{pod}.config_dump.json"));
        assert_eq!(sides(&masked), sides(&whole), "{pod}");
        assert!(masked.iter().chain(&whole).all(|document| document.findings.is_empty()), "{pod}");
        let mut entries = masked.iter().flat_map(|document| &document.entries);
        assert!(entries.all(|entry| entry.keys.is_empty()), "{pod}");
    }
    let (chain, _) = sides(&documents("envoy/bar/sleep.secrets.json"));
    assert_eq!(chain.len(), 3, "leaf, intermediate and root, of which istioctl shows the first");
}

#[test]
fn what_really_connected_connects_and_what_failed_fails() {
    let [httpbin, curl, sleep] = ["foo/httpbin", "foo/curl", "bar/sleep"]
        .map(|pod| sides(&documents(&format!("envoy/{pod}.secrets.json"))));
    let ask = |client: &(Vec<_>, Vec<_>), server: &(Vec<_>, Vec<_>)| {
        trust(
            Side { chain: &client.0, roots: &client.1 },
            Side { chain: &server.0, roots: &server.1 },
            captured(),
            aws_lc_rs(),
        )
    };
    assert_eq!(ask(&curl, &httpbin).failures, []);
    assert_eq!(ask(&httpbin, &curl).failures, []);
    let refused = ask(&curl, &sleep);
    let reasons: Vec<_> = refused.failures.iter().map(|one| (one.side, one.failure.code.as_str())).collect();
    assert_eq!(reasons.first(), Some(&(Refuser::Client, "untrusted-root")), "{refused:?}");
    assert!(!ask(&sleep, &curl).permitted());
}

#[test]
fn every_certificate_of_x509_limbo_is_read_or_reported() {
    let limbo: Value = serde_json::from_slice(&corpus("x509-limbo/limbo.json")).expect("JSON");
    let cases = limbo["testcases"].as_array().expect("test cases");
    assert!(cases.len() > 200, "{}", cases.len());
    let options =
        JudgeOptions { now: captured(), warn: Margin::Share(0.1), anchors: &[], algorithms: aws_lc_rs() };
    let mut certificates = 0;
    for case in cases {
        let lists = ["trusted_certs", "untrusted_intermediates"].map(|key| case[key].as_array());
        let listed = lists.into_iter().flatten().flatten();
        for pem in listed.chain([&case["peer_certificate"]]) {
            let text = pem.as_str().expect("PEM");
            let read = read(text.as_bytes(), &Limits::default())
                .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
            let document = read.first().expect("a document");
            assert!(document.certificates().count() + document.findings.len() >= 1, "{}: lost", case["id"]);
            judge(document, &options);
            certificates += 1;
        }
    }
    assert!(certificates > 400, "{certificates}");
}
