//! The RBAC rules that Signet needs, as text to paste: a refusal names the one that would grant it.

use std::fmt;

use kube::core::Status;
use signet_mesh::objects::Kind;

/// What watching a kind needs.
const WATCH: &[&str] = &["get", "list", "watch"];

/// What a stream to a pod needs: it begins as a GET, and is authorized as a creation too since
/// Kubernetes 1.35.
const STREAM: &[&str] = &["get", "create"];

/// One rule of a role. Shown as YAML on one line, with where it has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The API group; empty for the core group.
    pub group: &'a str,
    /// The plural name of the kind, with its subresource.
    pub resource: &'a str,
    /// Only this object.
    pub name: Option<&'a str>,
    /// What may be done.
    pub verbs: &'a [&'a str],
    /// The namespace in which it has to hold; otherwise in all.
    pub namespace: Option<&'a str>,
}

impl<'a> Rule<'a> {
    /// The rule that lets a kind be watched.
    pub(crate) const fn watch(kind: Kind, namespace: Option<&'a str>, name: Option<&'a str>) -> Self {
        let (group, resource) = match kind {
            Kind::CertManager | Kind::Deployment => ("apps", "deployments"),
            Kind::ClusterIssuer => ("cert-manager.io", "clusterissuers"),
            Kind::ClusterSpiffeId => ("spire.spiffe.io", "clusterspiffeids"),
            Kind::ClusterTrustBundle => ("certificates.k8s.io", "clustertrustbundles"),
            Kind::ConfigMap | Kind::PolicyConfigMap | Kind::RootConfigMap => ("", "configmaps"),
            Kind::CsiDriver => ("storage.k8s.io", "csidrivers"),
            Kind::Issuer => ("cert-manager.io", "issuers"),
            Kind::Namespace => ("", "namespaces"),
            Kind::PeerAuthentication => ("security.istio.io", "peerauthentications"),
            Kind::ProxyConfig => ("networking.istio.io", "proxyconfigs"),
            Kind::Secret => ("", "secrets"),
            // Kinds that are not watched are read with the pods.
            _ => ("", "pods"),
        };
        Self { group, resource, name, verbs: WATCH, namespace }
    }

    /// The rule that lets a proxy be read by port-forward.
    pub(crate) const fn port_forward() -> Rule<'static> {
        Rule { group: "", resource: "pods/portforward", name: None, verbs: STREAM, namespace: None }
    }

    /// The rule that lets a proxy be read by a command in its container.
    pub(crate) const fn exec() -> Rule<'static> {
        Rule { group: "", resource: "pods/exec", name: None, verbs: STREAM, namespace: None }
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { group, resource, name, verbs, namespace } = self;
        write!(f, "{{apiGroups: [\"{group}\"], resources: [{resource}], ")?;
        if let Some(name) = name {
            write!(f, "resourceNames: [{name}], ")?;
        }
        write!(f, "verbs: [{}]}}", verbs.join(", "))?;
        match namespace {
            Some(namespace) => write!(f, " in namespace {namespace}"),
            None => Ok(()),
        }
    }
}

/// Whether the API server refused a request for want of rights.
pub(crate) fn is_refusal(status: &Status) -> bool {
    status.code == 403
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_can_be_pasted_into_a_role() {
        let rule = Rule::watch(Kind::ConfigMap, Some("istio-system"), Some("istio"));
        assert_eq!(
            rule.to_string(),
            r#"{apiGroups: [""], resources: [configmaps], resourceNames: [istio], verbs: [get, list, watch]} in namespace istio-system"#
        );
        let rule = Rule::watch(Kind::ProxyConfig, None, None);
        assert_eq!(
            rule.to_string(),
            r#"{apiGroups: ["networking.istio.io"], resources: [proxyconfigs], verbs: [get, list, watch]}"#
        );
    }
}
