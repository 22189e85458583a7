//! Signet's webhook after Istio's, before it, and both called again because a third one changed the pod: what
//! comes out is the same. The API server calls webhooks in the order of their configurations' names.

use serde_json::{Value, json};

use crate::namespace::{Namespace, of_proxy, signers};
use crate::signers_per_namespace::MESH;

const HERE: &str = "orders";
/// What a third one leaves at a pod: a letter for each time it was called.
const CALLS: &str = "calls-of-a-third";

#[test]
fn a_pod_comes_out_the_same_in_each_order_of_the_injectors() {
    let orders = Namespace::new(&MESH, HERE);
    let installed = MESH.object(&["get", "mutatingwebhookconfiguration", "zz-signet", "--output=json"]);
    leave_here_out(&installed, true);
    orders.ask("foo", &json!({}));
    orders.admitted_once("Istio alone injects", |pod| cas(pod) == 0);

    MESH.apply(&before_istio(&installed));
    let before = orders.admitted_once("Signet comes before Istio, and again", |pod| cas(pod) > 0);
    assert_eq!((signers(&before), cas(&before)), (vec!["foo"], 1), "{before}");
    let before = comparable(&before);
    orders.deploy_sleep();
    orders.row_of("a pod that Signet saw first", |row| row["verdict"] == "ok");

    MESH.kubectl().run(&["delete", "mutatingwebhookconfiguration", "aaa-signet"]).expect("it goes");
    orders.admitted_once("Istio alone injects again", |pod| cas(pod) == 0);
    leave_here_out(&installed, false);
    let after = orders.admitted_once("Signet comes after Istio", |pod| cas(pod) > 0);
    assert_eq!(comparable(&after), before);

    have_istio_called_again();
    MESH.apply(&third());
    let mut again =
        orders.admitted_once("all are called again", |pod| pod["metadata"]["labels"][CALLS] == "xx");
    again["metadata"]["labels"].as_object_mut().expect("labels").remove(CALLS);
    assert_eq!(comparable(&again), before);
}

/// Without what is another with each pod. Mounts come in the order in which they were asked for, and mean the same
/// in each.
fn comparable(pod: &Value) -> Value {
    let volumes = pod["spec"]["volumes"].as_array().expect("volumes").iter();
    let mut names = volumes.filter_map(|volume| volume["name"].as_str());
    let token = names.find(|name| name.starts_with("kube-api-access-")).expect("a token");
    let text = pod.to_string().replace(token, "kube-api-access");
    let mut pod: Value = serde_json::from_str(&text).expect("JSON");
    let metadata = pod["metadata"].as_object_mut().expect("metadata");
    metadata.retain(|key, _| !["uid", "creationTimestamp"].contains(&key.as_str()));
    for kind in ["containers", "initContainers"] {
        for container in pod["spec"][kind].as_array_mut().into_iter().flatten() {
            let mounts = container["volumeMounts"].as_array_mut().expect("mounts");
            mounts.sort_by_key(|mount| mount["mountPath"].to_string());
        }
    }
    pod
}

/// How often the proxy has the CA of its signer.
fn cas(pod: &Value) -> usize {
    of_proxy(pod, "volumeMounts").filter(|mount| mount["mountPath"] == "/var/run/secrets/signet/ca").count()
}

/// Whether Signet's installed configuration leaves the namespace to another one.
fn leave_here_out(installed: &Value, out: bool) {
    let selector = &installed["webhooks"][0]["namespaceSelector"]["matchExpressions"][0];
    let last = selector["values"].as_array().expect("namespaces that are left out").len();
    let place = format!("/webhooks/0/namespaceSelector/matchExpressions/0/values/{last}");
    let operation = if out { "add" } else { "remove" };
    patch("zz-signet", &json!([{ "op": operation, "path": place, "value": HERE }]));
}

/// Signet's configuration under a name that sorts before Istio's, for this namespace alone.
fn before_istio(installed: &Value) -> Value {
    let mut webhook = installed["webhooks"][0].clone();
    webhook["namespaceSelector"] = only_here();
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": { "name": "aaa-signet" },
        "webhooks": [webhook],
    })
}

/// Istio's webhook is not, unless its chart is told so (`sidecarInjectorWebhook.reinvocationPolicy`).
fn have_istio_called_again() {
    let name = "istio-revision-tag-default";
    let configuration = MESH.object(&["get", "mutatingwebhookconfiguration", name, "--output=json"]);
    let webhooks = 0..configuration["webhooks"].as_array().expect("webhooks").len();
    let place = |index| format!("/webhooks/{index}/reinvocationPolicy");
    let policies =
        webhooks.map(|index| json!({ "op": "replace", "path": place(index), "value": "IfNeeded" }));
    patch(name, &policies.collect());
}

/// One that changes each pod whenever it is asked, so that who came before is asked again.
fn third() -> Value {
    let calls = format!("object.metadata.labels[?'{CALLS}'].orValue('') + 'x'");
    let add = format!("[JSONPatch{{op: 'add', path: '/metadata/labels/{CALLS}', value: {calls}}}]");
    let pods =
        json!({ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"] });
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": { "name": "third" },
        "spec": {
            "matchConstraints": { "namespaceSelector": only_here(), "resourceRules": [pods] },
            "reinvocationPolicy": "IfNeeded",
            "mutations": [{ "patchType": "JSONPatch", "jsonPatch": { "expression": add } }],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": { "name": "third" },
        "spec": { "policyName": "third" },
    });
    json!({ "apiVersion": "v1", "kind": "List", "items": [policy, binding] })
}

fn only_here() -> Value {
    json!({ "matchLabels": { "kubernetes.io/metadata.name": HERE } })
}

fn patch(configuration: &str, patch: &Value) {
    let patch = patch.to_string();
    let place = ["patch", "mutatingwebhookconfiguration", configuration, "--type=json", "--patch", &patch];
    MESH.kubectl().run(&place).expect("another configuration");
}
