//! Certificates that the openssl command makes, with every extension, every type of name, every kind of
//! key and signature: each field as the same command says it.
#![cfg(feature = "programs")]

use std::path::Path;

use signet_certs::x509::Certificate;
use signet_certs::{Limits, read};
use signet_tests::bless::root;
use signet_tests::openssl::{differences, openssl, read as read_by_openssl};
use tempfile::TempDir;

/// Makes a self-signed certificate: arguments for the key, a section of the configuration, more
/// arguments.
fn certificate(folder: &Path, key: &[&str], section: &str, more: &[&str]) -> Vec<u8> {
    let file = root().join("tests/fixtures/openssl/every.cnf");
    let config = file.to_str().expect("UTF-8");
    let made = openssl(folder, &[&["genpkey", "-out", "key.pem"], key].concat(), b"");
    assert!(made.is_some(), "openssl makes no key: {key:?}");
    let request = ["req", "-x509", "-new", "-key", "key.pem", "-utf8", "-outform", "DER", "-days", "365"];
    let section = ["-config", config, "-extensions", section];
    let made = openssl(folder, &[&request[..], &section, more].concat(), b"");
    made.unwrap_or_else(|| panic!("openssl makes no certificate: {key:?} {section:?} {more:?}"))
}

/// Every fact is the same; and what was asked for is really there, so that the comparison is of something.
fn assert_same(der: &[u8], what: &str) -> Certificate {
    let documents = read(der, &Limits::default()).unwrap_or_else(|error| panic!("{what}: {error}"));
    let ours = documents[0].certificates().next().unwrap_or_else(|| panic!("{what}: {documents:?}"));
    let theirs = read_by_openssl(der).unwrap_or_else(|| panic!("{what}: openssl cannot read its own"));
    assert_eq!(differences(ours, &theirs), Vec::<String>::new(), "{what}");
    assert_eq!(ours.malformed_extensions, [], "{what}");
    Certificate::clone(ours)
}

const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

#[test]
fn every_extension_and_every_type_of_name() {
    let folder = TempDir::new().expect("a folder");
    let make = |section: &str| assert_same(&certificate(folder.path(), P256, section, &[]), section);
    let sans = make("every-name").sans;
    let counts = [&sans.dns, &sans.uri, &sans.ip, &sans.email, &sans.other].map(Vec::len);
    assert_eq!(counts, [2, 2, 2, 1, 3]);
    let usage = make("every-usage");
    assert_eq!((usage.key_usage.len(), usage.extended_key_usage.len()), (9, 8));
    let authority = make("authority");
    let constraints = authority.name_constraints.expect("name constraints");
    assert_eq!((constraints.permitted.len(), constraints.excluded.len()), (6, 2));
    assert_eq!((authority.is_ca, authority.path_length), (true, Some(7)));
    assert_eq!(authority.authority_key_id, authority.subject_key_id);
    let addresses = make("addresses");
    assert_eq!(
        [&addresses.crl_distribution_points, &addresses.ocsp, &addresses.ca_issuers].map(Vec::len),
        [3, 2, 1]
    );
    let unknown = make("unknown").unknown_critical_extensions;
    assert_eq!(unknown, ["1.3.6.1.4.1.99999.4", "1.3.6.1.5.5.7.1.24"]);
}

#[test]
fn every_string_type_of_a_name() {
    let folder = TempDir::new().expect("a folder");
    // `string_mask` chooses the types that values may be written in: T.61, BMP, Universal, UTF-8.
    for mask in ["default", "nombstr", "pkix", "utf8only", "MASK:0x4", "MASK:0x100", "MASK:0x800"] {
        let text =
            std::fs::read_to_string(root().join("tests/fixtures/openssl/every.cnf")).expect("a fixture");
        let text = text.replace("string_mask = default", &format!("string_mask = {mask}"));
        let file = folder.path().join("mask.cnf");
        std::fs::write(&file, text).expect("a written file");
        let more = ["-config", file.to_str().expect("UTF-8")];
        let der = certificate(folder.path(), P256, "plain", &more);
        assert!(assert_same(&der, mask).subject.contains("L="), "{mask}");
    }
}

#[test]
fn every_kind_of_key_and_signature() {
    let folder = TempDir::new().expect("a folder");
    let curve = |name: &str| format!("ec_paramgen_curve:{name}");
    let curves = ["P-224", "P-256", "P-384", "P-521", "secp256k1", "brainpoolP256r1"].map(curve);
    for option in &curves {
        let key = ["-algorithm", "EC", "-pkeyopt", option];
        assert_same(&certificate(folder.path(), &key, "plain", &[]), option);
    }
    for algorithm in ["ED25519", "ED448"] {
        assert_same(&certificate(folder.path(), &["-algorithm", algorithm], "plain", &[]), algorithm);
    }
    for (algorithm, bits) in [("RSA", "1024"), ("RSA", "2048"), ("RSA", "3072"), ("RSA-PSS", "2048")] {
        let bits = format!("rsa_keygen_bits:{bits}");
        let key = ["-algorithm", algorithm, "-pkeyopt", &bits];
        let digests: &[&str] = match (algorithm, bits.ends_with("2048")) {
            ("RSA", true) => &["-md5", "-sha1", "-sha256", "-sha384", "-sha512"],
            (_, true) => &["-sha256", "-sha384", "-sha512"],
            _ => &["-sha256"],
        };
        for digest in digests {
            let what = format!("{algorithm} {bits} {digest}");
            assert_same(&certificate(folder.path(), &key, "plain", &[digest]), &what);
        }
    }
    for digest in ["-sha1", "-sha224", "-sha256", "-sha384", "-sha512"] {
        assert_same(&certificate(folder.path(), P256, "plain", &[digest]), digest);
    }
}

#[test]
fn serial_numbers_and_times_of_every_form() {
    let folder = TempDir::new().expect("a folder");
    for serial in
        ["1", "-1", "-0x8001", "0x7f", "0x80", "0xff01", "0x7fffffffffffffffffffffffffffffffffffffff"]
    {
        assert_same(&certificate(folder.path(), P256, "plain", &["-set_serial", serial]), serial);
    }
    // After 2049 a time is a GeneralizedTime (RFC 5280 section 4.1.2.5).
    for days in ["1", "9999", "20000"] {
        assert_same(&certificate(folder.path(), P256, "plain", &["-days", days]), days);
    }
}
