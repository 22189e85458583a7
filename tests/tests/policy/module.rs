//! The module itself: what it says of itself, what it weighs, what it asks.

use std::rc::Rc;

use serde_json::{Value, json};
use signet_certs::yaml;
use signet_tests::bless::root;
use signet_tests::policy_server::Objects;
use signet_tests::wapc::HostCall;

use crate::policy::{BYTES, POLICY, host, validate_on};
use crate::requests;

fn nobody() -> HostCall {
    Rc::new(|_, _, _, _| panic!("nothing has to be asked"))
}

fn istiod(name: &str, revision: Option<&str>) -> Value {
    let mut labels = json!({"app": "istiod"});
    if let Some(revision) = revision {
        labels["istio.io/rev"] = revision.into();
    }
    json!({
        "kind": "Deployment", "metadata": {"name": name, "namespace": "istio-system", "labels": labels},
        "spec": {"template": {"spec": {"containers": [{"name": "discovery"}]}}},
    })
}

#[test]
fn it_speaks_the_protocol() {
    let version = POLICY.call("protocol_version", b"", &nobody()).result;
    assert_eq!(version, Ok(br#""v1""#.to_vec()));
    let refused = POLICY.call("mutate", b"", &nobody()).result;
    assert_eq!(refused, Err("there is no operation mutate".to_owned()));
}

#[test]
fn it_carries_its_metadata() {
    let text = std::fs::read_to_string(root().join("wasm/policy/metadata.yml")).expect("the metadata");
    let expected = yaml::first(&text).expect("YAML");
    let section = POLICY.section("io.kubewarden.metadata").expect("the section");
    assert_eq!(serde_json::from_slice::<Value>(section).expect("JSON"), expected);
}

#[test]
fn it_weighs_a_megabyte_at_most() {
    assert!(BYTES.len() <= 1_000_000, "{} bytes", BYTES.len());
}

#[test]
fn settings_are_judged_before_any_request() {
    for (settings, valid) in [
        (json!({}), true),
        (Value::Null, true),
        (
            json!({"conflict": "deny", "failurePolicy": "Fail", "mesh": {"namespace": "istio", "revision": "r"}}),
            true,
        ),
        (json!({"conflcit": "deny"}), false),
        (json!({"conflict": "maybe"}), false),
        (json!({"mesh": "istio-system"}), false),
        (json!("x".repeat(1 << 20)), false),
    ] {
        let answer = POLICY.call("validate_settings", settings.to_string().as_bytes(), &nobody()).result;
        let answer: Value = serde_json::from_slice(&answer.expect("an answer")).expect("JSON");
        assert_eq!(answer["valid"], valid, "{answer}");
        assert_eq!(answer["message"].is_string(), !valid, "{answer}");
        let message = answer["message"].as_str().unwrap_or_default();
        assert!(message.len() < 200, "{message}");
    }
}

/// What it asked about a pod of `foo`, by kind.
fn asked(request: &Value, objects: Vec<Value>) -> Vec<String> {
    let (host, calls) = host(Objects(objects));
    validate_on(request, &json!({}), &host).expect("an answer");
    calls.take()
}

#[test]
fn it_asks_no_more_than_it_needs() {
    let about = |fields: &Value| requests::body(fields)["request"].clone();
    let nothing: [&str; 0] = [];
    // What is decided without a mesh.
    let bare = json!({"object": {"spec": {"containers": [{"name": "app"}]}}});
    assert_eq!(asked(&about(&bare), vec![]), nothing);
    assert_eq!(asked(&about(&json!({"operation": "DELETE"})), vec![]), nothing);
    // Of one revision there is nothing to choose.
    let usual = ["Deployment", "Namespace", "ConfigMap", "ProxyConfig", "ProxyConfig"];
    assert_eq!(asked(&about(&json!({})), vec![istiod("istiod", None)]), usual);
    assert_eq!(
        asked(&about(&json!({"namespace": "istio-system"})), vec![istiod("istiod", None)]),
        usual[..4]
    );
    // Of two the namespace chooses, unless the pod does.
    let two = || vec![istiod("istiod", None), istiod("istiod-canary", Some("canary"))];
    let mut namespaced = two();
    namespaced.push(json!({"kind": "Namespace", "metadata": {"name": "foo"}}));
    let with_namespace = ["Deployment", "Namespace", "Namespace", "ConfigMap", "ProxyConfig", "ProxyConfig"];
    assert_eq!(asked(&about(&json!({})), namespaced), with_namespace);
    let mut pod = requests::pod();
    pod["metadata"]["labels"] = json!({"istio.io/rev": "canary"});
    assert_eq!(asked(&about(&json!({"object": pod})), two()), usual);
}

#[test]
fn a_pod_has_the_mesh_of_its_namespaces_revision() {
    let mesh = |name: &str, signer: &str| {
        let text = format!("defaultConfig: {{proxyMetadata: {{ISTIO_META_CERT_SIGNER: {signer}}}}}");
        json!({"kind": "ConfigMap", "metadata": {"name": name, "namespace": "istio-system"}, "data": {"mesh": text}})
    };
    let namespace = |name: &str, labels: Value| json!({"kind": "Namespace", "metadata": {"name": name, "labels": labels}});
    let objects = Objects(vec![
        istiod("istiod", None),
        istiod("istiod-canary", Some("canary")),
        mesh("istio", "stable"),
        mesh("istio-canary", "new"),
        namespace("foo", json!({"istio.io/rev": "canary"})),
        namespace("bar", json!({})),
    ]);
    let signer = |namespace: &str, settings: &Value| {
        let request = requests::body(&json!({"namespace": namespace}))["request"].clone();
        let answer = validate_on(&request, settings, &host(objects.clone()).0).expect("an answer");
        answer["mutated_object"]["spec"]["containers"][0]["env"][0]["value"].clone()
    };
    assert_eq!(signer("foo", &json!({})), "new");
    assert_eq!(signer("bar", &json!({})), "stable");
    assert_eq!(signer("bar", &json!({"mesh": {"revision": "canary"}})), "new");
}
