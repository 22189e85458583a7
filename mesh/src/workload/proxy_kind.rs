//! What kind of proxy a pod has, from its containers' arguments and its labels.

use serde::{Deserialize, Serialize};

use crate::names::{GATEWAY_NAME_LABEL, PROXY_CONTAINER};
use crate::objects::{Container, EnvVar, Environment, Pod};

/// The label that a Gateway's pods carry (Gateway API); older istiods wrote the second one.
const GATEWAY_NAMES: [&str; 2] = [GATEWAY_NAME_LABEL, "istio.io/gateway-name"];
/// Who wrote a Gateway's Deployment: a waypoint's controller has `mesh` in its name.
const GATEWAY_MANAGED: &str = "gateway.istio.io/managed";
/// Set where pilot-agent runs without Envoy (template `grpc-agent`).
const DISABLE_ENVOY: &str = "DISABLE_ENVOY";

/// The kinds of proxies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProxyKind {
    /// An injected or managed gateway.
    Gateway,
    /// gRPC without a proxy: pilot-agent only.
    GrpcAgent,
    /// `istio-proxy` among the init containers.
    NativeSidecar,
    /// No proxy.
    #[default]
    None,
    /// `istio-proxy` among the containers.
    Sidecar,
    /// An ambient waypoint.
    Waypoint,
    /// The ambient node proxy.
    Ztunnel,
}

impl ProxyKind {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::GrpcAgent => "grpc-agent",
            Self::NativeSidecar => "native-sidecar",
            Self::None => "none",
            Self::Sidecar => "sidecar",
            Self::Waypoint => "waypoint",
            Self::Ztunnel => "ztunnel",
        }
    }

    /// The kind of this pod's proxy.
    pub fn of(pod: &Pod) -> Self {
        let spec = &pod.spec;
        match (proxy_among(&spec.containers), proxy_among(&spec.init_containers)) {
            (Some(container), _) => Self::of_container(pod, container),
            (None, Some(_)) => Self::NativeSidecar,
            (None, None) => Self::None,
        }
    }

    /// Whether its agent asks a certificate authority for a certificate of the pod's own: ztunnel asks
    /// in the name of others and cannot name a signer (Istio `ztunnel/src/identity/caclient.rs`).
    pub const fn has_signer(self) -> bool {
        !matches!(self, Self::None | Self::Ztunnel)
    }

    /// Whether an Envoy admin port can be read.
    pub const fn has_admin_port(self) -> bool {
        !matches!(self, Self::None | Self::Ztunnel | Self::GrpcAgent)
    }

    fn of_container(pod: &Pod, container: &Container) -> Self {
        let role = container.args.iter().skip_while(|arg| *arg != "proxy").nth(1).map(String::as_str);
        let managed_by = pod.metadata.labels.get(GATEWAY_MANAGED).map(String::as_str);
        let disabled =
            |variable: EnvVar<&str>| variable.name == DISABLE_ENVOY && variable.value == Some("true");
        match (role, managed_by) {
            (Some("ztunnel"), _) => Self::Ztunnel,
            (Some("waypoint"), _) => Self::Waypoint,
            (_, Some(controller)) if controller.contains("mesh") => Self::Waypoint,
            (Some("router"), _) => Self::Gateway,
            _ if gateway_name(pod).is_some() => Self::Gateway,
            _ if container.env.iter().flat_map(Environment::iter).any(disabled) => Self::GrpcAgent,
            _ => Self::Sidecar,
        }
    }
}

/// The Gateway that a pod belongs to.
fn gateway_name(pod: &Pod) -> Option<&String> {
    GATEWAY_NAMES.iter().find_map(|label| pod.metadata.labels.get(*label))
}

fn proxy_among(containers: &[Container]) -> Option<&Container> {
    containers.iter().find(|container| container.name == PROXY_CONTAINER)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::ProxyKind;

    #[expect(clippy::needless_pass_by_value, reason = "the cases read better")]
    fn kind(labels: Value, spec: Value) -> ProxyKind {
        let pod = json!({"metadata": {"labels": labels}, "spec": spec});
        ProxyKind::of(&serde_json::from_value(pod).expect("a pod"))
    }

    fn proxy(role: &str) -> Value {
        json!([{"name": "app"}, {"name": "istio-proxy", "args": ["proxy", role, "--domain", "x"]}])
    }

    #[test]
    fn sidecars_are_told_apart_by_the_list_they_are_in() {
        assert_eq!(kind(json!({}), json!({"containers": proxy("sidecar")})), ProxyKind::Sidecar);
        let native = json!({"containers": [{"name": "app"}], "initContainers": proxy("sidecar")});
        assert_eq!(kind(json!({}), native), ProxyKind::NativeSidecar);
        assert_eq!(kind(json!({}), json!({"containers": [{"name": "app"}]})), ProxyKind::None);
    }

    #[test]
    fn gateways_and_waypoints_are_told_by_role_or_by_whose_gateway_they_are() {
        assert_eq!(kind(json!({}), json!({"containers": proxy("router")})), ProxyKind::Gateway);
        assert_eq!(kind(json!({}), json!({"containers": proxy("waypoint")})), ProxyKind::Waypoint);
        let mesh_gateway = json!({
            "gateway.networking.k8s.io/gateway-name": "w",
            "gateway.istio.io/managed": "istio.io-mesh-controller",
        });
        assert_eq!(kind(mesh_gateway, json!({"containers": proxy("router")})), ProxyKind::Waypoint);
        let old_gateway = json!({"istio.io/gateway-name": "g"});
        assert_eq!(kind(old_gateway, json!({"containers": proxy("sidecar")})), ProxyKind::Gateway);
    }

    #[test]
    fn ztunnel_and_the_grpc_agent_have_no_envoy_to_ask() {
        let ztunnel = kind(json!({}), json!({"containers": proxy("ztunnel")}));
        assert_eq!((ztunnel, ztunnel.has_signer()), (ProxyKind::Ztunnel, false));
        let agent = json!([{
            "name": "istio-proxy",
            "args": ["proxy", "sidecar"],
            "env": [{"name": "DISABLE_ENVOY", "value": "true"}],
        }]);
        let agent = kind(json!({}), json!({"containers": agent}));
        assert_eq!((agent, agent.has_signer(), agent.has_admin_port()), (ProxyKind::GrpcAgent, true, false));
    }
}
