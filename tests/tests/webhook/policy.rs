//! The policy with its questions answered by a real API server, beside the webhook on the same one.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};
use signet_tests::fixtures::identity;
use signet_tests::programs;
use signet_tests::testbed::Kubectl;
use signet_tests::wapc::{Guest, HostCall};

use crate::injection::kubectl;
use crate::neighbour::{self, Neighbour, patched};
use crate::objects::{Shape, dry_run, mesh_config, pod, proxy_config, signer, wait_for_signer};
use crate::program::wait_for;

static POLICY: LazyLock<Guest> =
    LazyLock::new(|| Guest::new(&std::fs::read(programs::path("SIGNET_POLICY")).expect("the built policy")));

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

/// What the policy answers to a request of the API server.
fn validate(request: &Value, host: &HostCall) -> Value {
    let payload = json!({"request": request, "settings": {"failurePolicy": "Fail"}}).to_string();
    let answer = POLICY.call("validate", payload.as_bytes(), host).result.expect("an answer");
    serde_json::from_slice(&answer).expect("JSON")
}

/// What the policy makes of a pod of `namespace`.
fn by_policy(namespace: &str) -> Value {
    let request = json!({
        "uid": "u-1", "operation": "CREATE", "namespace": namespace,
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "object": pod(namespace, "web", Shape::Classic),
    });
    let mut answer = validate(&request, &host(kubectl()));
    assert_eq!(answer["accepted"], true, "{answer}");
    answer["mutated_object"].take()
}

#[test]
fn a_policy_server_on_this_cluster_decides_as_the_webhook_does() {
    let kubectl = kubectl();
    for (namespace, wanted) in [("by-policy", Some("foo")), ("by-policy-without", None)] {
        kubectl.namespace(namespace).expect("a namespace");
        if let Some(wanted) = wanted {
            kubectl.apply(&proxy_config(namespace, wanted)).expect("a ProxyConfig");
        }
        let by_webhook = wait_for_signer(kubectl, namespace, wanted);
        assert_eq!(signer(&by_policy(namespace)), signer(&by_webhook), "{namespace}");
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
    assert_eq!(signer(&by_policy("by-policy-revision")), signer(&by_webhook));
}

#[test]
fn trust_bundles_of_this_cluster_are_mounted_by_both() {
    let kubectl = kubectl();
    kubectl.namespace("by-bundle").expect("a namespace");
    kubectl.apply(&proxy_config("by-bundle", "bundled")).expect("a ProxyConfig");
    let bundle = json!({
        "apiVersion": "certificates.k8s.io/v1", "kind": "ClusterTrustBundle",
        "metadata": {"name": "clusterissuers.cert-manager.io:bundled:root"},
        "spec": {
            "signerName": "clusterissuers.cert-manager.io/bundled",
            "trustBundle": identity("foo", "httpbin").roots.concat(),
        },
    });
    kubectl.apply(&bundle.to_string()).expect("a ClusterTrustBundle");
    let sources = |pod: &Value| {
        let volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
        let sources = volumes.map(|volume| volume["projected"]["sources"].clone());
        sources.into_iter().find(|sources| sources[0]["clusterTrustBundle"].is_object())
    };
    let by_webhook = wait_for("a pod with the bundle", || {
        let made = dry_run(kubectl, &pod("by-bundle", "web", Shape::Classic));
        let made = made.map_err(|failure| failure.to_string())?;
        sources(&made).ok_or_else(|| made["spec"]["volumes"].to_string())
    });
    assert_eq!(sources(&by_policy("by-bundle")), Some(by_webhook));
}

/// What a policy server makes of the policy's answer.
fn serve_policy(request: &Value) -> Value {
    let answer = validate(request, &host(kubectl()));
    assert_eq!(answer["accepted"], true, "{answer}");
    patched(&json_patch::diff(&request["object"], &answer["mutated_object"]))
}

#[test]
fn pods_that_the_api_server_sends_to_the_policy_become_what_the_webhook_makes_of_them() {
    let kubectl = kubectl();
    Neighbour::serve(serve_policy).register(kubectl, "policy", "Fail", 30);
    // Signet's webhook is not called about this one.
    neighbour::label(kubectl, "kube-system", "policy");
    kubectl.namespace("as-policy").expect("a namespace");
    for namespace in ["kube-system", "as-policy"] {
        kubectl.apply(&proxy_config(namespace, "foo")).expect("a ProxyConfig");
        wait_for_signer(kubectl, namespace, Some("foo"));
    }
    for shape in [Shape::Classic, Shape::Native] {
        let made = |namespace: &str| {
            kubectl.apply(&pod(namespace, "by-policy", shape).to_string()).expect("admitted");
            let made = kubectl.run(&["--namespace", namespace, "get", "pod", "by-policy", "--output=json"]);
            let made: Value = serde_json::from_str(&made.expect("a pod")).expect("JSON");
            kubectl.run(&["--namespace", namespace, "delete", "pod", "by-policy", "--now"]).expect("removed");
            made["spec"].clone()
        };
        assert_eq!(made("kube-system"), made("as-policy"), "{shape:?}");
    }
}

/// The namespaces about whose pods [`never_respond`] was asked.
static WAITING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// A policy server whose own question to the cluster is never answered.
fn never_respond(request: &Value) -> Value {
    let namespace = request["namespace"].as_str().expect("a namespace").to_owned();
    WAITING.lock().expect("nobody panics here").insert(namespace);
    let silent: HostCall = Rc::new(|_, _, _, _| {
        loop {
            std::thread::park();
        }
    });
    validate(request, &silent)
}

#[test]
fn a_policy_that_waits_for_ever_ends_as_its_registration_says() {
    let kubectl = kubectl();
    let silent = Neighbour::serve(never_respond);
    for (name, failure_policy) in [("silent-fail", "Fail"), ("silent-ignore", "Ignore")] {
        silent.register(kubectl, name, failure_policy, 1);
        kubectl.namespace(name).expect("a namespace");
        neighbour::label(kubectl, name, name);
        // The API server may take a moment to call a webhook that was just registered.
        let outcome = wait_for("the first call", || {
            let outcome = dry_run(kubectl, &pod(name, "web", Shape::Classic));
            let is_asked = WAITING.lock().expect("nobody panics here").contains(name);
            is_asked.then_some(outcome).ok_or_else(|| "it was not asked".to_owned())
        });
        match outcome {
            Ok(_) => assert_eq!(failure_policy, "Ignore"),
            Err(failure) => {
                assert_eq!(failure_policy, "Fail", "{failure}");
                let said = failure.to_string();
                assert!(
                    said.contains("neighbour.example.com") && said.contains("deadline exceeded"),
                    "{said}"
                );
            }
        }
    }
}
