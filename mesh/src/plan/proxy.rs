//! Where a pod's proxy is, and whether it is ours to change.

use super::SkipReason;
use crate::names;
use crate::objects::{Container, Pod};

/// The list of a pod that a container is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerList {
    /// `spec.containers`: a classic sidecar, a gateway, a waypoint, a gRPC agent.
    Containers,
    /// `spec.initContainers`: a native sidecar.
    InitContainers,
}

impl ContainerList {
    /// The field's name.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Containers => "containers",
            Self::InitContainers => "initContainers",
        }
    }
}

/// A container and its place in the pod.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed<'a> {
    /// The list.
    pub list: ContainerList,
    /// The index in that list.
    pub index: usize,
    /// The container.
    pub container: &'a Container,
}

/// The container `istio-proxy` that runs pilot-agent with Envoy, or why there is none to change.
///
/// A custom template can leave one in both lists; the one in the init containers is then Istio's own,
/// and the other a half-made leftover.
pub fn find(pod: &Pod) -> Result<Placed<'_>, SkipReason> {
    if pod.metadata.annotations.contains_key(names::MIRROR_ANNOTATION) {
        return Err(SkipReason::MirrorPod);
    }
    let mut proxies =
        containers(pod).filter(|placed| placed.container.name == names::PROXY_CONTAINER).peekable();
    if proxies.clone().any(|placed| is_ztunnel(placed.container)) {
        return Err(SkipReason::Ztunnel);
    }
    if pod.spec.host_network {
        return Err(SkipReason::HostNetwork);
    }
    if proxies.peek().is_none() {
        let disabled = is_injection_disabled(pod);
        return Err(if disabled { SkipReason::InjectionDisabled } else { SkipReason::NoProxy });
    }
    proxies.find(|placed| !is_half_made(placed.container)).ok_or(SkipReason::HalfMadeProxy)
}

/// Every container with its place, init containers first.
pub(super) fn containers(pod: &Pod) -> impl Iterator<Item = Placed<'_>> + Clone {
    let placed = |list| move |(index, container)| Placed { list, index, container };
    let init = pod.spec.init_containers.iter().enumerate().map(placed(ContainerList::InitContainers));
    init.chain(pod.spec.containers.iter().enumerate().map(placed(ContainerList::Containers)))
}

fn is_ztunnel(container: &Container) -> bool {
    matches!(container.args.as_slice(), [proxy, kind, ..] if proxy == "proxy" && kind == "ztunnel")
}

/// `auto` means "the image of Istio's template", which is still to come.
fn is_half_made(container: &Container) -> bool {
    matches!(container.image.as_str(), "" | "auto")
}

/// The label beats the annotation of the same name (Istio `pkg/kube/inject/inject.go`).
fn is_injection_disabled(pod: &Pod) -> bool {
    let metadata = &pod.metadata;
    metadata
        .labels
        .get(names::INJECT)
        .or_else(|| metadata.annotations.get(names::INJECT))
        .is_some_and(|v| v == "false")
}
