//! Every finding: a certificate that has it, and one that just has not.

use std::sync::Arc;

use base64::Engine;
use rcgen::{CertificateParams, DnType, SanType};
use serde_json::json;
use signet_certs::{CODES, Certificate, Document, Finding, JudgeOptions, Margin, Severity};

use crate::documents::{document, fixture};
use crate::pki::{Authority, DAY, HOUR, HTTPBIN, NOW, ca, judge, judging, leaf, pem, uri_san, valid};

fn judged(document: &Document, anchors: &[Arc<Certificate>]) -> Vec<Finding> {
    let findings = judge(document, &judging(anchors));
    for finding in &findings {
        let code = CODES.iter().find(|code| code.name == finding.code).expect("a code of the list");
        assert_eq!((finding.severity, finding.advice.as_str()), (code.severity, code.advice));
        assert!(!finding.about.is_empty() && !finding.message.is_empty());
    }
    findings
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

fn chain(certificates: &[&Arc<Certificate>]) -> Vec<Finding> {
    judged(&document(pem(certificates)), &[])
}

fn of_chain(certificates: &[&Arc<Certificate>]) -> Vec<String> {
    chain(certificates).into_iter().map(|finding| finding.code).collect()
}

fn secret(entries: &[(&str, &[&Arc<Certificate>])]) -> Document {
    let base64 = base64::engine::general_purpose::STANDARD;
    let data: serde_json::Map<_, _> =
        entries.iter().map(|(key, chain)| ((*key).to_owned(), base64.encode(pem(chain)).into())).collect();
    document(json!({"apiVersion": "v1", "kind": "Secret", "data": data}).to_string())
}

/// A leaf that was issued `age` seconds ago for `life` seconds.
fn aged(root: &Authority, age: i64, life: i64) -> Arc<Certificate> {
    let mut params = leaf(HTTPBIN);
    valid(&mut params, -age, life - age);
    root.issue(&params)
}

#[test]
fn clean_certificates_have_none() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let (root, intermediate) = (&root.certificate, &intermediate.certificate);
    assert_eq!(judged(&document(pem(&[&leaf])), &[]), [], "its issuer need not be there");
    for clean in [
        document(pem(&[&leaf, intermediate])),
        document(pem(&[&leaf, intermediate, root])),
        document(pem(&[root, &Authority::root("other").certificate])),
        document(pem(&[intermediate])),
        secret(&[("tls.crt", &[&leaf, intermediate]), ("ca.crt", &[root])]),
        secret(&[
            ("ca-cert.pem", &[intermediate]),
            ("cert-chain.pem", &[intermediate, root]),
            ("root-cert.pem", &[root]),
        ]),
    ] {
        assert_eq!(judged(&clean, &[]), []);
        assert_eq!(judged(&clean, &[Arc::clone(root)]), []);
    }
}

#[test]
fn expired_to_the_second() {
    let root = Authority::root("root");
    let until = |offset| {
        let mut params = ca("other");
        valid(&mut params, -3650 * DAY, offset);
        of_chain(&[&root.sub(params).certificate])
    };
    assert_eq!(until(-1), ["expired"]);
    assert_eq!(until(0), ["expires-soon"], "notAfter is the last second in which it is valid");
    let findings = chain(&[&aged(&root, 2 * DAY, DAY)]);
    assert!(findings[0].message.contains("24 hours ago"), "{}", findings[0].message);
    assert_eq!(findings[0].evidence["at"], NOW.to_string());
}

#[test]
fn not_yet_valid_to_the_second() {
    let root = Authority::root("root");
    assert_eq!(of_chain(&[&aged(&root, -1, DAY)]), ["not-yet-valid"]);
    assert_eq!(of_chain(&[&aged(&root, 0, DAY)]), Vec::<&str>::new());
}

#[test]
fn expires_soon_below_a_tenth_of_its_life() {
    let mut params = ca("root");
    let with = |params: &mut CertificateParams, left| {
        valid(params, left - 1000 * DAY, left);
        of_chain(&[&Authority::self_signed(params.clone()).certificate])
    };
    assert_eq!(with(&mut params, 100 * DAY - 1), ["expires-soon"]);
    assert_eq!(with(&mut params, 100 * DAY), Vec::<&str>::new());
}

