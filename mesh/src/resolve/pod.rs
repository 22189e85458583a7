//! The pod to resolve for, as istiod saw it: before Istio's own template changed it.

use std::collections::BTreeMap;

use super::{Resolved, resolve};
use crate::config::MeshConfig;
use crate::names;
use crate::objects::{Pod, ProxyConfig};

/// Resolves for a pod that may have been injected already.
///
/// Istio resolves before its template adds labels, so those are left out once the status annotation
/// is there. A pod of a gateway that istiod itself deploys never goes through injection: it was
/// resolved with the Gateway's name as its only label, and without annotations
/// (`pilot/pkg/config/kube/gatewaycommon/deploymentcontroller.go`).
pub fn resolve_pod<'a>(
    mesh: &MeshConfig,
    proxy_configs: impl IntoIterator<Item = &'a ProxyConfig>,
    namespace: &str,
    pod: &'a Pod,
) -> Resolved {
    let metadata = &pod.metadata;
    if let Some(gateway) = managed_gateway(pod) {
        let label = |key: &str| (key == names::GATEWAY_NAME_LABEL).then_some(gateway);
        return resolve(mesh, proxy_configs, namespace, &label, &BTreeMap::new());
    }
    let is_injected = metadata.annotations.contains_key(names::STATUS_ANNOTATION);
    let label = |key: &str| {
        let is_from_template = is_injected && names::TEMPLATE_LABELS.contains(&key);
        metadata.labels.get(key).filter(|_| !is_from_template).map(String::as_str)
    };
    resolve(mesh, proxy_configs, namespace, &label, &metadata.annotations)
}

/// The Gateway whose pod this is, when istiod deploys it: it names its Gateway and must not be
/// injected.
pub(crate) fn managed_gateway(pod: &Pod) -> Option<&str> {
    let labels = &pod.metadata.labels;
    let gateway = labels.get(names::GATEWAY_NAME_LABEL)?;
    labels.get(names::INJECT).filter(|inject| *inject == "false").map(|_| gateway.as_str())
}
