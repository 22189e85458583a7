//! The Secrets of istiod's CA, and bundles of roots.

use std::sync::Arc;

use base64::Engine;
use serde_json::{Map, Value, json};
use signet_certs::Certificate;

use crate::documents::{document, fixture};
use crate::pki::{Authority, DAY, ca, judge, judging, pem, valid};

/// The codes found in a Secret of that name with these keys.
fn found(name: &str, data: &[(&str, Vec<u8>)]) -> Vec<(String, String)> {
    let base64 = base64::engine::general_purpose::STANDARD;
    let data: Map<String, Value> =
        data.iter().map(|(key, value)| ((*key).to_owned(), base64.encode(value).into())).collect();
    let secret = json!({"apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name, "namespace": "istio-system"}, "data": data});
    let findings = judge(&document(secret.to_string()), &judging(&[]));
    findings.into_iter().map(|finding| (finding.code, finding.message)).collect()
}

fn codes(found: &[(String, String)]) -> Vec<&str> {
    // The fixtures' key is none of the CAs made here.
    found.iter().map(|(code, _)| code.as_str()).filter(|code| *code != "key-mismatch").collect()
}

#[test]
fn incomplete_signing_bundle_of_either_style() {
    let root = Authority::root("root");
    let ca = root.intermediate("ca");
    let [root, signs] = [&root, &ca].map(|authority| pem(&[&authority.certificate]).into_bytes());
    let key = || fixture("ec-pkcs8.key");
    let whole = [
        ("ca-cert.pem", signs.clone()),
        ("ca-key.pem", key()),
        ("root-cert.pem", root.clone()),
        ("cert-chain.pem", signs.clone()),
    ];
    assert_eq!(codes(&found("cacerts", &whole)), Vec::<&str>::new());
    for left_out in 0..whole.len() {
        let mut part = whole.to_vec();
        let (name, _) = part.remove(left_out);
        let found = found("cacerts", &part);
        assert!(codes(&found).contains(&"incomplete-signing-bundle"), "without {name}");
        assert!(
            found.iter().any(|(_, message)| message.contains(&format!("it has no {name},"))),
            "{found:?}"
        );
    }
    let own_root = [("ca-cert.pem", root.clone()), ("ca-key.pem", key()), ("root-cert.pem", root.clone())];
    assert_eq!(codes(&found("cacerts", &own_root)), Vec::<&str>::new(), "a root has no chain");

    let tls = [("tls.crt", signs), ("tls.key", key()), ("ca.crt", root)];
    assert_eq!(codes(&found("cacerts", &tls)), Vec::<&str>::new());
    assert_eq!(codes(&found("cacerts", &tls[..2])), ["incomplete-signing-bundle"]);
    assert_eq!(codes(&found("other", &tls[..2])), Vec::<&str>::new(), "no Secret of istiod's");
}

#[test]
fn stale_root_when_istiod_renewed_its_own_ca() {
    let old = Authority::root("cluster.local");
    let mut params = ca("cluster.local");
    valid(&mut params, -DAY, 7300 * DAY);
    let renewed = pem(&[&old.renewed(&params)]).into_bytes();
    let old = pem(&[&old.certificate]).into_bytes();
    let secret = |root: &[u8]| {
        let data = [("ca-cert.pem", renewed.clone()), ("root-cert.pem", root.to_vec())];
        found("istio-ca-secret", &data)
    };
    assert_eq!(codes(&secret(&old)), ["stale-root"]);
    assert_eq!(codes(&secret(&renewed)), Vec::<&str>::new());
    assert_eq!(codes(&secret(&[])), Vec::<&str>::new(), "before Istio 1.20 the key is empty");
}

#[test]
fn duplicate_root_when_one_key_has_two_certificates_in_a_bundle() {
    let root = Authority::root("root");
    let mut params = ca("root");
    valid(&mut params, -DAY, 7300 * DAY);
    let renewed = root.renewed(&params);
    let bundle = |certificates: &[&Arc<Certificate>]| {
        let findings = judge(&document(pem(certificates)), &judging(&[]));
        findings.into_iter().map(|finding| (finding.code, finding.about)).collect::<Vec<_>>()
    };
    let twice = bundle(&[&root.certificate, &Authority::root("other").certificate, &renewed]);
    assert_eq!(twice, [("duplicate-root".to_owned(), "certificate 3".to_owned())]);
    assert_eq!(
        bundle(&[&root.certificate, &root.namesake().certificate]),
        [],
        "another key, as in a rotation"
    );
}
