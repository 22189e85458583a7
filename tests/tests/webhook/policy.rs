//! The policy with its questions answered by a real API server, beside the webhook on the same one.

use std::rc::Rc;

use serde_json::{Value, json};
use signet_tests::programs;
use signet_tests::testbed::Kubectl;
use signet_tests::wapc::{Guest, HostCall};

use crate::injection::kubectl;
use crate::objects::{Shape, mesh_config, pod, proxy_config, signer, wait_for_signer};

/// The Kubernetes capabilities of a policy server, by kubectl. It knows no field masks, as older ones.
fn host(kubectl: &'static Kubectl) -> HostCall {
    Rc::new(|binding, namespace, operation, payload| {
        let query: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let text = |field: &str| query[field].as_str().unwrap_or_default();
        let kind = match text("api_version").split_once('/') {
            Some((group, version)) => format!("{}.{version}.{group}", text("kind")),
            None => text("kind").to_owned(),
        };
        let mut arguments = vec!["get".to_owned(), kind.to_lowercase(), "--output=json".to_owned()];
        for (flag, field) in [
            ("--namespace", "namespace"),
            ("--selector", "label_selector"),
            ("--field-selector", "field_selector"),
        ] {
            if !text(field).is_empty() {
                arguments.push(format!("{flag}={}", text(field)));
            }
        }
        match (binding, namespace, operation) {
            ("kubewarden", "kubernetes", "list_resources_all" | "list_resources_by_namespace") => {}
            ("kubewarden", "kubernetes", "get_resource") => arguments.push(text("name").to_owned()),
            _ => return Err(format!("there is no capability {binding}/{namespace}/{operation}")),
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        kubectl.run(&arguments).map(String::into_bytes).map_err(|failure| failure.to_string())
    })
}

/// The signer that the policy gives a pod of `namespace`.
fn signer_by_policy(policy: &Guest, namespace: &str) -> Option<String> {
    let request = json!({
        "uid": "u-1", "operation": "CREATE", "namespace": namespace,
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "object": pod(namespace, "web", Shape::Classic),
    });
    let payload = json!({"request": request, "settings": {"failurePolicy": "Fail"}}).to_string();
    let answer = policy.call("validate", payload.as_bytes(), &host(kubectl())).result.expect("an answer");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(answer["accepted"], true, "{answer}");
    signer(&answer["mutated_object"])
}

#[test]
fn a_policy_server_on_this_cluster_decides_as_the_webhook_does() {
    let kubectl = kubectl();
    let policy = std::fs::read(programs::path("SIGNET_POLICY")).expect("the built policy");
    let policy = Guest::new(&policy);
    for (namespace, wanted) in [("by-policy", Some("foo")), ("by-policy-without", None)] {
        kubectl.namespace(namespace).expect("a namespace");
        if let Some(wanted) = wanted {
            kubectl.apply(&proxy_config(namespace, wanted)).expect("a ProxyConfig");
        }
        let by_webhook = wait_for_signer(kubectl, namespace, wanted);
        assert_eq!(signer_by_policy(&policy, namespace), signer(&by_webhook), "{namespace}");
    }
    // A namespace of a revision, whose root namespace has the ProxyConfig.
    for namespace in ["by-policy-root", "by-policy-revision"] {
        kubectl.namespace(namespace).expect("a namespace");
    }
    kubectl.apply(&proxy_config("by-policy-root", "of-root")).expect("a ProxyConfig");
    kubectl.run(&["label", "namespace", "by-policy-revision", "istio.io/rev=policy"]).expect("labelled");
    kubectl.apply(&crate::objects::istiod("policy")).expect("an istiod");
    kubectl.apply(&mesh_config("istio-policy", "rootNamespace: by-policy-root")).expect("a mesh config");
    let by_webhook = wait_for_signer(kubectl, "by-policy-revision", Some("of-root"));
    assert_eq!(signer_by_policy(&policy, "by-policy-revision"), signer(&by_webhook));
}