#[test]
fn expires_soon_below_a_margin_of_time() {
    let mut params = ca("root");
    let with = |params: &mut CertificateParams, left| {
        valid(params, left - 1000 * DAY, left);
        let root = Authority::self_signed(params.clone()).certificate;
        let options = JudgeOptions { warn: Margin::Seconds(3 * DAY), ..judging(&[]) };
        let findings = judge(&document(pem(&[&root])), &options);
        findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(with(&mut params, 3 * DAY - 1), ["expires-soon"]);
    assert_eq!(with(&mut params, 3 * DAY), Vec::<String>::new());
}

#[test]
fn of_what_a_proxy_only_tells_of_the_times_are_judged() {
    let until = |left| {
        let life = json!({"valid_from": NOW.plus(left - 10 * DAY), "expiration_time": NOW.plus(left)});
        let answer = json!({"certificates": [{"cert_chain": [life]}]});
        codes(&judged(&document(answer.to_string()), &[])).join(" ")
    };
    assert_eq!(until(-1), "expired summary-only");
    assert_eq!(until(0), "expires-soon summary-only");
    assert_eq!(until(DAY), "summary-only");
    assert_eq!(until(11 * DAY), "not-yet-valid summary-only");
}

#[test]
fn rotation_overdue_only_for_short_lived_workload_certificates() {
    let root = Authority::root("root");
    let half = DAY * 51 / 100;
    assert_eq!(of_chain(&[&aged(&root, half + 1, DAY)]), ["rotation-overdue"]);
    assert_eq!(of_chain(&[&aged(&root, half, DAY)]), Vec::<&str>::new(), "within the jitter");
    assert_eq!(of_chain(&[&aged(&root, 5 * DAY, 7 * DAY)]), ["rotation-overdue"]);
    assert_eq!(of_chain(&[&aged(&root, 5 * DAY, 7 * DAY + 1)]), Vec::<&str>::new());
    let mut params = leaf(HTTPBIN);
    params.subject_alt_names = vec![SanType::DnsName("example.com".try_into().expect("a name"))];
    valid(&mut params, -20 * HOUR, 4 * HOUR);
    assert_eq!(of_chain(&[&root.issue(&params)]), Vec::<&str>::new(), "no workload's");
}

#[test]
fn chain_out_of_order() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let (root, intermediate) = (&root.certificate, &intermediate.certificate);
    let findings = chain(&[&leaf, root, intermediate]);
    assert_eq!(
        (codes(&findings), findings[0].evidence["order"].as_str()),
        (vec!["chain-out-of-order"], "1, 3, 2")
    );
    assert_eq!(of_chain(&[intermediate, &leaf]), ["chain-out-of-order"]);
    let extra = &Authority::root("extra").certificate;
    assert_eq!(
        of_chain(&[&leaf, intermediate, root, extra]),
        Vec::<&str>::new(),
        "extra certificates at the end"
    );
}

#[test]
fn chain_incomplete_only_when_a_root_shows_the_gap() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let (root, intermediate) = (&root.certificate, &intermediate.certificate);
    let findings = judged(&secret(&[("tls.crt", &[&leaf]), ("ca.crt", &[root])]), &[]);
    assert_eq!(codes(&findings), ["chain-incomplete"]);
    assert_eq!(
        (findings[0].about.as_str(), findings[0].fingerprint_sha256),
        ("data['tls.crt'] certificate 1", Some(leaf.fingerprint))
    );
    let whole = secret(&[("tls.crt", &[&leaf, intermediate]), ("ca.crt", &[root])]);
    assert_eq!(judged(&whole, &[]), []);
    let given = judged(&document(pem(&[&leaf])), &[Arc::clone(root)]);
    assert_eq!(codes(&given), ["chain-incomplete"], "an anchor shows it too");
}

