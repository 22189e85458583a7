//! No byte of a private key leaves by any door: every output format of every command that reads files, in
//! every encoding in which the bytes could stand there.
#![cfg(feature = "programs")]

use std::collections::HashSet;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use signet_certs::formats::pem;
use signet_tests::openssl::openssl;
use signet_tests::programs::signet;
use tempfile::TempDir;

/// So many bytes in a row of a key are no accident.
const TELLING: usize = 8;

/// A key with a certificate of it.
struct Pair {
    what: &'static str,
    /// The DER of the key, in the form that its PEM has.
    key: Vec<u8>,
    key_pem: String,
    certificate: Vec<u8>,
    certificate_pem: String,
}

fn text(folder: &Path, arguments: &[&str]) -> String {
    let output = openssl(folder, arguments, b"").unwrap_or_else(|| panic!("openssl {arguments:?} fails"));
    String::from_utf8(output).expect("PEM is ASCII")
}

/// A pair for each kind and form of key.
fn pairs(folder: &Path) -> Vec<Pair> {
    let p384 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
    let kinds: [(&str, &[&str], &[&str], &str); 6] = [
        ("PKCS#8 RSA", &["-algorithm", "RSA"], &["pkey", "-in", "key.pem"], "PRIVATE KEY"),
        ("PKCS#1", &["-algorithm", "RSA"], &["rsa", "-in", "key.pem", "-traditional"], "RSA PRIVATE KEY"),
        ("PKCS#8 EC", &p384, &["pkey", "-in", "key.pem"], "PRIVATE KEY"),
        ("SEC 1", &p384, &["ec", "-in", "key.pem"], "EC PRIVATE KEY"),
        ("PKCS#8 Ed25519", &["-algorithm", "ED25519"], &["pkey", "-in", "key.pem"], "PRIVATE KEY"),
        (
            "encrypted",
            &["-algorithm", "RSA"],
            &["pkcs8", "-topk8", "-in", "key.pem", "-passout", "pass:secret"],
            "ENCRYPTED PRIVATE KEY",
        ),
    ];
    kinds
        .into_iter()
        .map(|(what, make, form, label)| {
            text(folder, &[&["genpkey", "-out", "key.pem"], make].concat());
            let certificate_pem =
                text(folder, &["req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=a", "-days", "9"]);
            let key_pem = text(folder, form);
            let block = |text: &str, label| pem::blocks(text.as_bytes(), label).pop().expect("a block");
            Pair {
                what,
                key: block(&key_pem, label),
                certificate: block(&certificate_pem, "CERTIFICATE"),
                key_pem,
                certificate_pem,
            }
        })
        .collect()
}

impl Pair {
    /// What of the key is nowhere in its certificate: the rest is public.
    fn secrets(&self) -> Vec<&[u8]> {
        let public: HashSet<_> = self.certificate.windows(TELLING).collect();
        // The first bytes name the kind of key, which is no secret.
        self.key.windows(TELLING).skip(24).filter(|window| !public.contains(window)).collect()
    }

    /// Every way in which people have a key.
    fn inputs(&self) -> Vec<Vec<u8>> {
        let both = format!("{}{}", self.certificate_pem, self.key_pem);
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata:\n  tls.crt: {}\n  tls.key: {}\n",
            STANDARD.encode(&self.certificate_pem),
            STANDARD.encode(&self.key_pem)
        );
        let map =
            serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a.pem": both}}).to_string();
        let dump =
            serde_json::json!({"dynamic_active_secrets": [{"name": "default", "secret": {"tls_certificate": {
            "certificate_chain": {"inline_string": self.certificate_pem},
            "private_key": {"inline_bytes": STANDARD.encode(&self.key_pem)}}}}]})
            .to_string();
        let hex: Vec<_> = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        let torn = both[..both.len() - 40].to_owned();
        let flipped = both.replace("PRIVATE KEY-----\nM", "PRIVATE KEY-----\n!");
        let broken_yaml = format!("{secret}  b: [\n");
        vec![
            both.into(),
            self.key.clone(),
            STANDARD.encode(&self.key).into(),
            hex.concat().into(),
            secret.into(),
            map.into(),
            dump.into(),
            torn.into(),
            flipped.into(),
            broken_yaml.into(),
        ]
    }
}

/// The three texts that base64 has for some bytes within others: without the digits that depend on
/// what stands before and after.
fn in_base64(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let padded = [&vec![0; before][..], bytes].concat();
        let digits = STANDARD.encode(&padded);
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        digits[first..last].to_owned()
    })
}

fn assert_silent(output: &[u8], pair: &Pair, what: &[&str]) {
    let lower = output.to_ascii_lowercase();
    let digits: Vec<u8> = lower.iter().copied().filter(|byte| *byte != b':').collect();
    // Base64 may be broken into lines.
    let joined: Vec<u8> = output.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let holds = |text: &[u8], needle: &[u8]| text.windows(needle.len()).any(|window| window == needle);
    let within: HashSet<&[u8]> = output.windows(TELLING).collect();
    for secret in pair.secrets() {
        assert!(!within.contains(secret), "{} as it is: {what:?}", pair.what);
    }
    // Each encoding of every part of the key; parts that overlap by half miss nothing of 12 bytes.
    for secret in pair.secrets().iter().step_by(TELLING / 2) {
        let hex: Vec<_> = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!holds(&digits, hex.concat().as_bytes()), "{} in hexadecimal: {what:?}", pair.what);
        for text in in_base64(secret) {
            assert!(!holds(&joined, text.as_bytes()), "{} in base64: {what:?}", pair.what);
        }
    }
}

#[test]
fn no_output_of_any_format_holds_a_part_of_a_key() {
    let folder = TempDir::new().expect("a folder");
    let formats: [&[&str]; 7] = [
        &["-o", "table"],
        &["-o", "wide"],
        &["-o", "json"],
        &["-o", "yaml"],
        &["-o", "name"],
        &["-o", "json", "--pem"],
        &["--pem", "--color", "always"],
    ];
    for pair in pairs(folder.path()) {
        assert!(pair.secrets().len() > 16, "{}: what is secret in it was found", pair.what);
        for input in pair.inputs() {
            for format in formats {
                let arguments = [&["decode"], format].concat();
                let run = signet(&arguments, &input);
                assert_silent(run.stdout.as_bytes(), &pair, &arguments);
                assert_silent(run.stderr.as_bytes(), &pair, &arguments);
            }
            for arguments in [
                &["check"][..],
                &["check", "-o", "json"],
                &["verify", "--roots", "-", "-"],
                &["explain", "-f", "-", "-o", "json"],
            ] {
                let run = signet(arguments, &input);
                assert_silent(run.stdout.as_bytes(), &pair, arguments);
                assert_silent(run.stderr.as_bytes(), &pair, arguments);
            }
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let folder = TempDir::new().expect("a folder");
    let pair = pairs(folder.path()).remove(2);
    let scalar = pair.key.windows(24).nth(40).expect("the middle of the key");
    let hex: Vec<_> = scalar.iter().map(|byte| format!("{byte:02X}")).collect();
    for leak in [
        scalar.to_vec(),
        hex.join(":").into(),
        hex.concat().into(),
        STANDARD.encode(scalar).into(),
        STANDARD.encode([b"x", scalar].concat()).into(),
        pair.key_pem.clone().into_bytes(),
    ] {
        let found = std::panic::catch_unwind(|| assert_silent(&leak, &pair, &[]));
        assert!(found.is_err(), "{}", String::from_utf8_lossy(&leak));
    }
}
