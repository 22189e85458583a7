//! Every fact of a certificate, against what OpenSSL prints of the same file.

use signet_certs::x509::{Certificate, ParseError};
use signet_certs::{Limits, UnixTime, read, report};

use crate::documents::fixture;

fn certificate(name: &str) -> Certificate {
    let documents = read(&fixture(name), &Limits::default()).expect("a readable fixture");
    let certificate = documents[0].certificates().next().expect("a certificate");
    Certificate::clone(certificate)
}

#[test]
fn a_leaf_with_everything() {
    let leaf = certificate("leaf.pem");
    // openssl x509 -nameopt rfc2253
    assert_eq!(leaf.subject, r#"CN=\#a \+ \"q\"\ ,O=Foo\, Inc.,DC=example,DC=com"#);
    assert_eq!(leaf.issuer, "CN=intermediate,O=Signet fixtures,C=DE");
    let at = UnixTime::from_seconds(leaf.not_before.seconds() + 3600);
    insta::assert_json_snapshot!(report::Certificate::new(&leaf, at));
}

#[test]
fn an_intermediate_with_name_constraints() {
    let intermediate = certificate("intermediate.pem");
    assert_eq!((intermediate.is_ca, intermediate.path_length), (true, Some(0)));
    assert_eq!(intermediate.signature_algorithm, "ecdsa-with-sha384");
    let constraints = intermediate.name_constraints.expect("name constraints");
    assert_eq!(
        (constraints.permitted, constraints.excluded),
        (vec!["DNS:example.com".into()], vec!["IP:10.0.0.0/8".into()])
    );
}

#[test]
fn serial_numbers_have_no_sign_and_keep_whole_bytes() {
    assert_eq!(certificate("root.pem").serial_number, "8001", "DER adds a zero octet for the sign");
    assert_eq!(certificate("leaf.pem").serial_number, "0a1b");
    assert_eq!(certificate("ec-leaf.pem").serial_number, "03");
}

#[test]
fn kinds_of_keys_and_versions() {
    let kind = |name| {
        let key = certificate(name).public_key;
        (format!("{:?}", key.algorithm), key.bits, key.curve)
    };
    assert_eq!(kind("leaf.pem"), ("Rsa".into(), 2048, None));
    assert_eq!(kind("ec-leaf.pem"), ("Ec".into(), 256, Some("P-256".into())));
    assert_eq!(kind("ed25519-leaf.pem"), ("Ed25519".into(), 256, None));
    assert_eq!((certificate("v1.pem").version, certificate("leaf.pem").version), (1, 3));
    assert_eq!(certificate("sha1.pem").signature_algorithm, "ecdsa-with-sha1");
}

#[test]
fn refuses_what_is_cut_off_and_what_follows() {
    let leaf = certificate("leaf.pem");
    let der = leaf.der();
    assert_eq!(Certificate::parse(&der[..der.len() - 1]), Err(ParseError::CutOff));
    let mut longer = der.to_vec();
    longer.extend([0, 0]);
    assert_eq!(Certificate::parse(&longer), Err(ParseError::TrailingBytes { bytes: 2 }));
    assert!(matches!(Certificate::parse(&[0x30, 0x03, 0x02, 0x01, 0x01]), Err(ParseError::Structure { .. })));
    assert!(Certificate::parse(&[]).is_err());
}

#[test]
fn a_malformed_extension_is_noted_and_the_rest_is_there() {
    let leaf = certificate("leaf.pem");
    // The first element within keyUsage's value: the tag BIT STRING becomes something else.
    let key_usage = [0x06, 0x03, 0x55, 0x1d, 0x0f, 0x01, 0x01, 0xff, 0x04, 0x04, 0x03];
    let mut der = leaf.der().to_vec();
    let at = der.windows(key_usage.len()).position(|window| window == key_usage).expect("keyUsage");
    der[at + key_usage.len() - 1] = 0x1e;
    let parsed = Certificate::parse(&der).expect("still a certificate");
    assert_eq!(parsed.malformed_extensions[0].0, "2.5.29.15");
    assert!(parsed.key_usage.is_empty());
    assert_eq!(parsed.sans, leaf.sans);
}

#[test]
fn text_of_a_stranger_cannot_steer_a_terminal() {
    use crate::pki::{Authority, HTTPBIN, leaf};
    use rcgen::{DnType, SanType};
    let mut params = leaf(HTTPBIN);
    params.distinguished_name.push(DnType::CommonName, "a\u{1b}[2J\u{202e}b");
    params.subject_alt_names.push(SanType::DnsName("x\u{7}y".try_into().expect("IA5")));
    let certificate = Authority::root("root").issue(&params);
    assert_eq!(certificate.subject, r"CN=a\1b[2J\e2\80\aeb");
    assert_eq!(certificate.sans.dns, [r"x\07y"]);
}
