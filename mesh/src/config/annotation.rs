//! The pod annotation `proxy.istio.io/config`: a piece of mesh-style ProxyConfig
//! (Istio `pilot/pkg/model/proxy_config.go` `proxyConfigFromAnnotation`).

use std::collections::BTreeMap;

/// An annotation that Istio cannot read: the layer is skipped, and the injector rejects the pod.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidAnnotation {
    /// What is wrong with it.
    pub reason: String,
}

/// The `proxyMetadata` of an annotation's text.
pub fn proxy_metadata(text: &str) -> Result<BTreeMap<String, String>, InvalidAnnotation> {
    let _ = text;
    todo!("config")
}