#[test]
fn duplicate_in_a_chain_and_in_a_bundle() {
    let root = Authority::root("root");
    let leaf = root.issue(&leaf(HTTPBIN));
    let root = &root.certificate;
    let findings = chain(&[&leaf, root, root]);
    assert_eq!((codes(&findings), findings[0].about.as_str()), (vec!["duplicate"], "certificate 3"));
    assert_eq!(of_chain(&[root, root]), ["duplicate"]);
    assert_eq!(of_chain(&[&leaf, &leaf, root]), ["duplicate"], "and not out of order");
    assert_eq!(
        judged(&secret(&[("tls.crt", &[&leaf, root]), ("ca.crt", &[root])]), &[]),
        [],
        "in two values it is none"
    );
}

#[test]
fn signature_mismatch_of_a_namesake() {
    let root = Authority::root("root");
    let namesake = root.namesake();
    let leaf = root.issue(&leaf(HTTPBIN));
    let findings = judged(&secret(&[("tls.crt", &[&leaf]), ("ca.crt", &[&namesake.certificate])]), &[]);
    assert_eq!(
        (codes(&findings), findings[0].fingerprint_sha256),
        (vec!["signature-mismatch"], Some(leaf.fingerprint))
    );
    assert_eq!(of_chain(&[&leaf, &namesake.certificate]), ["signature-mismatch"]);
    let both = secret(&[("tls.crt", &[&leaf]), ("ca.crt", &[&namesake.certificate, &root.certificate])]);
    assert_eq!(judged(&both, &[]), [], "both keys during a rotation");
}

#[test]
fn untrusted_root_only_with_anchors() {
    let (root, other) = (Authority::root("root"), Authority::root("other"));
    let leaf = root.issue(&leaf(HTTPBIN));
    let chain = document(pem(&[&leaf, &root.certificate]));
    assert_eq!(judged(&chain, &[]), []);
    assert_eq!(judged(&chain, &[Arc::clone(&other.certificate), Arc::clone(&root.certificate)]), []);
    let findings = judged(&chain, &[Arc::clone(&other.certificate)]);
    assert_eq!((codes(&findings), findings[0].about.as_str()), (vec!["untrusted-root"], "certificate 2"));
    let bundle = document(pem(&[&root.certificate]));
    assert_eq!(judged(&bundle, &[Arc::clone(&other.certificate)]), [], "a bundle presents nothing");
}

#[test]
fn spiffe_ids_are_held_to_the_standard() {
    let root = Authority::root("root");
    let with = |uris: &[&str]| {
        let mut params = leaf(HTTPBIN);
        params.subject_alt_names = uris.iter().map(|uri| uri_san(uri)).collect();
        of_chain(&[&root.issue(&params)])
    };
    assert_eq!(with(&["spiffe://Cluster.Local/ns/foo"]), ["spiffe-id-invalid"]);
    assert_eq!(with(&["spiffe://td/a/"]), ["spiffe-id-invalid"]);
    assert_eq!(with(&[HTTPBIN, "https://example.com"]), ["spiffe-id-invalid"], "exactly one URI SAN");
    assert_eq!(with(&["https://example.com", "https://example.org"]), Vec::<&str>::new(), "no X509-SVID");
    assert_eq!(with(&["spiffe://td"]), ["spiffe-id-invalid"], "a workload's has a path (section 3.1)");
    assert_eq!(with(&["spiffe://td/x"]), Vec::<&str>::new());
}

