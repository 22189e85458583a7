//! Who wrote a variable of the proxy: Istio, or the pod's own spec.

use serde::Deserialize;

use super::proxy::Placed;
use crate::names;
use crate::objects::{EnvVar, Environment, Pod, PodSpec};
use crate::resolve::managed_gateway;

/// Who wrote a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Istio's template, from a ProxyConfig that it knew then.
    Istio,
    /// The pod's own spec.
    PodSpec,
}

/// What the injector writes down about itself: the containers that come from its template.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InjectionStatus {
    init_containers: Option<Vec<String>>,
    containers: Option<Vec<String>>,
}

/// Who wrote `variable` of the proxy.
///
/// Without a status annotation Istio's injector has not been here. With it, what the pod brought
/// along itself is recorded in the overrides annotation. istiod writes the pods of its own gateways
/// whole, without either.
pub(super) fn of(pod: &Pod, proxy: &Placed<'_>, variable: &EnvVar<&str>) -> Origin {
    let annotations = &pod.metadata.annotations;
    let Some(status) = annotations.get(names::STATUS_ANNOTATION) else {
        return if managed_gateway(pod).is_some() { Origin::Istio } else { Origin::PodSpec };
    };
    let status: InjectionStatus = serde_json::from_str(status).unwrap_or_default();
    let lists = [status.init_containers, status.containers];
    let is_from_template = lists.iter().flatten().flatten().any(|name| *name == proxy.container.name);
    let is_own = annotations.get(names::OVERRIDES_ANNOTATION).is_some_and(|text| records(text, variable));
    if is_from_template && !is_own { Origin::Istio } else { Origin::PodSpec }
}

/// Whether the overrides annotation records this very value; with another, Istio has rendered since.
fn records(overrides: &str, variable: &EnvVar<&str>) -> bool {
    let overrides: PodSpec = serde_json::from_str(overrides).unwrap_or_default();
    let containers = overrides.init_containers.iter().chain(&overrides.containers);
    containers
        .filter(|container| container.name == names::PROXY_CONTAINER)
        .flat_map(|container| container.env.iter().flat_map(Environment::iter))
        .any(|recorded| recorded == *variable)
}
