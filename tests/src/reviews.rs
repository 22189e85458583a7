//! Requests of admission as large as real ones, and what decides about them.

use std::sync::Arc;

use serde_json::json;
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

/// A review of the creation of a pod of 22 kB in the namespace `foo`, as a kube-apiserver 1.37 sent it: a
/// native sidecar as Istio's template makes it, beside an app with 42 variables.
pub const CREATE_POD: &[u8] = include_bytes!("../fixtures/admission/create-pod.json");
