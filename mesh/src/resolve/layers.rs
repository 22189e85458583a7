//! Which ProxyConfig each layer uses, and why the others are not used.

use std::collections::BTreeMap;

use super::{Inert, InertReason, Layer};
use crate::objects::{ObjectMeta, ProxyConfig};

/// The one ProxyConfig of each layer: they are never merged within a layer.
#[derive(Default)]
pub(super) struct Chosen<'a> {
    pub(super) root_namespace: Option<&'a ProxyConfig>,
    pub(super) namespace: Option<&'a ProxyConfig>,
    pub(super) workload: Option<&'a ProxyConfig>,
}

impl<'a> Chosen<'a> {
    /// The ProxyConfig of a layer that ProxyConfigs make.
    pub(super) fn of_layer(&self, layer: Layer) -> Option<&'a ProxyConfig> {
        match layer {
            Layer::RootNamespace => self.root_namespace,
            Layer::Namespace => self.namespace,
            Layer::Workload => self.workload,
            Layer::Annotation | Layer::MeshDefault => None,
        }
    }
}

/// Chooses for a pod in `namespace` whose labels `label` looks up, and writes down who looked as if it applied.
pub(super) fn choose<'a>(
    proxy_configs: impl IntoIterator<Item = &'a ProxyConfig>,
    root_namespace: &str,
    namespace: &str,
    label: &dyn Fn(&str) -> Option<&'a str>,
    inert: &mut Vec<Inert>,
) -> Chosen<'a> {
    let mut root_wide = Vec::new();
    let mut namespace_wide = Vec::new();
    let mut matching = Vec::new();
    for proxy_config in proxy_configs {
        let lives_in = proxy_config.metadata.namespace.as_str();
        let is_root = !root_namespace.is_empty() && lives_in == root_namespace;
        if !is_root && lives_in != namespace {
            continue;
        }
        let mut refuse = |reason, message| {
            let object = Some(proxy_config.metadata.object_name());
            inert.push(Inert { object, reason, message });
        };
        match &proxy_config.spec.selector {
            None if is_root => root_wide.push(proxy_config),
            None => namespace_wide.push(proxy_config),
            Some(selector) if selector.match_labels.is_empty() => refuse(
                InertReason::EmptySelector,
                "its selector has no labels, which selects nothing; leave the selector out to mean the \
                 whole namespace"
                    .to_owned(),
            ),
            Some(_) if lives_in != namespace => refuse(
                InertReason::RootNamespaceSelector,
                format!(
                    "a selector in the root namespace {root_namespace} reaches only pods of that namespace, \
                     not those of {namespace}"
                ),
            ),
            Some(selector) => match mismatch(&selector.match_labels, label) {
                None => matching.push(proxy_config),
                Some(message) => refuse(InertReason::LabelsDoNotMatch, message),
            },
        }
    }
    Chosen {
        root_namespace: oldest(&root_wide, inert),
        namespace: oldest(&namespace_wide, inert),
        workload: oldest(&matching, inert),
    }
}

/// The first label of a selector that the pod does not have, in words.
fn mismatch<'a>(
    wanted: &BTreeMap<String, String>,
    label: &dyn Fn(&str) -> Option<&'a str>,
) -> Option<String> {
    wanted.iter().find_map(|(key, value)| match label(key) {
        Some(found) if found == value => None,
        Some(found) => Some(format!("it selects {key}={value}, but the pod has {key}={found}")),
        None => Some(format!("it selects {key}={value}, but the pod has no label {key}")),
    })
}

/// The oldest candidate (`pilot/pkg/model/config.go` `configCompareByCreationTime`); the others lose.
fn oldest<'a>(candidates: &[&'a ProxyConfig], inert: &mut Vec<Inert>) -> Option<&'a ProxyConfig> {
    let winner = candidates.iter().copied().min_by(|a, b| age(&a.metadata).cmp(&age(&b.metadata)))?;
    for loser in candidates.iter().filter(|candidate| !std::ptr::eq(**candidate, winner)) {
        let (first, second) = (winner.metadata.object_name(), loser.metadata.creation_timestamp);
        let message = match (winner.metadata.creation_timestamp, second) {
            (Some(older), Some(younger)) if older != younger => format!(
                "{first} is older ({older} against {younger}), and only the oldest of a layer is used"
            ),
            _ => {
                format!("{first} is as old and comes first in the alphabet, and only one of a layer is used")
            }
        };
        let object = Some(loser.metadata.object_name());
        inert.push(Inert { object, reason: InertReason::TieLoser, message });
    }
    Some(winner)
}

/// What "oldest" compares. No timestamp sorts first, as Go's zero time does.
fn age(metadata: &ObjectMeta) -> impl Ord + '_ {
    (metadata.creation_timestamp, metadata.name.as_str(), metadata.namespace.as_str())
}
