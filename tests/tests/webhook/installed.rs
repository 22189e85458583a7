//! Installed as users do, by install.yaml, and run as its service account with no other rights.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_mesh::Signers;
use signet_tests::bless::root;
use signet_tests::testbed::{Authority, ControlPlane, KeyKind, Kubectl};

use crate::objects::{mesh_with_signer, prepare, proxy_config};
use crate::program::{Program, wait_for};

const SIGNER: &str = "clusterissuers.cert-manager.io/foo";
const NAME: &str = "signet-webhook.signet-system.svc";

/// One story, because each step stands on the one before: two replicas share one CA; they fill the
/// `caBundle` in and mend it; the CA file of a signer comes, is mended and goes; the API server dies
/// and returns while admission goes on.
#[test]
fn two_replicas_of_the_manifest_keep_the_cluster_as_it_has_to_be() {
    let mut plane = ControlPlane::start().expect("a control plane");
    let kubectl = plane.kubectl().clone();
    prepare(&kubectl);
    let manifest = std::fs::read_to_string(root().join("install.yaml")).expect("install.yaml");
    kubectl.apply(&manifest).expect("the manifest is accepted whole");
    let user = kubectl.as_service_account("signet-system", "signet-webhook").expect("a token");
    let replica = || Program::start(user.kubeconfig(), &["--namespace=signet-system"]);
    let replicas = [replica(), replica()];

    let ca_bundle = wait_for("the caBundle", || ca_bundle(&kubectl));
    for replica in &replicas {
        replica.ask(NAME, &ca_bundle, &review("foo")).expect("trusted by the one caBundle");
        let log = replica.log();
        assert!(!log.contains("forbidden") && !log.contains("refuses"), "its rights suffice:\n{log}");
    }
    blank_the_ca_bundle(&kubectl);
    assert_eq!(wait_for("the mended caBundle", || self::ca_bundle(&kubectl)), ca_bundle);

    let pem = Authority::root("foo", KeyKind::P256).expect("a CA").pem();
    keep_the_ca_file(&kubectl, &replicas, &pem);
    survive_the_api_server(&mut plane, &kubectl, &replicas, &ca_bundle);
    for replica in replicas {
        assert_eq!(replica.terminate(), "exit status: 0");
    }
    assert_eq!(self::ca_bundle(&kubectl), Ok(ca_bundle), "the chart's registration stays");
}

/// The CA file of a namespace comes with its signer, is mended, and goes with it.
fn keep_the_ca_file(kubectl: &Kubectl, replicas: &[Program; 2], pem: &str) {
    kubectl.namespace("foo").expect("a namespace");
    kubectl.apply(&mesh_with_signer(SIGNER, pem)).expect("a mesh config");
    kubectl.apply(&proxy_config("foo", "foo")).expect("a ProxyConfig");
    let wanted = json!({Signers::ca_key(SIGNER): pem});
    let is_there = || match data(kubectl) {
        Ok(data) if data == wanted => Ok(()),
        other => Err(format!("{other:?}")),
    };
    wait_for("the CA file", is_there);
    let drift = json!({"data": {Signers::ca_key(SIGNER): "rubbish", "foreign.pem": "rubbish"}}).to_string();
    let patch =
        ["--namespace=foo", "patch", "configmap", "signet-ca-certs", "--type=merge", "--patch", &drift];
    kubectl.run(&patch).expect("patched");
    wait_for("the mended CA file", is_there);

    kubectl.run(&["--namespace=foo", "delete", "proxyconfig", "signer"]).expect("removed");
    wait_for("the end of the CA file", || match data(kubectl) {
        Err(error) if error.contains("NotFound") => Ok(()),
        other => Err(format!("{other:?}")),
    });
    kubectl.apply(&proxy_config("foo", "foo")).expect("a ProxyConfig");
    wait_for("the CA file", is_there);
    kubectl.apply(&mesh_with_signer(SIGNER, "rubbish")).expect("a mesh config");
    wait_for("the refusal", || {
        let refused = |replica: &Program| replica.metric("signet_bundle_refused_signers") == Some(1.0);
        if replicas.iter().any(refused) { Ok(()) } else { Err("no replica refused it".to_owned()) }
    });
    assert_eq!(data(kubectl), Ok(wanted), "the last good one stays");
    kubectl.apply(&mesh_with_signer(SIGNER, pem)).expect("a mesh config");
}

fn survive_the_api_server(
    plane: &mut ControlPlane,
    kubectl: &Kubectl,
    replicas: &[Program; 2],
    ca_bundle: &str,
) {
    let has_signer = |namespace: &str, signer: &str| {
        let answer = replicas[0].ask(NAME, ca_bundle, &review(namespace))?;
        let answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        let patch = answer["response"]["patch"].as_str().unwrap_or_default();
        let patch = STANDARD.decode(patch).expect("base64");
        let patch = String::from_utf8(patch).expect("text");
        if patch.contains(&format!(r#""value":"{signer}""#)) { Ok(()) } else { Err(patch) }
    };
    wait_for("the signer", || has_signer("foo", "foo"));
    plane.kill_api_server();
    wait_for("the age of the snapshot", || match replicas[0].metric("signet_snapshot_age_seconds") {
        Some(age) if age > 0.0 => Ok(()),
        other => Err(format!("{other:?}")),
    });
    has_signer("foo", "foo").expect("admission goes on without the API server");
    plane.start_api_server().expect("it returns");
    kubectl.apply(&proxy_config("foo", "bar")).expect("a ProxyConfig");
    wait_for("the signer of after the return", || has_signer("foo", "bar"));
    assert_eq!(replicas[0].metric("signet_snapshot_age_seconds"), Some(0.0));
}

/// The one `caBundle` of all entries.
fn ca_bundle(kubectl: &Kubectl) -> Result<String, String> {
    let path = "jsonpath={range .webhooks[*]}{.clientConfig.caBundle}{' '}{end}";
    let found = kubectl.run(&["get", "mutatingwebhookconfiguration", "zz-signet", "--output", path]);
    let found = found.map_err(|error| error.to_string())?;
    match found.split_whitespace().collect::<Vec<_>>().as_slice() {
        [one, other] if one == other => {
            Ok(String::from_utf8(STANDARD.decode(one).expect("base64")).expect("PEM"))
        }
        other => Err(format!("{} of 2 entries have one", other.len())),
    }
}

/// As a tool does that keeps a cluster equal to the manifest.
fn blank_the_ca_bundle(kubectl: &Kubectl) {
    let remove =
        |index: usize| json!({"op": "remove", "path": format!("/webhooks/{index}/clientConfig/caBundle")});
    let patch = json!([remove(0), remove(1)]).to_string();
    let configuration =
        ["patch", "mutatingwebhookconfiguration", "zz-signet", "--type=json", "--patch", &patch];
    kubectl.run(&configuration).expect("patched");
}

/// What is in the ConfigMap with the CA files.
fn data(kubectl: &Kubectl) -> Result<Value, String> {
    let found = kubectl.run(&["--namespace=foo", "get", "configmap", "signet-ca-certs", "--output=json"]);
    let found: Value = serde_json::from_str(&found.map_err(|error| error.to_string())?).expect("JSON");
    Ok(found["data"].clone())
}

/// A review of a pod with a proxy.
fn review(namespace: &str) -> String {
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "u", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE",
            "namespace": namespace,
            "object": {"spec": {"containers": [{"name": "istio-proxy", "image": "proxyv2", "args": ["proxy", "sidecar"]}]}},
        },
    })
    .to_string()
}
