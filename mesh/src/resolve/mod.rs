//! Which values a pod's proxy gets, and why: istiod's resolution with its reasons kept.

mod layers;
mod pod;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::{MeshConfig, annotation};
use crate::names;
use crate::objects::{ObjectName, ProxyConfig};

pub(crate) use pod::managed_gateway;
pub use pod::resolve_pod;

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

impl Layer {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MeshDefault => "mesh-default",
            Self::RootNamespace => "root-namespace",
            Self::Namespace => "namespace",
            Self::Annotation => "annotation",
            Self::Workload => "workload",
        }
    }
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
    /// One of its values has a character that Istio's merge cannot carry: the whole layer is lost.
    InvalidValue,
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
    /// What looked as if it applied and does not, in byte order of the objects.
    pub inert: Vec<Inert>,
    /// The annotations `signet.dev/…` of the ProxyConfig that won the signer; empty when the mesh
    /// config or the pod's annotation won it.
    pub signer_annotations: BTreeMap<String, String>,
    /// Resolved from a snapshot so old that it may only add to a pod, and never overrules what the
    /// pod has.
    pub stale: bool,
}

impl Resolved {
    /// The configured signer with its provenance; an empty value is a value.
    pub fn signer(&self) -> Option<&Variable> {
        self.environment.get(names::CERT_SIGNER)
    }

    /// Lays one layer over those beneath it, key by key: a layer never removes a key.
    fn overlay<'a>(
        &mut self,
        layer: Layer,
        object: Option<&ObjectName>,
        values: impl IntoIterator<Item = (&'a String, &'a String)> + Clone,
    ) {
        if let Some(message) =
            values.clone().into_iter().find_map(|(key, value)| lost_in_the_merge(key, value))
        {
            let reason = InertReason::InvalidValue;
            self.inert.push(Inert { object: object.cloned(), reason, message });
            return;
        }
        for (key, value) in values {
            // A "next line" character is a line break of YAML 1.1, and a single one is a space.
            let value = value.replace('\u{85}', " ");
            let effective = Provenance { value, layer, object: object.cloned() };
            let Some(variable) = self.environment.get_mut(key) else {
                self.environment.insert(key.clone(), Variable { effective, overrode: Vec::new() });
                continue;
            };
            let beneath = std::mem::replace(&mut variable.effective, effective);
            variable.overrode.insert(0, beneath);
        }
    }
}

/// Resolves as istiod would for a pod created now (`pilot/pkg/model/proxy_config.go`).
///
/// `proxy_configs` may hold the whole cluster's; only those of the root namespace and of
/// `namespace` are looked at. `label` looks up the value of one of the pod's labels. For a pod that was injected already see [`resolve_pod`].
pub fn resolve<'a>(
    mesh: &MeshConfig,
    proxy_configs: impl IntoIterator<Item = &'a ProxyConfig>,
    namespace: &str,
    label: &dyn Fn(&str) -> Option<&'a str>,
    annotations: &BTreeMap<String, String>,
) -> Resolved {
    let mut resolved = Resolved::default();
    let chosen = layers::choose(proxy_configs, &mesh.root_namespace, namespace, label, &mut resolved.inert);

    resolved.overlay(Layer::MeshDefault, Some(&mesh.object), &mesh.proxy_metadata);
    let overlay = |resolved: &mut Resolved, layer, proxy_config: Option<&ProxyConfig>| {
        if let Some(ProxyConfig { metadata, spec }) = proxy_config {
            resolved.overlay(layer, Some(&metadata.object_name()), &spec.environment_variables);
        }
    };
    overlay(&mut resolved, Layer::RootNamespace, chosen.root_namespace);
    overlay(&mut resolved, Layer::Namespace, chosen.namespace);
    match annotations.get(names::PROXY_CONFIG_ANNOTATION).map(|text| annotation::proxy_metadata(text)) {
        None => {}
        Some(Ok(values)) => resolved.overlay(Layer::Annotation, None, &values),
        Some(Err(invalid)) => resolved.inert.push(Inert {
            object: None,
            reason: InertReason::InvalidAnnotation,
            message: format!("it cannot be read, and Istio's injector refuses the pod: {invalid}"),
        }),
    }
    overlay(&mut resolved, Layer::Workload, chosen.workload);

    resolved.inert.sort_by(|a, b| a.object.cmp(&b.object));
    let winner = resolved.signer().and_then(|signer| chosen.of_layer(signer.effective.layer));
    resolved.signer_annotations =
        winner.map(|winner| winner.metadata.signet_annotations()).unwrap_or_default();
    resolved
}

/// The first character over which Istio drops the layer of `key` and `value` without a word: it merges
/// layers by way of JSON, whose writer leaves some characters as they are, and YAML 1.1, whose reader
/// refuses them (Istio `pilot/pkg/model/proxy_config.go` `mergeWithPrecedence`).
pub(crate) fn first_lost_in_the_merge(key: &str, value: &str) -> Option<char> {
    let is_lost =
        |c: &char| matches!(*c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    key.chars().chain(value.chars()).find(is_lost)
}

/// The same in words.
fn lost_in_the_merge(key: &str, value: &str) -> Option<String> {
    let character = first_lost_in_the_merge(key, value)?;
    Some(format!(
        "remove the character U+{:04X} from its {}: Istio cannot merge it, and drops the whole layer",
        u32::from(character),
        key.escape_debug()
    ))
}
