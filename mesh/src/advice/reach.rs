//! Which pods a ProxyConfig reaches, where that is not what it looks like (Istio
//! `pilot/pkg/model/proxy_config.go`).

use super::notice::Notice;
use crate::objects::{ObjectMeta, ProxyConfig, Selector};
use crate::plan::Short;

/// Why no pod will ever be given anything of it; `beside` are the ProxyConfigs of its namespace.
pub(super) fn why_unused<'a>(proxy_config: &'a ProxyConfig, beside: &'a [ProxyConfig]) -> Option<Notice<'a>> {
    let selector = proxy_config.spec.selector.as_ref();
    if selector.is_some_and(|selector| selector.match_labels.is_empty()) {
        return Some(Notice::EmptySelector);
    }
    let metadata = &proxy_config.metadata;
    let winner = beside.iter().find(|other| {
        other.metadata.name != metadata.name
            && selects_all_of(other.spec.selector.as_ref(), selector)
            && precedes(&other.metadata, metadata)
    })?;
    Some(Notice::TieLost { winner: Short(&winner.metadata.name) })
}

/// Why it reaches fewer pods than others of its namespace do.
pub(super) fn why_limited<'a>(proxy_config: &ProxyConfig, root_namespace: &'a str) -> Option<Notice<'a>> {
    let is_root = proxy_config.metadata.namespace == root_namespace;
    let selects = |selector: &Selector| !selector.match_labels.is_empty();
    let is_limited = is_root && proxy_config.spec.selector.as_ref().is_some_and(selects);
    is_limited.then_some(Notice::RootNamespaceSelector { root_namespace: Short(root_namespace) })
}

/// Whether `other` is of the same layer and selects every pod that `selector` does.
fn selects_all_of(other: Option<&Selector>, selector: Option<&Selector>) -> bool {
    match (other, selector) {
        (None, None) => true,
        (Some(other), Some(selector)) => {
            let (fewer, labels) = (&other.match_labels, &selector.match_labels);
            !fewer.is_empty() && fewer.iter().all(|(key, value)| labels.get(key) == Some(value))
        }
        _ => false,
    }
}

/// Whether `other` comes first in its layer. What is only about to be created is younger than all
/// that is there.
fn precedes(other: &ObjectMeta, metadata: &ObjectMeta) -> bool {
    match metadata.creation_timestamp {
        None => true,
        created => (other.creation_timestamp, &other.name) < (created, &metadata.name),
    }
}
