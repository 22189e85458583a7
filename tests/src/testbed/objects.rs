//! Kubernetes objects that many tests need.

use serde_json::{Value, json};

use super::Signer;

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

/// What configures a mesh in namespace `istio-system`: the mesh config with the roots of these signers,
/// each called `example.com/NAME`, and an istiod (of no replica) that asks Kubernetes for certificates.
pub fn mesh_objects(signers: &[&Signer]) -> Value {
    let authorities: Vec<Value> = signers
        .iter()
        .map(|signer| json!({ "pem": signer.root, "certSigners": [format!("example.com/{}", signer.name)] }))
        .collect();
    let mesh = json!({ "rootNamespace": "istio-system", "caCertificates": authorities });
    let config_map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "namespace": "istio-system", "name": "istio" },
        "data": { "mesh": mesh.to_string() },
    });
    let environment = json!([
        { "name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API" },
        { "name": "CERT_SIGNER_DOMAIN", "value": "example.com" },
    ]);
    let istiod = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "namespace": "istio-system", "name": "istiod", "labels": { "app": "istiod" } },
        "spec": {
            "replicas": 0,
            "selector": { "matchLabels": { "app": "istiod" } },
            "template": {
                "metadata": { "labels": { "app": "istiod" } },
                "spec": { "containers": [{ "name": "discovery", "image": "pilot", "env": environment }] },
            },
        },
    });
    json!({ "apiVersion": "v1", "kind": "List", "items": [config_map, istiod] })
}
