//! PEM files as people have them.

use signet_certs::x509::KeyAlgorithm;

use crate::documents::{codes, document, fixture};

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).expect("PEM is ASCII")
}

#[test]
fn what_s_client_prints() {
    let s_client = format!(
        "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = ec\n   i:CN = root\n{}\n 1 s:CN = root\n{}---\nServer certificate\n",
        text("ec-leaf.pem"),
        text("root.pem")
    );
    let read = document(s_client.replace('\n', "\r\n"));
    assert_eq!(
        read.certificates().map(|one| one.subject.as_str()).collect::<Vec<_>>(),
        ["CN=ec", "CN=root,O=Signet fixtures"]
    );
    assert_eq!(read.findings, []);
}

#[test]
fn a_truncated_block_between_two_good_ones() {
    let (leaf, root) = (text("ec-leaf.pem"), text("root.pem"));
    let read = document(format!("{leaf}{}\n{root}", &root[..300]));
    assert_eq!(read.certificates().count(), 2);
    let finding = &read.findings[0];
    let line = leaf.lines().count() + 1;
    assert_eq!((codes(&read), finding.evidence["block"].as_str()), (vec!["unreadable"], "2"));
    assert_eq!(finding.evidence["line"], line.to_string());
    assert_eq!(finding.about, "block 2");
    assert!(finding.message.contains("no END line"), "{}", finding.message);
}

#[test]
fn a_block_whose_der_is_damaged_is_named_and_the_others_are_read() {
    let leaf = text("ec-leaf.pem");
    let damaged = leaf.replacen("MII", "MIJ", 1);
    let read = document(format!("{damaged}{leaf}"));
    assert_eq!((read.certificates().count(), codes(&read)), (1, vec!["unreadable"]));
    assert!(read.findings[0].message.contains("cut off"), "{}", read.findings[0].message);
}

#[test]
fn keys_are_recognised_and_matched_but_never_kept() {
    for (key, certificate, algorithm, bits) in [
        ("leaf-pkcs1.key", "leaf.pem", KeyAlgorithm::Rsa, 2048),
        ("leaf-pkcs8.key", "leaf.pem", KeyAlgorithm::Rsa, 2048),
        ("ec-sec1.key", "ec-leaf.pem", KeyAlgorithm::Ec, 256),
        ("ec-pkcs8.key", "ec-leaf.pem", KeyAlgorithm::Ec, 256),
        ("ed25519.key", "ed25519-leaf.pem", KeyAlgorithm::Ed25519, 256),
    ] {
        let read = document(format!("{}{}{}", text("root.pem"), text(certificate), text(key)));
        let [found] = read.entries[0].keys.as_slice() else { panic!("one key in {key}") };
        assert_eq!((found.algorithm, found.bits), (Some(algorithm), Some(bits)), "{key}");
        let leaf = read.certificates().nth(1).expect("the leaf");
        assert_eq!(found.matches, Some(leaf.fingerprint), "{key}");
        let secret: String = text(key).lines().nth(1).expect("a line of the key").to_owned();
        assert!(!format!("{read:?}").contains(&secret));
    }
    let other = document(format!("{}{}", text("root.pem"), text("leaf-pkcs1.key")));
    assert_eq!(other.entries[0].keys[0].matches, None);
}

#[test]
fn keys_that_are_encrypted_match_nothing() {
    for name in ["leaf-encrypted.key", "leaf-rfc1421.key"] {
        let read = document(format!("{}{}", text("leaf.pem"), text(name)));
        let key = &read.entries[0].keys[0];
        assert_eq!((key.algorithm, key.bits, key.matches), (None, None, None), "{name}");
        assert_eq!(read.findings, [], "{name}");
    }
}

#[test]
fn a_request_says_what_it_asks_for() {
    let read = document(fixture("request.pem"));
    let [request] = read.entries[0].requests.as_slice() else { panic!("one request") };
    assert_eq!(
        (request.subject.as_str(), request.uris.as_slice()),
        ("", &["spiffe://cluster.local/ns/foo/sa/httpbin".to_owned()][..])
    );
}

#[test]
fn a_flood_of_broken_blocks_is_counted_not_listed() {
    let read = document("-----BEGIN CERTIFICATE-----\n".repeat(5000));
    assert_eq!(read.findings.len(), 101);
    assert!(read.findings[100].message.contains("4900 more"));
}
