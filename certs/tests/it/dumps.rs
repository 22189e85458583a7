//! Dumps of Envoy, istioctl and ztunnel.

use base64::Engine;
use serde_json::{Value, json};
use signet_certs::{Document, Format, State};

use crate::documents::{codes, document, documents, fixture};

fn bytes(name: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(fixture(name))
}

fn secrets() -> Value {
    json!({"dynamic_active_secrets": [
        {"name": "default", "secret": {"name": "default", "tls_certificate": {
            "certificate_chain": {"inline_bytes": bytes("leaf.pem")},
            "private_key": {"inline_bytes": "W3JlZGFjdGVkXQ=="}}}},
        {"name": "ROOTCA", "secret": {"name": "ROOTCA", "validation_context": {
            "trusted_ca": {},
            "custom_validator_config": {"typed_config": {"trust_domains": [
                {"name": "east.local", "trust_bundle": {"inline_bytes": bytes("root.pem")}},
                {"name": "west.local", "trust_bundle": {"inline_bytes": bytes("intermediate.pem")}}]}}}}}],
     "dynamic_warming_secrets": [
        {"name": "configmap://some/thing", "version_info": "uninitialized", "secret": {"name": "configmap://some/thing"}}]})
}

/// The same object with every key as jsonpb spells it.
fn camel(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (camel_key(key), camel(value))).collect(),
        Value::Array(items) => items.iter().map(camel).collect(),
        other => other.clone(),
    }
}

fn camel_key(key: &str) -> String {
    let mut words = key.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |key, word| key + &word[..1].to_uppercase() + &word[1..])
}

fn shape(documents: &[Document]) -> Vec<(&str, usize, usize)> {
    let name = |one: &'_ Document| one.source.name.is_some();
    assert!(documents.iter().all(|one| one.source.format == Format::ConfigDump && name(one)));
    documents
        .iter()
        .map(|one| {
            (one.source.name.as_deref().unwrap_or_default(), one.entries.len(), one.certificates().count())
        })
        .collect()
}

#[test]
fn secrets_whole_masked_bare_and_in_both_spellings() {
    let snake = secrets();
    let configs = json!({"configs": [
        {"@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", "bootstrap": {}},
        {"@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
            "dynamic_active_secrets": snake["dynamic_active_secrets"],
            "dynamic_warming_secrets": snake["dynamic_warming_secrets"]}]});
    for input in
        [configs.to_string(), snake.to_string(), camel(&snake).to_string(), camel(&configs).to_string()]
    {
        let read = documents(&input);
        assert_eq!(shape(&read), [("configmap://some/thing", 0, 0), ("default", 1, 1), ("ROOTCA", 2, 2)]);
        assert!(read.iter().all(|one| codes(one).is_empty()), "a redacted key is no finding");
        assert!(read.iter().flat_map(|one| &one.entries).all(|entry| entry.keys.is_empty()));
    }
}

#[test]
fn paths_name_the_secret_and_the_trust_domain() {
    let read = documents(secrets().to_string());
    assert_eq!(read[1].source.path.as_deref(), Some("dynamic_active_secrets[0]"));
    assert_eq!(read[1].source.kind.as_deref(), Some("tls_certificate"));
    assert_eq!(read[1].entries[0].path, "tls_certificate.certificate_chain");
    let bundles: Vec<_> = read[2].entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(
        bundles,
        ["validation_context trust_domains['east.local']", "validation_context trust_domains['west.local']"]
    );
}

#[test]
fn the_secrets_alone_as_a_resource_query_answers() {
    let snake = secrets();
    let configs: Vec<_> = snake["dynamic_active_secrets"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|secret| {
            let mut secret = secret.clone();
            secret["@type"] = json!("type.googleapis.com/envoy.admin.v3.SecretsConfigDump.DynamicSecret");
            secret
        })
        .collect();
    let read = documents(json!({"configs": configs}).to_string());
    assert_eq!(shape(&read), [("default", 1, 1), ("ROOTCA", 2, 2)]);
    assert_eq!(read[0].source.path.as_deref(), Some("configs[0]"));
}

#[test]
fn a_secret_that_is_damaged_hides_no_other() {
    let mut dump = secrets();
    dump["dynamic_active_secrets"][0]["secret"]["tls_certificate"]["certificate_chain"]["inline_bytes"] =
        json!("%");
    let read = documents(dump.to_string());
    assert_eq!((codes(&read[1]), read[2].certificates().count()), (vec!["unreadable"], 2));
}

