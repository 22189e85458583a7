//! Where each certificate came from: the value, the block and the byte in it at which it begins.

use base64::Engine;
use serde_json::{Value, json};
use signet_certs::report::Documents;

use crate::documents::{documents, fixture};
use crate::pki::judging;

fn base64(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Path, block and byte of every certificate, as `decode -o json` tells them.
fn places(input: impl AsRef<[u8]>) -> Vec<(Option<String>, u64, usize)> {
    let report = serde_json::to_value(Documents::new(&documents(input), &judging(&[]))).expect("JSON");
    let documents = report["documents"].as_array().cloned().expect("a list");
    let certificates =
        documents.iter().flat_map(|one| one["certificates"].as_array().cloned().expect("a list"));
    certificates
        .map(|one| {
            let number = |key: &str| one[key].as_u64().expect("a number");
            let path = one.get("path").and_then(Value::as_str).map(str::to_owned);
            (path, number("block"), usize::try_from(number("offset")).expect("a position"))
        })
        .collect()
}

#[test]
fn the_byte_is_that_of_the_block_in_the_file_whatever_stands_before_it() {
    let (leaf, key, root) = (fixture("leaf.pem"), fixture("leaf-pkcs8.key"), fixture("root.pem"));
    for before in ["", "\u{feff}", "subject=CN = a\r\n\r\n"] {
        let input = [before.as_bytes(), &leaf, &key, &root].concat();
        let found = places(&input);
        assert_eq!(
            found.iter().map(|(_, block, _)| *block).collect::<Vec<_>>(),
            [1, 3],
            "the key is a block"
        );
        for ((_, _, offset), block) in found.iter().zip([&leaf, &root]) {
            assert!(input[*offset..].starts_with(block), "{before:?}");
        }
    }
}

#[test]
fn the_byte_in_a_secret_is_that_of_its_decoded_value() {
    let (leaf, intermediate) = (fixture("leaf.pem"), fixture("intermediate.pem"));
    let value = [leaf.as_slice(), &intermediate].concat();
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "data": {"tls.crt": base64(value)}});
    let path = Some("data['tls.crt']".to_owned());
    assert_eq!(places(secret.to_string()), [(path.clone(), 1, 0), (path, 2, leaf.len())]);
}

#[test]
fn der_counts_its_structures() {
    let der =
        |name: &str| documents(fixture(name))[0].certificates().next().expect("a certificate").der().to_vec();
    let (leaf, root) = (der("leaf.pem"), der("root.pem"));
    assert_eq!(places([leaf.as_slice(), &root].concat()), [(None, 1, 0), (None, 2, leaf.len())]);
}

#[test]
fn an_item_of_a_list_is_a_value_of_its_own() {
    let dump = json!([{"identity": "spiffe://td/ns/foo/sa/a", "state": "Available",
        "certChain": [{"pem": base64(fixture("leaf.pem"))}, {"pem": base64(fixture("root.pem"))}]}]);
    let expected = ["certChain[0]", "certChain[1]"].map(|path| (Some(path.to_owned()), 1, 0));
    assert_eq!(places(dump.to_string()), expected);
}
