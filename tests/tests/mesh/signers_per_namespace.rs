//! A signer for each namespace, by cert-manager: who has which, who reaches whom, and what happens when
//! a ProxyConfig changes or names a signer that nobody is.

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use signet_tests::facts::Facts;
use signet_tests::testbed::wait;

use crate::agreement;
use crate::mesh::{Mesh, Pod};

static MESH: LazyLock<Mesh> = LazyLock::new(|| Mesh::start("signers-per-namespace"));
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn each_pod_has_the_signer_of_its_namespace_four_times() {
    for pod in MESH.workloads() {
        let row = MESH.row(&pod);
        for asked in ["configured", "injected", "requested", "actual"] {
            assert_eq!(row["signer"][asked], pod.namespace, "{asked} of {pod:?}: {}", row["signer"]);
        }
        assert_eq!((&row["verdict"], &row["proxy"]), (&json!("ok"), &json!("native-sidecar")), "{row}");
    }
}

#[test]
fn signet_says_what_istioctl_and_openssl_say() {
    agreement::on_certificates(&MESH);
}

#[test]
fn foo_and_bar_reach_themselves_alone() {
    assert_eq!(agreement::on_trust(&MESH), (2, 2));
}

#[test]
fn the_proxy_has_the_ca_of_its_signer_as_a_file() {
    for pod in MESH.workloads() {
        let script = "while read -r line; do echo \"$line\"; done </var/run/secrets/signet/ca/root-cert.pem";
        let pem = MESH.exec(&pod, "istio-proxy", &["/bin/sh", "-c", script]);
        assert_eq!(vec![Facts::by_openssl(&pem)], MESH.by_istioctl(&pod, "ROOTCA"), "{pod:?}");
    }
}

#[test]
fn the_variable_is_there_once_although_istio_and_signet_both_write_it() {
    let path = r#"jsonpath={.spec.initContainers[?(@.name=="istio-proxy")].env[?(@.name=="ISTIO_META_CERT_SIGNER")].value}"#;
    for pod in MESH.workloads() {
        let place = ["--namespace", &pod.namespace, "get", "pod", &pod.name, "--output", path];
        assert_eq!(MESH.kubectl().run(&place).expect("a pod"), pod.namespace);
    }
}

#[test]
fn a_certificate_past_its_life_is_expired() {
    let rows = MESH.signet(&["pods", "-n", "foo", "--now", "2100-01-01T00:00:00Z"]);
    let verdicts = rows["items"].as_array().expect("a list").iter().map(|row| &row["verdict"]);
    assert!(
        verdicts.clone().count() == 2 && verdicts.into_iter().all(|verdict| verdict == "expired"),
        "{rows}"
    );
}

#[test]
fn a_proxyconfig_that_changes_under_a_pod_is_drift_until_the_pod_is_new() {
    namespace("drifts", "foo");
    restart_until("drifts", "foo");
    MESH.kubectl().apply(&proxy_config("drifts", "bar").to_string()).expect("another signer");
    let row = row_of("drifts", |row| row["verdict"] == "drift");
    assert_eq!(
        (&row["signer"]["configured"], &row["signer"]["actual"]),
        (&json!("bar"), &json!("foo")),
        "{row}"
    );
    let certificate = &row["certificates"][0]["fingerprintSha256"];

    restart_until("drifts", "bar");
    let row = row_of("drifts", |row| row["verdict"] == "ok");
    assert_ne!(&row["certificates"][0]["fingerprintSha256"], certificate);
    assert_eq!(
        Facts::by_signet(&row["roots"]),
        MESH.by_istioctl(&MESH.workloads()[2], "ROOTCA"),
        "bar's root"
    );
}

#[test]
fn a_signer_without_issuer_leaves_the_pod_without_a_certificate_and_signet_names_it() {
    namespace("nowhere", "nowhere");
    // The first pod may still have been given what the mesh's default is.
    MESH.kubectl()
        .run(&["--namespace=nowhere", "rollout", "restart", "deployment/sleep"])
        .expect("a new pod");
    let row = row_of("nowhere", |row| row["verdict"] == "no-certificate");
    assert_eq!(row["signer"]["requested"], "nowhere", "{row}");
    assert_eq!(row["signer"].get("actual"), None, "{row}");
    let pod = format!("nowhere/{}", row["name"].as_str().expect("a name"));
    let explained = MESH.signet(&["explain", &pod]);
    let warnings = explained["items"][0]["decision"]["warnings"].to_string();
    assert!(warnings.contains("signer nowhere"), "what is wrong is said without waiting: {explained}");
    let ready = MESH.kubectl().run(&["--namespace=nowhere", "get", "pods", "--output=jsonpath={..ready}"]);
    assert!(ready.expect("pods").contains("false"), "and the pod hangs");
}

fn proxy_config(namespace: &str, signer: &str) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1beta1",
        "kind": "ProxyConfig",
        "metadata": { "namespace": namespace, "name": "signer" },
        "spec": { "environmentVariables": { "ISTIO_META_CERT_SIGNER": signer } },
    })
}

/// A namespace of a test, with a signer and a Deployment `sleep`.
fn namespace(name: &str, signer: &str) {
    let labels = json!({ "istio-injection": "enabled" });
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": labels } });
    MESH.kubectl().apply(&namespace.to_string()).expect("a namespace");
    MESH.kubectl().apply(&proxy_config(name, signer).to_string()).expect("a ProxyConfig");
    let container = json!({
        "name": "sleep",
        "image": "playground.signet.dev/workload:local",
        "imagePullPolicy": "Never",
        "args": ["pause"],
    });
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "namespace": name, "name": "sleep" },
        "spec": {
            "selector": { "matchLabels": { "app": "sleep" } },
            "template": { "metadata": { "labels": { "app": "sleep" } }, "spec": { "containers": [container] } },
        },
    });
    MESH.kubectl().apply(&deployment.to_string()).expect("a Deployment");
}

/// Makes the pod of a namespace anew until istiod, which hears of a ProxyConfig a moment later, gives it
/// this signer.
fn restart_until(namespace: &str, signer: &str) {
    let of = format!("--namespace={namespace}");
    wait::until(&format!("a pod of {namespace} with signer {signer}"), PATIENCE, || {
        let run = |arguments: &[&str]| MESH.kubectl().run(&[&[of.as_str()], arguments].concat());
        run(&["rollout", "restart", "deployment/sleep"]).map_err(|failure| failure.to_string())?;
        run(&["rollout", "status", "deployment/sleep", "--timeout=60s"])
            .map_err(|failure| failure.to_string())?;
        let rows = living(namespace);
        match rows.as_slice() {
            [row] if row["signer"]["actual"] == signer => Ok(()),
            rows => Err(format!("{rows:?}")),
        }
    })
    .expect("istiod has heard of it");
}

/// The row of the one pod of which this is so, once there is one.
fn row_of(namespace: &str, so: impl Fn(&Value) -> bool) -> Value {
    wait::until(&format!("a pod of {namespace}"), PATIENCE, || {
        let rows = living(namespace);
        rows.iter().find(|row| so(row)).cloned().ok_or_else(|| format!("{rows:?}"))
    })
    .expect("it comes")
}

/// What Signet says of the pods of a namespace that are there to stay.
fn living(namespace: &str) -> Vec<Value> {
    let pods = MESH.pods(namespace);
    let rows = MESH.signet(&["pods", "-n", namespace]);
    let named = |row: &&Value| pods.iter().any(|pod: &Pod| row["name"] == pod.name.as_str());
    rows["items"].as_array().expect("a list").iter().filter(named).cloned().collect()
}
