//! Where cert-manager keeps what its ClusterIssuers sign with.

use crate::names::{CERT_MANAGER_CONTAINER, CERT_MANAGER_NAMESPACE};
use crate::objects::{CaIssuer, Deployment, Issuer, ObjectName};

/// The flag that names the namespace of ClusterIssuers' Secrets.
const FLAG: &str = "--cluster-resource-namespace";
/// How the chart says: that of the Deployment.
const OWN_NAMESPACE: &str = "$(POD_NAMESPACE)";
/// Where the program looks that was not told (cert-manager `internal/apis/config/controller/v1alpha1`).
const DEFAULT: &str = "kube-system";

/// What of cert-manager's settings decides where an issuer's CA is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertManager {
    /// The namespace of the Secrets of ClusterIssuers.
    pub cluster_resource_namespace: String,
}

/// As its chart installs it: what holds as long as its Deployment was not seen.
impl Default for CertManager {
    fn default() -> Self {
        Self { cluster_resource_namespace: CERT_MANAGER_NAMESPACE.to_owned() }
    }
}

impl CertManager {
    /// The settings of cert-manager's own Deployment; nothing for any other.
    pub fn of(deployment: &Deployment) -> Option<Self> {
        let containers = &deployment.spec.template.spec.containers;
        let controller = containers.iter().find(|container| container.name == CERT_MANAGER_CONTAINER)?;
        let namespace = match flag(&controller.args) {
            Some(OWN_NAMESPACE) => deployment.metadata.namespace.as_str(),
            Some(named) => named,
            None => DEFAULT,
        };
        Some(Self { cluster_resource_namespace: namespace.to_owned() })
    }

    /// The Secret that an issuer signs with, where it is one with a CA of its own.
    pub fn secret_of(&self, issuer: &Issuer) -> Option<ObjectName> {
        let CaIssuer { secret_name } = issuer.spec.ca.as_ref()?;
        let namespace = match issuer.metadata.namespace.as_str() {
            "" => &self.cluster_resource_namespace,
            own => own,
        };
        Some(ObjectName::new(namespace, secret_name))
    }
}

/// The last value of the flag, after `=` or as the next argument.
fn flag(arguments: &[String]) -> Option<&str> {
    let value = |(place, argument): (usize, &'_ String)| match argument.strip_prefix(FLAG)? {
        "" => arguments.get(place + 1).map(String::as_str),
        rest => {
            arguments.get(place)?.get(argument.len() - rest.len() + 1..).filter(|_| rest.starts_with('='))
        }
    };
    arguments.iter().enumerate().rev().find_map(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::CertManager;
    use crate::objects::{Deployment, Issuer, ObjectName};

    fn with_arguments(arguments: &[&str]) -> Option<String> {
        let container = json!({"name": "cert-manager-controller", "args": arguments});
        let deployment: Deployment = serde_json::from_value(json!({
            "metadata": {"namespace": "security"},
            "spec": {"template": {"spec": {"containers": [container]}}},
        }))
        .expect("a Deployment");
        CertManager::of(&deployment).map(|settings| settings.cluster_resource_namespace)
    }

    #[test]
    fn the_flag_names_the_namespace() {
        for (arguments, namespace) in [
            (&["--v=2", "--cluster-resource-namespace=$(POD_NAMESPACE)"][..], "security"),
            (&["--cluster-resource-namespace=pki", "--v=2"], "pki"),
            (&["--cluster-resource-namespace", "pki"], "pki"),
            (&["--cluster-resource-namespaces=pki"], "kube-system"),
            (&[], "kube-system"),
        ] {
            assert_eq!(with_arguments(arguments).as_deref(), Some(namespace), "{arguments:?}");
        }
        assert_eq!(CertManager::of(&Deployment::default()), None);
    }

    #[test]
    fn an_issuer_has_its_secret_beside_it() {
        let secret = |metadata| {
            let issuer: Issuer =
                serde_json::from_value(json!({"metadata": metadata, "spec": {"ca": {"secretName": "ca"}}}))
                    .expect("an issuer");
            CertManager::default().secret_of(&issuer)
        };
        assert_eq!(secret(json!({"name": "foo"})), Some(ObjectName::new("cert-manager", "ca")));
        assert_eq!(secret(json!({"name": "foo", "namespace": "team"})), Some(ObjectName::new("team", "ca")));
    }
}