#[test]
fn key_mismatch_when_the_key_beside_a_certificate_is_of_another() {
    let tls = |key: &str| {
        let base64 = base64::engine::general_purpose::STANDARD;
        let [leaf, key] = ["ec-leaf.pem", key].map(|file| base64.encode(fixture(file)));
        let data = json!({"tls.crt": leaf, "tls.key": key, "ca.crt": base64.encode(fixture("root.pem"))});
        judged(&document(json!({"apiVersion": "v1", "kind": "Secret", "data": data}).to_string()), &[])
    };
    assert!(!codes(&tls("ec-pkcs8.key")).contains(&"key-mismatch"));
    let findings = tls("leaf-pkcs1.key");
    assert_eq!(findings[0].code, "key-mismatch");
    assert_eq!(findings[0].about, "data['tls.key']");
    assert!(findings[0].message.contains("data['tls.crt']"), "{}", findings[0].message);

    let file = |parts: [&str; 2]| judged(&document(parts.map(fixture).concat()), &[]);
    assert_eq!(codes(&file(["leaf.pem", "ec-pkcs8.key"])), ["key-mismatch"]);
    assert_eq!(file(["leaf.pem", "leaf-pkcs1.key"]), []);
    assert_eq!(file(["leaf.pem", "leaf-encrypted.key"]), [], "its public half cannot be known");
    assert_eq!(file(["root.pem", "ec-sec1.key"]), [], "a root to trust, and a key without a certificate");
}

#[test]
fn weak_key_below_2048_bits_of_rsa() {
    let weak = judged(&document(fixture("weak-key.pem")), &[]);
    assert_eq!(weak[0].code, "weak-key");
    assert!(weak[0].message.contains("1024") && weak[0].message.contains("2048"), "{}", weak[0].message);
    assert!(!codes(&judged(&document(fixture("leaf.pem")), &[])).contains(&"weak-key"), "RSA of 2048 bits");
}

#[test]
fn missing_san_of_a_leaf_only() {
    let root = Authority::root("root");
    let mut params = leaf(HTTPBIN);
    params.subject_alt_names.clear();
    params.distinguished_name.push(DnType::CommonName, "httpbin");
    let findings = chain(&[&root.issue(&params)]);
    assert_eq!(codes(&findings), ["missing-san"]);
    assert!(findings[0].message.contains("CN=httpbin"));
    assert_eq!(of_chain(&[&root.certificate]), Vec::<&str>::new());
}

#[test]
fn leaf_is_ca_when_a_workload_presents_it() {
    let root = Authority::root("root");
    let mut params = ca("workload");
    params.subject_alt_names = vec![uri_san(HTTPBIN)];
    let workload = root.sub(params).certificate;
    let plain = &root.intermediate("intermediate").certificate;
    assert_eq!(codes(&judged(&secret(&[("tls.crt", &[&workload, &root.certificate])]), &[])), ["leaf-is-ca"]);
    assert_eq!(
        judged(&secret(&[("tls.crt", &[plain, &root.certificate])]), &[]),
        [],
        "a CA's own signing certificate"
    );
    assert_eq!(
        codes(&judged(&secret(&[("ca.crt", &[&workload])]), &[])),
        ["spiffe-id-invalid"],
        "a CA's SPIFFE ID has no path (X509-SVID section 3.2)"
    );

    let base64 = base64::engine::general_purpose::STANDARD;
    let dump = |body: &str, field: &str| {
        let bytes = base64.encode(pem(&[plain]));
        document(json!({"dynamic_active_secrets": [{"name": "x", "secret": {body: {field: {"inline_bytes": bytes}}}}]}).to_string())
    };
    assert_eq!(codes(&judged(&dump("tls_certificate", "certificate_chain"), &[])), ["leaf-is-ca"]);
    assert_eq!(judged(&dump("validation_context", "trusted_ca"), &[]), []);
}

#[test]
fn the_gravest_comes_first_and_the_documents_own_are_kept() {
    let root = Authority::root("root");
    let expired = aged(&root, 2 * DAY, DAY);
    let overdue = aged(&root, 20 * HOUR, DAY);
    let text = pem(&[&overdue, &expired]) + "-----BEGIN CERTIFICATE-----\n";
    let findings = judged(&document(text), &[]);
    assert_eq!(codes(&findings), ["unreadable", "expired", "rotation-overdue"]);
    assert!(findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity)));
    assert_eq!(findings[0].severity, Severity::Error);
}

#[test]
fn many_leaves_in_one_file_are_no_chain() {
    let root = Authority::root("root");
    let (one, two) = (root.issue(&leaf(HTTPBIN)), root.issue(&leaf(HTTPBIN)));
    assert_eq!(of_chain(&[&root.certificate, &one, &two]), Vec::<&str>::new());
}
