//! Requests of admission as large as real ones, and what decides about them.

use std::sync::Arc;

use serde_json::{Value, json};
use signet_mesh::config::{CaCertificate, MeshConfig};
use signet_mesh::objects::ProxyConfig;

use crate::fixtures::identity;

/// The full name of the signer that [`proxy_config`] asks for.
pub const SIGNER: &str = "clusterissuers.cert-manager.io/foo";

/// A mesh config in which [`SIGNER`] has a root.
pub fn mesh_config() -> MeshConfig {
    let root = CaCertificate {
        pem: identity("foo", "httpbin").roots.concat(),
        cert_signers: vec![SIGNER.to_owned()],
        trust_domains: Vec::new(),
    };
    MeshConfig { ca_certificates: vec![root], ..MeshConfig::default() }
}

/// A ProxyConfig that gives all of `namespace` the signer `foo`.
pub fn proxy_config(namespace: &str) -> ProxyConfig {
    serde_json::from_value(json!({
        "metadata": {"name": "signer", "namespace": namespace, "creationTimestamp": "2026-11-01T08:00:00Z"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "foo"}},
    }))
    .expect("a ProxyConfig")
}

/// The same for the namespace `foo` alone, as a state of `signet_mesh` holds it.
pub fn proxy_configs_of_foo() -> Arc<[ProxyConfig]> {
    Arc::from([proxy_config("foo")])
}

/// A review of a pod of 20 kB in the namespace `foo`: an injected sidecar beside an app with as much
/// environment as real ones have.
pub fn large_review() -> Value {
    let environment: Vec<_> = (0..120)
        .map(|number| json!({"name": format!("APP_SETTING_{number}"), "value": format!("https://service-{number}.example.internal:8443/path/{number}")}))
        .collect();
    let mounts: Vec<_> = (0..20)
        .map(|number| json!({"name": format!("volume-{number}"), "mountPath": format!("/var/lib/app/{number}")}))
        .collect();
    let volumes: Vec<_> = (0..20)
        .map(|number| json!({"name": format!("volume-{number}"), "emptyDir": {"sizeLimit": "1Gi"}}))
        .collect();
    let probe =
        json!({"httpGet": {"path": "/healthz/ready", "port": 15021, "scheme": "HTTP"}, "periodSeconds": 15});
    let container = |name: &str| {
        json!({
            "name": name, "image": "registry.example/app:v1", "env": environment, "volumeMounts": mounts,
            "readinessProbe": probe, "livenessProbe": probe, "imagePullPolicy": "IfNotPresent",
            "resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        })
    };
    let mut proxy = container("istio-proxy");
    proxy["args"] = json!(["proxy", "sidecar"]);
    proxy["restartPolicy"] = json!("Always");
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "operation": "CREATE", "namespace": "foo", "dryRun": false,
            "object": {
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"generateName": "httpbin-", "labels": {"app": "httpbin"}},
                "spec": {"initContainers": [proxy], "containers": [container("httpbin")], "volumes": volumes},
            },
        },
    })
}
