//! Which values a pod's proxy gets, and why: istiod's resolution with its reasons kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::MeshConfig;
use crate::objects::{ObjectName, ProxyConfig};

/// The layers, lowest first (Istio `EffectiveProxyConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// `meshConfig.defaultConfig`.
    MeshDefault,
    /// The oldest selector-less ProxyConfig of the root namespace.
    RootNamespace,
    /// The oldest selector-less ProxyConfig of the pod's namespace.
    Namespace,
    /// The pod's annotation `proxy.istio.io/config`.
    Annotation,
    /// The oldest ProxyConfig of the pod's namespace whose labels match.
    Workload,
}

/// One value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The value.
    pub value: String,
    /// The layer that gave it.
    pub layer: Layer,
    /// The object that gave it: a ProxyConfig, the mesh ConfigMap; nothing for an annotation.
    pub object: Option<ObjectName>,
}

/// One effective variable with the values that it overrode, highest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The value that counts.
    pub effective: Provenance,
    /// The values beneath it, highest first.
    pub overrode: Vec<Provenance>,
}

/// Why a ProxyConfig or an annotation that looks as if it applied does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum InertReason {
    /// `selector: {}` is neither namespace-wide nor a match.
    EmptySelector,
    /// The annotation cannot be read.
    InvalidAnnotation,
    /// A label of its selector is missing on the pod or differs.
    LabelsDoNotMatch,
    /// A selector in the root namespace reaches only pods of the root namespace.
    RootNamespaceSelector,
    /// An older one (or one earlier in the alphabet) of the same layer is used instead.
    TieLoser,
}

/// Something that does not apply, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inert {
    /// The ProxyConfig; nothing for the annotation.
    pub object: Option<ObjectName>,
    /// The rule.
    pub reason: InertReason,
    /// The rule in words, with both values.
    pub message: String,
}

/// What a pod's proxy gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The whole effective `proxyMetadata`, in byte order.
    pub environment: BTreeMap<String, Variable>,
    /// What looked as if it applied and does not.
    pub inert: Vec<Inert>,
}

impl Resolved {
    /// The configured signer with its provenance; an empty value is a value.
    pub fn signer(&self) -> Option<&Variable> {
        self.environment.get(crate::names::CERT_SIGNER)
    }
}

/// Resolves as istiod would for a pod created now (`pilot/pkg/model/proxy_config.go`).
///
/// `proxy_configs` may hold the whole cluster's; only those of the root namespace and of
/// `namespace` are looked at.
pub fn resolve<'a>(
    mesh: &MeshConfig,
    proxy_configs: impl IntoIterator<Item = &'a ProxyConfig>,
    namespace: &str,
    labels: &BTreeMap<String, String>,
    annotations: &BTreeMap<String, String>,
) -> Resolved {
    let _ = (mesh, proxy_configs.into_iter(), namespace, labels, annotations);
    todo!("resolve")
}
