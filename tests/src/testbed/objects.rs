//! Kubernetes objects that many tests need.

use serde_json::{Value, json};

/// Istio's kind `ProxyConfig` as far as the tests go, for `kubectl apply`.
pub const PROXY_CONFIG_CRD: &str = include_str!("proxyconfig-crd.yaml");

/// A node without anything.
pub(crate) fn node(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": { "name": name, "labels": { "kubernetes.io/hostname": name, "type": "kwok" } },
    })
}

/// A pod as Istio's injector leaves it, in what Signet looks at: an application, and a proxy whose
/// agent was told to ask for certificates of this signer.
pub fn proxied_pod(namespace: &str, name: &str, node: &str, cert_signer: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "namespace": namespace,
            "name": name,
            "labels": { "app": name, "security.istio.io/tlsMode": "istio" },
            "annotations": { "sidecar.istio.io/status": r#"{"revision":"default"}"# },
        },
        "spec": {
            "nodeName": node,
            "containers": [
                { "name": "app", "image": "app" },
                {
                    "name": "istio-proxy",
                    "image": "proxyv2",
                    "args": ["proxy", "sidecar"],
                    "env": [{ "name": "ISTIO_META_CERT_SIGNER", "value": cert_signer }],
                },
            ],
        },
    })
}
