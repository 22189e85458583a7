//! A signer for each namespace, by cert-manager: who has which, who reaches whom, and what happens when
//! a ProxyConfig changes or names a signer that nobody is.

use std::sync::LazyLock;

use serde_json::json;
use signet_tests::facts::Facts;

use crate::agreement;
use crate::mesh::Mesh;
use crate::namespace::Namespace;

pub(crate) static MESH: LazyLock<Mesh> = LazyLock::new(|| Mesh::start("signers-per-namespace"));

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
    assert_eq!(agreement::on_trust(&MESH), (2, 4));
}

#[test]
fn the_proxy_has_the_ca_of_its_signer_as_a_file() {
    for pod in MESH.workloads() {
        let pem = MESH.file(&pod, "/var/run/secrets/signet/ca/root-cert.pem");
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
    let drifts = Namespace::with_sleep(&MESH, "drifts", "foo");
    drifts.restart_until("its signer is foo", |row| row["signer"]["actual"] == "foo");
    drifts.ask("bar", &json!({}));
    let row = drifts.row_of("a pod that drifts", |row| row["verdict"] == "drift");
    assert_eq!(
        (&row["signer"]["configured"], &row["signer"]["actual"]),
        (&json!("bar"), &json!("foo")),
        "{row}"
    );
    let certificate = &row["certificates"][0]["fingerprintSha256"];

    drifts.restart_until("its signer is bar", |row| row["signer"]["actual"] == "bar");
    let row = drifts.row_of("a pod that is ok", |row| row["verdict"] == "ok");
    assert_ne!(&row["certificates"][0]["fingerprintSha256"], certificate);
    assert_eq!(
        Facts::by_signet(&row["roots"]),
        MESH.by_istioctl(&MESH.workloads()[2], "ROOTCA"),
        "bar's root"
    );
}

#[test]
fn a_signer_without_issuer_leaves_the_pod_without_a_certificate_and_signet_names_it() {
    let nowhere = Namespace::with_sleep(&MESH, "nowhere", "nowhere");
    let row = nowhere.row_of("a pod that waits", |row| row["verdict"] == "no-certificate");
    assert_eq!(row["signer"]["requested"], "nowhere", "{row}");
    assert_eq!(row["signer"].get("actual"), None, "{row}");
    let pod = format!("nowhere/{}", row["name"].as_str().expect("a name"));
    let explained = MESH.signet(&["explain", &pod]);
    let warnings = explained["items"][0]["decision"]["warnings"].to_string();
    assert!(warnings.contains("signer nowhere"), "what is wrong is said without waiting: {explained}");
    let ready = MESH.kubectl().run(&["--namespace=nowhere", "get", "pods", "--output=jsonpath={..ready}"]);
    assert!(ready.expect("pods").contains("false"), "and the pod hangs");
}
