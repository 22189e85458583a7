//! A signer for each namespace: what Signet says, what istioctl and openssl read, and who reaches whom.

use std::sync::LazyLock;

use serde_json::Value;
use signet_tests::facts::Facts;

use crate::mesh::{Mesh, Pod};

static MESH: LazyLock<Mesh> = LazyLock::new(|| Mesh::start("signers-per-namespace"));
const NAMESPACES: [&str; 2] = ["foo", "bar"];

/// The pods that have a sidecar.
fn pods() -> Vec<Pod> {
    let pods: Vec<Pod> = NAMESPACES.iter().flat_map(|namespace| MESH.pods(namespace)).collect();
    assert_eq!(pods.len(), 4, "sleep and httpbin in each: {pods:?}");
    pods
}

/// What `signet pods` says of a pod.
fn row(of: &Pod) -> Value {
    let answer = MESH.signet(&["pods", "-n", &of.namespace]);
    let rows = answer["items"].as_array().expect("a list");
    rows.iter().find(|row| row["name"] == of.name.as_str()).expect("a row for each pod").clone()
}

#[test]
fn each_pod_has_the_signer_of_its_namespace_four_times() {
    for pod in pods() {
        let row = row(&pod);
        for asked in ["configured", "injected", "requested", "actual"] {
            let signer = row["signer"][asked].as_str().unwrap_or_default();
            assert!(signer.ends_with(&pod.namespace), "{asked} of {pod:?}: {}", row["signer"]);
        }
        assert_eq!(row["verdict"], "ok", "{row}");
        assert_eq!(row["proxy"], "native-sidecar", "{row}");
    }
}

#[test]
fn pods_and_chain_say_what_istioctl_and_openssl_say() {
    for pod in pods() {
        let chain = MESH.by_istioctl(&pod, "default");
        let roots = MESH.by_istioctl(&pod, "ROOTCA");
        assert_eq!(Facts::by_signet(&row(&pod)["certificates"]), chain, "{pod:?}");
        let whole = MESH.signet(&["chain", &format!("{}/{}", pod.namespace, pod.name), "--roots"]);
        assert_eq!(Facts::by_signet(&whole["certificates"]), chain, "{pod:?}");
        assert_eq!(Facts::by_signet(&whole["roots"]), roots, "{pod:?}");
    }
}

#[test]
fn whoever_trusts_each_others_roots_connects_and_nobody_else() {
    let (mut connected, mut refused) = (0, 0);
    let pods = pods();
    for client in pods.iter().filter(|pod| pod.app == "sleep") {
        for server in pods.iter().filter(|pod| pod.app == "httpbin") {
            let said = trusts(&row(client), &row(server)) && trusts(&row(server), &row(client));
            let answer = MESH.call(client, &server.namespace);
            assert_eq!(answer.status, if said { 200 } else { 503 }, "{client:?} -> {server:?}: {answer:?}");
            if said {
                let identity = format!("spiffe://cluster.local/ns/{}/sa/default", client.namespace);
                assert!(answer.body.contains(&identity), "the peer is the one who called: {answer:?}");
                connected += 1;
            } else {
                refused += 1;
            }
        }
    }
    println!("{connected} pairs connected and {refused} were refused, as said");
    assert_eq!((connected, refused), (2, 2), "foo and bar each reach themselves alone");
}

/// Whether the last certificate of a chain is among the roots of another proxy.
fn trusts(verifier: &Value, presenter: &Value) -> bool {
    let last = Facts::by_signet(&presenter["certificates"]).pop().expect("a chain");
    Facts::by_signet(&verifier["roots"]).contains(&last)
}

#[test]
fn the_proxy_has_the_ca_of_its_signer_as_a_file() {
    for pod in pods() {
        let script = "while read -r line; do echo \"$line\"; done </var/run/secrets/signet/ca/root-cert.pem";
        let pem = MESH.exec(&pod, "istio-proxy", &["/bin/sh", "-c", script]);
        assert_eq!(vec![Facts::by_openssl(&pem)], MESH.by_istioctl(&pod, "ROOTCA"), "{pod:?}");
    }
}

#[test]
fn the_variable_is_there_once_although_istio_and_signet_both_write_it() {
    for pod in pods() {
        let path = r#"jsonpath={.spec.initContainers[?(@.name=="istio-proxy")].env[?(@.name=="ISTIO_META_CERT_SIGNER")].value}"#;
        let place = ["--namespace", &pod.namespace, "get", "pod", &pod.name, "--output", path];
        assert_eq!(MESH.kubectl().run(&place).expect("a pod"), pod.namespace);
    }
}
