//! Pods as Istio's own injector leaves them, through the review: each gets the signer once, a second
//! review adds nothing, and nothing else changes.

#![cfg(feature = "corpora")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use json_patch::{Patch, PatchOperation};
use serde_json::{Value, json};
use signet_certs::yaml;
use signet_mesh::objects::{EnvVar, Environment, Pod};
use signet_mesh::review::State;
use signet_mesh::{Manifests, Policy, names, plan, review};

/// The folder of the corpora. A test that promises them fails without them.
fn corpora() -> PathBuf {
    let folder = std::env::var_os("SIGNET_CORPORA").map(PathBuf::from);
    folder.expect("SIGNET_CORPORA is not set: set it to the folder of the corpora, or leave the feature out")
}

/// Every pod and every pod of a Deployment, by file and number.
fn injected_pods() -> BTreeMap<String, Value> {
    let folder = corpora().join("istio/injected");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut pods = BTreeMap::new();
    for entry in entries {
        let path = entry.expect("an entry of the folder").path();
        let file = path.file_stem().unwrap_or_default().display().to_string();
        let text = fs::read_to_string(&path).expect("a text");
        for (number, document) in yaml::documents(&text).into_iter().enumerate() {
            let mut object = document.expect("YAML");
            let pod = match object["kind"].as_str() {
                Some("Deployment") => object["spec"]["template"].take(),
                Some("Pod") => object,
                kind => panic!("{file}: unexpected kind {kind:?}"),
            };
            pods.insert(format!("{file}-{number}"), pod);
        }
    }
    assert!(pods.len() >= 11, "only {} pods in {}", pods.len(), folder.display());
    pods
}

/// The signer `foo`, whose root is known, for the namespace `foo`.
fn state() -> State {
    let proxy_config = json!({
        "kind": "ProxyConfig",
        "metadata": {"namespace": "foo", "name": "signer", "annotations": {names::CA_CONTAINERS_ANNOTATION: "*"}},
        "spec": {"environmentVariables": {names::CERT_SIGNER: "foo"}},
    });
    let mut manifests = Manifests::default();
    manifests.read("mesh.yaml", include_bytes!("../../mesh/tests/fixtures/pods/mesh.yaml"));
    manifests.read("proxyconfig.json", proxy_config.to_string().as_bytes());
    assert_eq!(manifests.problems, []);
    manifests.state(Policy::default())
}

fn review_pod(pod: &Value, state: &State) -> Option<Patch> {
    let request = json!({
        "uid": "u", "kind": {"kind": "Pod"}, "operation": "CREATE", "namespace": "foo", "object": pod,
    });
    let body = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request});
    let answer = review(body.to_string().as_bytes(), state).expect("an AdmissionReview");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let encoded = answer["response"]["patch"].as_str()?;
    Some(serde_json::from_slice(&STANDARD.decode(encoded).expect("base64")).expect("a JSON patch"))
}

#[test]
fn every_injected_pod_gets_its_signer_once() {
    let state = state();
    for (name, pod) in injected_pods() {
        let patch = review_pod(&pod, &state).expect("a patch");
        let mut patched = pod.clone();
        json_patch::patch(&mut patched, &patch).expect("a patch that applies");

        let typed: Pod = serde_json::from_value(patched.clone()).expect("a pod");
        let proxy = plan::proxy::find(&typed).expect("a proxy");
        let is_signer = |variable: &EnvVar<&str>| variable.name == names::CERT_SIGNER;
        assert_eq!(
            proxy.container.env.iter().flat_map(Environment::iter).filter(is_signer).count(),
            1,
            "{name}"
        );
        assert_eq!(plan::asked_signer(&typed), plan::Asked::Signer("foo".to_owned()), "{name}");

        assert_eq!(review_pod(&patched, &state), None, "{name}: a second review");
        for operation in &json_patch::diff(&pod, &patched).0 {
            assert!(is_ours(operation), "{name}: {operation}");
        }
        insta::assert_json_snapshot!(name, patch);
    }
}

/// Whether an operation adds the signer's variable, our volume or a mount of it, and nothing else.
fn is_ours(operation: &PatchOperation) -> bool {
    let PatchOperation::Add(add) = operation else { return false };
    let path = add.path.to_string();
    let elements = add.value.as_array().cloned().unwrap_or_else(|| vec![add.value.clone()]);
    elements.iter().all(|element| {
        let name = element["name"].as_str().unwrap_or_default();
        let list = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == '/').rsplit('/').next();
        match list {
            Some("env") => name == names::CERT_SIGNER,
            Some("volumeMounts" | "volumes") => name == names::CA_VOLUME,
            _ => false,
        }
    })
}
