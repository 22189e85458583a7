//! What real Envoys answered, as the dumps of pods: read, folded and judged.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use signet_certs::formats::pem;
use signet_certs::{Certificate, UnixTime, algorithms};
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::{Inventory, Observation, Verdict, Workload};

fn answer(name: &str) -> Result<Dump, ReadError> {
    let folder = std::env::var_os("SIGNET_CORPORA").map(PathBuf::from);
    let folder = folder
        .expect("SIGNET_CORPORA is not set: set it to the folder of the corpora, or leave the feature out");
    let path = folder.join(name);
    Dump::from_envoy(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn dump(name: &str) -> Dump {
    answer(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Within the life of the certificates that were captured.
fn captured() -> UnixTime {
    "2026-11-22T12:00:00Z".parse().expect("a time")
}

fn put(object: Value) -> Observation {
    Observation::Put { object: serde_json::from_value(object).expect("an object") }
}

/// A mesh whose signers `foo` and `bar` have the roots that the real proxies of these namespaces had.
fn mesh() -> Inventory {
    let pem = |roots: &[Arc<Certificate>]| -> String {
        roots.iter().map(|root| pem::encode("CERTIFICATE", root.der())).collect()
    };
    let config = json!({"caCertificates": [
        {"certSigners": ["example.com/foo"], "pem": pem(&dump("envoy/foo/httpbin.config_dump.json").roots)},
        {"certSigners": ["example.com/bar"], "pem": pem(&dump("envoy/bar/sleep.config_dump.json").roots)},
    ]});
    let mut inventory = Inventory::new(algorithms::aws_lc_rs());
    inventory.apply(put(json!({
        "kind": "ConfigMap",
        "metadata": {"namespace": "istio-system", "name": "istio"},
        "data": {"mesh": config.to_string()},
    })));
    inventory.apply(put(json!({
        "kind": "Deployment",
        "metadata": {"namespace": "istio-system", "name": "istiod", "labels": {"app": "istiod"}},
        "spec": {"template": {"spec": {"containers": [{"name": "discovery", "env": [
            {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
            {"name": "CERT_SIGNER_DOMAIN", "value": "example.com"},
        ]}]}}},
    })));
    for kind in [Kind::ConfigMap, Kind::Deployment] {
        inventory.apply(Observation::Synced { kind });
    }
    inventory
}

/// The pod `app` of this namespace, which asks for `signer` and answered with the dump of `file`.
fn judged(namespace: &str, app: &str, signer: &str, file: &str) -> Arc<Workload> {
    let mut inventory = mesh();
    inventory.apply(put(json!({
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": app},
        "spec": {"serviceAccountName": app, "containers": [{
            "name": "istio-proxy",
            "image": "proxyv2",
            "args": ["proxy", "sidecar"],
            "env": [{"name": "ISTIO_META_CERT_SIGNER", "value": signer}],
        }]},
    })));
    let pod = ObjectName::new(namespace, app);
    inventory.apply(Observation::Proxy { pod: pod.clone(), at: captured(), answer: answer(file) });
    inventory.workload(&pod, captured()).expect("the pod")
}

#[test]
fn the_signer_of_each_real_proxy_is_found() {
    for (namespace, app, certificates) in [("foo", "httpbin", 1), ("foo", "curl", 1), ("bar", "sleep", 3)] {
        for kind in ["config_dump", "secrets"] {
            let file = format!("envoy/{namespace}/{app}.{kind}.json");
            let workload = judged(namespace, app, namespace, &file);
            assert_eq!(workload.signer.actual.as_deref(), Some(namespace), "{file}");
            assert_eq!(workload.chain.len(), certificates, "{file}");
            // They were made by hand and live for ten years: nothing rotates them.
            assert_eq!(workload.verdict, Verdict::Ok, "{file}: {:?}", workload.findings);
        }
    }
}

#[test]
fn a_real_chain_of_another_signer_is_wrong() {
    let workload = judged("bar", "sleep", "foo", "envoy/bar/sleep.config_dump.json");
    assert_eq!(workload.verdict, Verdict::WrongSigner, "{:?}", workload.findings);
    let workload = judged("foo", "httpbin", "foo", "envoy/foo/curl.config_dump.json");
    assert_eq!(workload.verdict, Verdict::Untrusted, "a certificate for another workload");
}

#[test]
fn a_masked_dump_holds_the_same_certificates_and_no_claim() {
    for pod in ["foo/httpbin", "foo/curl", "bar/sleep"] {
        let whole = dump(&format!("envoy/{pod}.config_dump.json"));
        let masked = dump(&format!("envoy/{pod}.secrets.json"));
        assert_eq!((&whole.chain, &whole.roots), (&masked.chain, &masked.roots), "{pod}");
        assert_eq!(whole.claimed_signer.as_deref(), pod.split('/').next());
        assert_eq!(masked.claimed_signer, None);
    }
}

#[test]
fn istios_own_examples_are_read() {
    let istio = dump("istio/secrets/istio-config_dump.json");
    assert_eq!((istio.chain.len(), istio.roots.len(), istio.warming), (2, 1, false));
    let spire = dump("istio/secrets/spire-config_dump.json");
    assert_eq!((spire.chain.len(), spire.roots.len()), (2, 2), "one bundle per trust domain");
    for other in ["istio/secrets/ztunnel-dump.json", "envoy/foo/httpbin.certs.json"] {
        assert!(matches!(answer(other), Err(ReadError::Rubbish { .. })), "{other}");
    }
}
