//! Files that somebody damaged, or made to do harm: an answer or a clear error, whatever they hold.

use std::collections::BTreeSet;

use base64::Engine;
use serde_json::json;
use signet_certs::{Document, Fingerprint, Limits, ReadError, judge, read};

use crate::documents::fixture;
use crate::pki::judging;

fn base64(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).expect("PEM is ASCII")
}

/// A file of each format, small, so that each of its bytes can be tried.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let leaf = signet_certs::formats::pem::blocks(&fixture("ec-leaf.pem"), "CERTIFICATE").remove(0);
    let hex: Vec<_> = leaf.iter().map(|byte| format!("{byte:02x}")).collect();
    let root = base64(fixture("root.pem"));
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "b"},
        "data": {"tls.crt": base64(fixture("ec-leaf.pem")), "tls.key": base64(fixture("ec-sec1.key"))}});
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"root-cert.pem": text("root.pem"),
        "mesh": "caCertificates:\n- pem: x\n"}});
    let dump = json!({"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
        "dynamic_active_secrets": [{"name": "default", "secret": {"tls_certificate": {
            "certificate_chain": {"inline_bytes": root}, "private_key": {"inline_bytes": "W3JlZGFjdGVkXQ=="}}}}]}]});
    let certs = json!({"certificates": [{"ca_cert": [], "cert_chain": [{"path": "<inline>", "serial_number": "0a1b",
        "subject_alt_names": [{"uri": "spiffe://td/ns/a/sa/b"}], "expiration_time": "2036-11-19T10:20:35Z"}]}]});
    let ztunnel = json!([{"identity": "spiffe://td/ns/a/sa/b", "state": "Available",
        "certChain": [{"pem": root, "serialNumber": "12345678901234567890"}]}]);
    let bundle = json!({"keys": [{"kty": "EC", "use": "x509-svid", "x5c": [base64(&leaf)]}]});
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [map]});
    vec![
        ("PEM", [fixture("ec-leaf.pem"), fixture("root.pem")].concat()),
        ("PEM of a request", fixture("request.pem")),
        ("PEM of a revocation list", fixture("revoked.pem")),
        ("SEC 1", fixture("ec-sec1.key")),
        ("PKCS#8", fixture("ec-pkcs8.key")),
        ("DER", leaf.clone()),
        ("base64", base64(&leaf).into_bytes()),
        ("hexadecimal", hex.concat().into_bytes()),
        ("PKCS#7", fixture("bundle.p7b")),
        ("JSON", secret.to_string().into_bytes()),
        (
            "YAML",
            (signet_certs::yaml::to_string(&secret) + "---\n" + &signet_certs::yaml::to_string(&map))
                .into_bytes(),
        ),
        ("list", signet_certs::yaml::to_string(&list).into_bytes()),
        ("config dump", dump.to_string().into_bytes()),
        ("Envoy's /certs", certs.to_string().into_bytes()),
        ("ztunnel", ztunnel.to_string().into_bytes()),
        ("SPIFFE bundle", bundle.to_string().into_bytes()),
        (
            "mesh config",
            format!(
                "caCertificates:\n- pem: |\n{}",
                text("root.pem").replace("-----B", "    -----B").replace('\n', "\n    ")
            )
            .into_bytes(),
        ),
    ]
}

/// The answer, or an error that says something.
fn answer(input: &[u8]) -> Vec<Document> {
    match read(input, &Limits::default()) {
        Ok(documents) => {
            assert!(!documents.is_empty(), "neither an answer nor an error");
            for document in &documents {
                judge(document, &judging(&[]));
            }
            documents
        }
        Err(error) => {
            assert!(error.to_string().len() > 10, "{error}");
            Vec::new()
        }
    }
}

fn fingerprints(documents: &[Document]) -> BTreeSet<Fingerprint> {
    documents.iter().flat_map(Document::certificates).map(|one| one.fingerprint).collect()
}

#[test]
fn cut_off_at_every_byte_no_certificate_is_there_that_was_not() {
    for (name, seed) in seeds() {
        let whole = fingerprints(&answer(&seed));
        let kinds = answer(&seed).iter().any(|one| one.entries.iter().any(|entry| !entry.is_empty()));
        assert!(kinds, "{name} is read");
        for cut in 0..seed.len() {
            assert!(fingerprints(&answer(&seed[..cut])).is_subset(&whole), "{name}, cut at byte {cut}");
        }
    }
}