#[test]
fn a_ztunnel_dump_with_pem_raw_and_in_base64() {
    let text = |name| String::from_utf8(fixture(name)).expect("PEM is ASCII");
    let certificates = json!([
        {"identity": "spiffe://cluster.local/ns/foo/sa/a", "state": "Available",
            "certChain": [{"pem": text("leaf.pem")}, {"pem": bytes("intermediate.pem")}], "rootCerts": [{"pem": bytes("root.pem")}]},
        {"identity": "spiffe://cluster.local/ns/foo/sa/b", "state": "Initializing", "certChain": []},
        {"identity": "spiffe://cluster.local/ns/foo/sa/c", "state": "Unavailable: no", "certChain": [{"pem": ""}]}]);
    for input in [json!({"workloads": {}, "certificates": certificates}), certificates.clone()] {
        let read = documents(input.to_string());
        let counts: Vec<_> = read
            .iter()
            .map(|one| one.entries.iter().map(|entry| entry.certificates.len()).collect::<Vec<_>>())
            .collect();
        assert_eq!(counts, [vec![2, 1], vec![], vec![]]);
        assert_eq!(read[0].source.name.as_deref(), Some("spiffe://cluster.local/ns/foo/sa/a"));
        let states: Vec<_> = read.iter().map(|one| one.source.state).collect();
        assert_eq!(states, [State::Active, State::Warming, State::Unavailable].map(Some));
        assert_eq!(
            (codes(&read[0]), codes(&read[2])),
            (vec![], vec!["unreadable", "certificate-unavailable"])
        );
        assert!(read[2].findings[1].message.ends_with("no certificate: no"), "{:?}", read[2].findings);
    }
}

#[test]
fn a_ztunnel_certificate_without_pem_still_says_its_serial_number_and_times() {
    let dump = json!([{"identity": "spiffe://cluster.local/ns/foo/sa/a", "state": "Available", "certChain": [
        {"serialNumber": "305554775863395697262503895661564044819", "expirationTime": "2033-03-22T13:04:57Z"},
        {"serialNumber": "0"}, {"serialNumber": "1e3"}]}]);
    let read = document(dump.to_string());
    let summaries = &read.entries[0].summaries;
    // By Python: hex(305554775863395697262503895661564044819)
    assert_eq!(summaries[0].serial_number.as_deref(), Some("e5dfb59150b2ba7f108d93dcec5aa613"));
    assert_eq!(summaries[0].not_after.map(|time| time.to_string()).as_deref(), Some("2033-03-22T13:04:57Z"));
    assert_eq!(summaries[1].serial_number.as_deref(), Some("00"));
    assert_eq!(summaries.len(), 2, "what says nothing is no summary");
    assert_eq!(codes(&read), ["unreadable"; 3]);
}

#[test]
fn secrets_say_whether_they_are_in_use() {
    let states: Vec<_> = documents(secrets().to_string()).iter().map(|one| one.source.state).collect();
    assert_eq!(states, [Some(State::Warming), Some(State::Active), Some(State::Active)]);
    let fixed = json!({"static_secrets": secrets()["dynamic_active_secrets"]});
    assert_eq!(documents(fixed.to_string())[0].source.state, Some(State::Static));
}

#[test]
fn envoys_certs_tell_what_they_have_and_that_it_is_no_certificate() {
    let answer = json!({"certificates": [{
        "ca_cert": [{"path": "/etc/certs/root-cert.pem", "serial_number": "f8001", "subject_alt_names": [],
            "days_until_expiration": "3649", "valid_from": "2026-11-22T10:20:35Z", "expiration_time": "2036-11-19T10:20:35Z"}],
        "cert_chain": [{"path": "<inline>", "serial_number": "0A1B",
            "subject_alt_names": [{"uri": "spiffe://td/ns/foo/sa/a"}, {"dns": "a\u{1b}b"}, {"ip_address": "192.0.2.7"}],
            "days_until_expiration": "0", "valid_from": "2026-11-22T10:20:35Z", "expiration_time": "never"}]}]});
    for input in [answer.to_string(), camel(&answer).to_string()] {
        let read = document(input);
        assert_eq!((read.source.format, codes(&read)), (Format::EnvoyCerts, vec!["summary-only"]));
        let [leaf, root] = read.entries.as_slice() else { panic!("{:?}", read.entries) };
        let (leaf, root) = (&leaf.summaries[0], &root.summaries[0]);
        assert_eq!((leaf.serial_number.as_deref(), leaf.not_after, &leaf.file), (Some("0a1b"), None, &None));
        assert_eq!((&*leaf.sans.uri[0], &*leaf.sans.dns[0]), ("spiffe://td/ns/foo/sa/a", r"a\1bb"));
        assert_eq!(leaf.sans.ip, ["192.0.2.7"]);
        assert_eq!(root.file.as_deref(), Some("/etc/certs/root-cert.pem"));
        assert_eq!(root.serial_number.as_deref(), Some("0f8001"), "whole bytes");
    }
}

#[test]
fn a_dump_without_secrets_is_still_a_dump() {
    let dump = json!({"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", "bootstrap": {}}]});
    let read = document(dump.to_string());
    assert_eq!((read.source.format, read.entries.len(), codes(&read)), (Format::ConfigDump, 0, vec![]));
}
