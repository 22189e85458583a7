//! Bundles that are neither PEM nor Kubernetes': PKCS#7, revocation lists, SPIFFE's JWK sets.

use base64::Engine;
use serde_json::{Value, json};
use signet_certs::{Document, Format};

use crate::documents::{codes, document, documents, fixture};

fn base64(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn der(name: &str) -> Vec<u8> {
    document(fixture(name)).certificates().next().expect("a certificate").der().to_vec()
}

fn subjects(document: &Document) -> Vec<&str> {
    document.certificates().map(|one| one.subject.as_str()).collect()
}

#[test]
fn a_pkcs7_in_der_base64_hexadecimal_and_pem() {
    let bundle = fixture("bundle.p7b");
    let pem = signet_certs::formats::pem::encode("PKCS7", &bundle);
    let hex: Vec<String> = bundle.iter().map(|byte| format!("{byte:02x}")).collect();
    for (input, format) in [
        (bundle.clone(), Format::Pkcs7),
        (base64(&bundle).into_bytes(), Format::Pkcs7),
        (hex.concat().into_bytes(), Format::Pkcs7),
        (pem.into_bytes(), Format::Pem),
    ] {
        let read = document(input);
        assert_eq!((read.source.format, codes(&read)), (format, vec![]));
        let expected = [der("leaf.pem"), der("intermediate.pem")];
        assert!(read.certificates().map(|one| one.der()).eq(expected.iter().map(Vec::as_slice)));
    }
}

#[test]
fn a_damaged_certificate_in_a_pkcs7_hides_no_other() {
    let mut bundle = fixture("bundle.p7b");
    let intermediate = der("intermediate.pem");
    let at = bundle.windows(intermediate.len()).position(|window| window == intermediate).expect("within");
    // The tag of its TBSCertificate.
    bundle[at + 4] = 0x31;
    let read = document(&bundle);
    assert_eq!((read.certificates().count(), codes(&read)), (1, vec!["unreadable"]));
    assert!(read.findings[0].message.contains("certificate 2 in it"), "{}", read.findings[0].message);
}

#[test]
fn what_is_called_a_pkcs7_and_is_none_is_said() {
    let pem = signet_certs::formats::pem::encode("PKCS7", &der("leaf.pem"));
    assert!(document(pem).findings[0].message.contains("openssl pkcs7 -print_certs"));
}

#[test]
fn a_revocation_list_is_named_and_counted() {
    let pem = fixture("revoked.pem");
    let list = document(&pem).entries[0].revocation_lists[0].clone();
    assert_eq!((list.issuer.as_str(), list.revoked), ("CN=root,O=Signet fixtures", 1));
    assert_eq!(list.next_update.map(|next| next.since(list.this_update)), Some(3650 * 24 * 3600));
    let body: String =
        String::from_utf8(pem).expect("PEM").lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(document(body).entries[0].revocation_lists, [list], "in base64 without its PEM");
    let not_one = signet_certs::formats::pem::encode("X509 CRL", &der("leaf.pem"));
    assert_eq!(codes(&document(not_one)), ["unreadable"]);
}

fn spiffe_bundle(certificates: &[&str]) -> Value {
    let x5c: Vec<_> = certificates.iter().map(|name| base64(der(name))).collect();
    json!({"spiffe_sequence": 1, "spiffe_refresh_hint": 300, "keys": [
        {"kty": "EC", "use": "jwt-svid", "kid": "x", "crv": "P-256", "x": "", "y": ""},
        {"kty": "EC", "use": "x509-svid", "crv": "P-256", "x": "", "y": "", "x5c": x5c}]})
}

#[test]
fn a_spiffe_bundle_alone_and_one_for_each_trust_domain() {
    let read = document(spiffe_bundle(&["root.pem"]).to_string());
    assert_eq!((read.source.format, subjects(&read)), (Format::Jwks, vec!["CN=root,O=Signet fixtures"]));
    assert_eq!(read.entries[0].path, "keys[1].x5c");
    let federated = json!({"trust_domains": {
        "east.local": spiffe_bundle(&["root.pem"]),
        "west.local": spiffe_bundle(&["root.pem", "intermediate.pem"])}});
    let read = documents(federated.to_string());
    let names: Vec<_> =
        read.iter().map(|one| (one.source.name.as_deref(), one.certificates().count())).collect();
    assert_eq!(names, [(Some("east.local"), 1), (Some("west.local"), 2)]);
    assert_eq!(read[0].source.path.as_deref(), Some("trust_domains['east.local']"));
}

#[test]
fn a_damaged_certificate_in_a_spiffe_bundle_is_named() {
    let mut bundle = spiffe_bundle(&["root.pem", "intermediate.pem"]);
    bundle["keys"][1]["x5c"][0] = json!("%");
    let read = document(bundle.to_string());
    assert_eq!((read.certificates().count(), codes(&read)), (1, vec!["unreadable"]));
    assert_eq!(read.findings[0].about, "keys[1].x5c[0]");
}
