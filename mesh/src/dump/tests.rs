use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Dump, ReadError};

/// A root as PEM in base64, as Envoy writes `inline_bytes`.
fn root(name: &str) -> (String, Vec<u8>) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let der = params.self_signed(&key).expect("a certificate").der().to_vec();
    (signet_certs::formats::pem::encode("CERTIFICATE", &der), der)
}

fn inline(pem: &str) -> Value {
    json!({"inline_bytes": STANDARD.encode(pem)})
}

fn read(value: &Value) -> Result<Dump, ReadError> {
    Dump::from_envoy(value.to_string().as_bytes())
}

fn chain(pem: &str) -> Value {
    json!({
        "name": "default",
        "last_updated": "2026-11-22T11:28:58.322Z",
        "secret": {"name": "default", "tls_certificate": {"certificate_chain": inline(pem)}},
    })
}

#[test]
fn a_dump_gives_every_certificate_and_the_pods_claims() {
    let ((leaf, leaf_der), (a, a_der), (b, b_der)) = (root("leaf"), root("a"), root("b"));
    let dump = read(&json!({"configs": [
        {
            "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
            "bootstrap": {"node": {"metadata": {"CERT_SIGNER": "foo", "MESH_ID": "td", "X": [1, {}]}}},
        },
        {
            "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
            "dynamic_active_secrets": [chain(&(leaf + &a)), {
                "name": "ROOTCA",
                "secret": {"name": "ROOTCA", "validation_context": {"trusted_ca": inline(&(a.clone() + &b))}},
            }],
        },
    ]}))
    .expect("a dump");
    let ders = |list: &[std::sync::Arc<signet_certs::Certificate>]| -> Vec<Vec<u8>> {
        list.iter().map(|certificate| certificate.der().to_vec()).collect()
    };
    assert_eq!(ders(&dump.chain), [leaf_der, a_der.clone()]);
    assert_eq!(ders(&dump.roots), [a_der, b_der]);
    assert_eq!(dump.claimed_signer.as_deref(), Some("foo"));
    assert_eq!(dump.trust_domain.as_deref(), Some("td"));
    assert_eq!(dump.updated.map(|time| time.to_string()).as_deref(), Some("2026-11-22T11:28:58Z"));
    assert!(!dump.warming);
}

#[test]
fn istioctls_bare_section_is_read_too() {
    let (leaf, der) = root("leaf");
    let bytes = STANDARD.encode(leaf);
    let secret = json!({"name": "default", "tlsCertificate": {"certificateChain": {"inlineBytes": bytes}}});
    let dump = read(&json!({"dynamicActiveSecrets": [
        {"name": "default", "lastUpdated": "2026-11-22T11:28:58Z", "secret": secret},
    ]}))
    .expect("a dump");
    assert_eq!(dump.chain.iter().map(|c| c.der().to_vec()).collect::<Vec<_>>(), [der]);
    assert!(dump.updated.is_some());
}

#[test]
fn a_proxy_that_waits_for_its_certificate_is_warming() {
    let waiting = json!({"name": "default", "version_info": "uninitialized", "secret": {"name": "default"}});
    let dump = read(&json!({"configs": [{
        "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
        "dynamic_warming_secrets": [waiting],
    }]}))
    .expect("a dump");
    assert!(dump.warming && dump.chain.is_empty());
}

#[test]
fn what_is_no_dump_is_refused_with_its_reason() {
    for bytes in [&b"not ready"[..], b"", b"[]", b"{}", br#"{"configs": 1}"#, b"\xff\xfe"] {
        let error = Dump::from_envoy(bytes).expect_err("no dump");
        assert!(matches!(&error, ReadError::Rubbish { message } if !message.is_empty()), "{error}");
    }
}

#[test]
fn a_dump_without_secrets_is_a_proxy_without_certificates() {
    let dump = read(&json!({"configs": [{
        "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
    }]}));
    assert_eq!(dump, Ok(Dump::default()));
}

proptest::proptest! {
    #[test]
    fn no_answer_is_a_panic(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..64),
        body in "[ -~]{0,24}",
    ) {
        let _ = Dump::from_envoy(&bytes);
        let secret = json!({"name": "default", "last_updated": body, "secret": {
            "tls_certificate": {"certificate_chain": {"inline_bytes": body}},
        }});
        let node = json!({"metadata": {"CERT_SIGNER": [body]}});
        let dump = read(&json!({"configs": [
            {"dynamic_active_secrets": [secret]},
            {"bootstrap": {"node": node}},
        ]}));
        proptest::prop_assert!(dump.is_ok_and(|dump| dump.chain.is_empty()));
    }
}

#[test]
fn a_snapshot_gives_back_the_same_dump() {
    let (leaf, _) = root("leaf");
    let dump = read(&json!({"configs": [{"dynamic_active_secrets": [chain(&leaf)]}]})).expect("a dump");
    let text = serde_json::to_string(&dump).expect("JSON");
    assert!(!text.contains("BEGIN"), "{text}");
    assert_eq!(serde_json::from_str::<Dump>(&text).expect("a dump"), dump);
}