#[test]
fn with_every_byte_flipped() {
    for (_, seed) in seeds() {
        let mut input = seed.clone();
        for at in 0..input.len() {
            for flip in [0x01, 0x80] {
                input[at] = seed[at] ^ flip;
                answer(&input);
            }
            input[at] = seed[at];
        }
    }
}

#[test]
fn lengths_that_lie() {
    let leaf = signet_certs::formats::pem::blocks(&fixture("ec-leaf.pem"), "CERTIFICATE").remove(0);
    for lie in [&[0x80][..], &[0x84, 0xff, 0xff, 0xff, 0xff], &[0x88; 9], &[0x00], &[0xff]] {
        // In the place of every length octet, and of every other one.
        for at in 1..leaf.len() {
            answer(&[&leaf[..at], lie, &leaf[at + 1..]].concat());
        }
    }
}

#[test]
fn nesting_of_ten_thousand_levels() {
    const LEVELS: usize = 10_000;
    let indented: Vec<_> = (0..1000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let indented = indented.concat();
    let aliases: Vec<_> =
        (1..LEVELS).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    let aliases = aliases.concat();
    let anchors = "&a [".repeat(LEVELS);
    for deep in [
        "[".repeat(LEVELS) + &"]".repeat(LEVELS),
        "{\"a\":".repeat(LEVELS) + "1" + &"}".repeat(LEVELS),
        format!("apiVersion: v1\nkind: Secret\ndata:\n  {}x", "- ".repeat(LEVELS)),
        format!("apiVersion: v1\nkind: Secret\n{indented}"),
        format!("apiVersion: v1\nkind: Secret\na0: &a0 x\n{aliases}"),
        format!("apiVersion: v1\nkind: Secret\ndata: {anchors}"),
    ] {
        let limit = signet_certs::yaml::DEPTH;
        assert_eq!(
            read(deep.as_bytes(), &Limits::default()),
            Err(ReadError::TooDeep { limit }),
            "{}",
            &deep[..80]
        );
    }
    // Maps as keys are none of JSON's: refused before they are followed.
    let keys = format!("apiVersion: v1\nkind: Secret\ndata:\n  {}x", "? ".repeat(LEVELS));
    assert_eq!(answer(keys.as_bytes())[0].findings[0].code, "unreadable");
    let mut der = vec![0x30, 0x00];
    for _ in 0..LEVELS {
        let length = u32::try_from(der.len()).expect("below 4 GiB").to_be_bytes();
        der = [&[0x30, 0x84][..], &length, &der].concat();
    }
    assert!(answer(&der).is_empty());
}

#[test]
fn every_encoding_is_read_or_named() {
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata:\n  tls.crt: {}\n",
        base64(fixture("ec-leaf.pem"))
    );
    for text in [text("ec-leaf.pem"), secret] {
        for same in [text.clone(), format!("\u{feff}{text}"), text.replace('\n', "\r\n")] {
            assert_eq!(fingerprints(&answer(same.as_bytes())).len(), 1, "{}", &same[..20]);
        }
        let wide: Vec<u8> =
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let error = read(&wide, &Limits::default()).expect_err("UTF-16").to_string();
        assert!(error.contains("save it as UTF-8"), "{error}");
    }
    let latin = b"# caf\xe9\napiVersion: v1\nkind: ConfigMap\ndata: {}\n";
    let error = read(latin, &Limits::default()).expect_err("Latin-1").to_string();
    assert!(error.contains("byte 5 is not UTF-8"), "{error}");
    let with_nul = text("ec-leaf.pem").replace("-----END", "\0-----END");
    assert_eq!(answer(with_nul.as_bytes())[0].findings.len(), 1, "a NUL is no base64");
    let around = format!("\0\0{}\0", text("ec-leaf.pem"));
    assert_eq!(fingerprints(&answer(around.as_bytes())).len(), 1);
}

#[test]
fn a_file_of_100_megabytes_is_refused_before_it_is_looked_at() {
    let limit = Limits::default().bytes;
    let error = read(&vec![b'-'; 100_000_000], &Limits::default());
    assert_eq!(error, Err(ReadError::TooLarge { bytes: 100_000_000, limit }));
}
