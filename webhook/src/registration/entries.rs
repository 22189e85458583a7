//! What is sent here. The chart's entries are the same but for how they are called.

use serde_json::{Value, json};

/// How long the API server may take for an answer: longer would hold up whoever runs kubectl.
const TIMEOUT_SECONDS: u32 = 5;

/// The entries of the MutatingWebhookConfiguration: every new pod outside of kube-system and of Signet's own namespace,
/// and those of the control plane by themselves.
///
/// Namespaces are told apart by `kubernetes.io/metadata.name`, which nobody but the API server sets.
pub fn mutating(client_config: &Value, namespace: &str, mesh_namespace: &str) -> Vec<Value> {
    let entry = |name: &str, operator: &str, namespaces: &[&str]| {
        let expression =
            json!({"key": "kubernetes.io/metadata.name", "operator": operator, "values": namespaces});
        let rule = json!({
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
            "resources": ["pods"], "scope": "Namespaced",
        });
        json!({
            "name": name,
            "admissionReviewVersions": ["v1"],
            "clientConfig": client_config,
            "failurePolicy": "Ignore",
            "matchPolicy": "Equivalent",
            "namespaceSelector": {"matchExpressions": [expression]},
            "reinvocationPolicy": "IfNeeded",
            "rules": [rule],
            "sideEffects": "None",
            "timeoutSeconds": TIMEOUT_SECONDS,
        })
    };
    vec![
        entry("pods.signet.dev", "NotIn", &["kube-system", namespace, mesh_namespace]),
        entry("control-plane.signet.dev", "In", &[mesh_namespace]),
    ]
}

/// The entries of the ValidatingWebhookConfiguration: every ProxyConfig that is created or changed. It is
/// only advised about, so that nothing waits for this webhook when it is gone.
pub fn validating(client_config: &Value) -> Vec<Value> {
    let rule = json!({
        "apiGroups": ["networking.istio.io"], "apiVersions": ["v1beta1"],
        "operations": ["CREATE", "UPDATE"], "resources": ["proxyconfigs"], "scope": "Namespaced",
    });
    vec![json!({
        "name": "proxyconfigs.signet.dev",
        "admissionReviewVersions": ["v1"],
        "clientConfig": client_config,
        "failurePolicy": "Ignore",
        "matchPolicy": "Equivalent",
        "rules": [rule],
        "sideEffects": "None",
        "timeoutSeconds": TIMEOUT_SECONDS,
    })]
}
