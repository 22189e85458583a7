//! Requests about what is not a plain pod, each by the fields in which it differs from [`body`]'s.

use serde_json::{Value, json};
use signet_mesh::names;

/// A container `istio-proxy` with these variables.
pub(crate) fn proxy(env: &Value) -> Value {
    json!({"name": "istio-proxy", "image": "proxyv2", "args": ["proxy", "sidecar"], "env": env})
}

/// A pod with a proxy.
pub(crate) fn pod() -> Value {
    json!({"metadata": {"generateName": "web-"}, "spec": {"containers": [proxy(&json!([]))]}})
}

/// A review of the creation of [`pod`] in the namespace `foo`, but for these fields of its request.
pub(crate) fn body(fields: &Value) -> Value {
    let mut request = json!({
        "uid": "u-1",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "operation": "CREATE",
        "namespace": "foo",
        "object": pod(),
    });
    for (key, value) in fields.as_object().into_iter().flatten() {
        request[key] = value.clone();
    }
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
}

/// A request about a ProxyConfig with an empty selector, but for these fields.
pub(crate) fn proxy_config(fields: &Value) -> Value {
    let mut request = json!({
        "kind": {"group": "networking.istio.io", "version": "v1beta1", "kind": "ProxyConfig"},
        "object": {"metadata": {"name": "own"}, "spec": {"selector": {}}},
    });
    json_patch::merge(&mut request, fields);
    request
}

/// What is allowed as it is, with the reason.
pub(crate) fn passed_over() -> Vec<(Value, &'static str)> {
    let kind = |group: &str, kind: &str| json!({"kind": {"group": group, "version": "v1", "kind": kind}});
    vec![
        (kind("apps", "Deployment"), "not-a-pod"),
        (kind("example.com", "Pod"), "not-a-pod"),
        (json!({"kind": null}), "not-a-pod"),
        (json!({"operation": "DELETE", "object": null}), "not-a-creation"),
        (json!({"operation": "UPDATE"}), "not-a-creation"),
        (json!({"operation": "UPDATE", "subResource": "ephemeralcontainers"}), "subresource"),
        (json!({"object": null}), "no-object"),
        (proxy_config(&json!({"operation": "DELETE"})), "not-a-creation"),
        (proxy_config(&json!({"operation": "UPDATE", "subResource": "status"})), "subresource"),
    ]
}

/// Objects with a wrong type somewhere, which are allowed with a warning.
pub(crate) fn with_a_wrong_type() -> Vec<Value> {
    let pods = [
        json!({"spec": {"containers": {}}}),
        json!({"spec": {"containers": [{"name": 1}]}}),
        json!({"spec": {"containers": [{"name": "istio-proxy", "env": {"secret": "s3cr3t"}}]}}),
        json!({"spec": []}),
        json!({"metadata": {"labels": {"a": 1}}}),
        json!("s3cr3t"),
        json!([]),
    ];
    let proxy_config = proxy_config(&json!({"object": {"spec": {"environmentVariables": "s3cr3t"}}}));
    pods.into_iter().map(|pod| json!({"object": pod})).chain([proxy_config]).collect()
}

/// Requests that cannot be answered.
pub(crate) fn malformed() -> [Value; 4] {
    [json!({"uid": 1}), json!({"uid": null}), json!({"operation": ["CREATE"]}), json!({"kind": "Pod"})]
}

/// A pod that asks for another signer than its ProxyConfig.
pub(crate) fn with_its_own_signer() -> Value {
    let env = json!([{"name": names::CERT_SIGNER, "value": "bar"}]);
    json!({"object": {"spec": {"containers": [proxy(&env)]}}})
}
