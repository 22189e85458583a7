//! istiod's settings, as its Deployment's environment gives them.

use crate::names;
use crate::objects::{Container, Deployment};

/// The settings of one istiod that decide who signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of istiod's, and none excludes another")]
pub struct ControlPlane {
    /// `istio.io/rev` of the Deployment; `default` when it has none. Empty as long as no Deployment
    /// was seen: then nothing is known, and nothing may be concluded from the other fields.
    pub revision: String,
    /// `EXTERNAL_CA=ISTIOD_RA_KUBERNETES_API`: certificates come from Kubernetes signers. Otherwise
    /// the built-in CA signs, whatever signer a pod asks for.
    pub kubernetes_signers: bool,
    /// `CERT_SIGNER_DOMAIN`: put before each asked-for signer.
    pub cert_signer_domain: Option<String>,
    /// `K8S_SIGNER`: the full signer name for pods that ask for none.
    pub k8s_signer: Option<String>,
    /// `PILOT_SKIP_VALIDATE_TRUST_DOMAIN=true`: proxies accept peers of every trust domain.
    pub accepts_any_trust_domain: bool,
    /// `/etc/external-ca-cert` is mounted: one root for all, per-signer roots are ignored.
    pub external_ca_cert: bool,
    /// `ISTIO_MULTIROOT_MESH=true`: proxies are told the roots of all signers.
    pub multi_root: bool,
}

impl ControlPlane {
    /// The settings of an istiod Deployment (label `app: istiod`); nothing for any other.
    pub fn of(deployment: &Deployment) -> Option<Self> {
        let labels = &deployment.metadata.labels;
        if labels.get("app").is_none_or(|app| app != names::ISTIOD_APP) {
            return None;
        }
        let containers = &deployment.spec.template.spec.containers;
        let discovery = containers.iter().find(|container| container.name == names::ISTIOD_CONTAINER)?;
        let mounts = discovery.volume_mounts.as_deref().unwrap_or_default();
        Some(Self {
            revision: labels.get(names::REVISION).cloned().unwrap_or_else(|| "default".to_owned()),
            kubernetes_signers: setting(discovery, "EXTERNAL_CA").as_deref()
                == Some("ISTIOD_RA_KUBERNETES_API"),
            cert_signer_domain: setting(discovery, "CERT_SIGNER_DOMAIN"),
            k8s_signer: setting(discovery, "K8S_SIGNER"),
            accepts_any_trust_domain: switch(discovery, "PILOT_SKIP_VALIDATE_TRUST_DOMAIN"),
            external_ca_cert: mounts
                .iter()
                .any(|mount| mount.mount_path.trim_end_matches('/') == names::EXTERNAL_CA_CERT_PATH),
            multi_root: switch(discovery, "ISTIO_MULTIROOT_MESH"),
        })
    }

    /// Whether istiod's Deployment was seen.
    pub fn is_known(&self) -> bool {
        !self.revision.is_empty()
    }

    /// The full name of the signer that a pod asking for `requested` gets, as istiod builds it
    /// (`security/pkg/pki/ra/k8s_ra.go`); nothing when the built-in CA signs, or when istiod refuses
    /// because a setting is missing.
    pub fn full_signer_name(&self, requested: &str) -> Option<String> {
        match requested {
            _ if !self.kubernetes_signers => None,
            "" => self.k8s_signer.clone(),
            signer => self.cert_signer_domain.as_ref().map(|domain| format!("{domain}/{signer}")),
        }
    }
}

/// A variable of a container with a plain value that is not empty; the last one counts.
fn setting(container: &Container, name: &str) -> Option<String> {
    let value = container.env.as_ref()?.last(name)?.1.value;
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// Whether a variable switches something on, by the words of Go's `strconv.ParseBool`.
fn switch(container: &Container, name: &str) -> bool {
    let value = setting(container, name);
    matches!(value.as_deref(), Some("1" | "t" | "T" | "true" | "TRUE" | "True"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::ControlPlane;
    use crate::objects::Deployment;

    fn istiod(labels: &Value, discovery: &Value) -> Deployment {
        let template = json!({"spec": {"containers": [{"name": "other"}, discovery]}});
        serde_json::from_value(json!({"metadata": {"labels": labels}, "spec": {"template": template}}))
            .expect("a Deployment")
    }

    #[test]
    fn reads_the_environment_of_discovery() {
        let deployment = istiod(
            &json!({"app": "istiod", "istio.io/rev": "canary"}),
            &json!({"name": "discovery", "env": [
                {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
                {"name": "CERT_SIGNER_DOMAIN", "value": "clusterissuers.cert-manager.io"},
                {"name": "K8S_SIGNER", "value": ""},
                {"name": "ISTIO_MULTIROOT_MESH", "value": "1"},
            ], "volumeMounts": [{"name": "external-ca-cert", "mountPath": "/etc/external-ca-cert/"}]}),
        );
        let control_plane = ControlPlane::of(&deployment).expect("an istiod");
        assert_eq!(control_plane.revision, "canary");
        assert!(control_plane.external_ca_cert && control_plane.multi_root && control_plane.is_known());
        let full = control_plane.full_signer_name("foo");
        assert_eq!(full.as_deref(), Some("clusterissuers.cert-manager.io/foo"));
        assert_eq!(control_plane.full_signer_name(""), None);
    }

    #[test]
    fn the_built_in_ca_ignores_the_signer() {
        let deployment = istiod(
            &json!({"app": "istiod"}),
            &json!({"name": "discovery", "env": [{"name": "CERT_SIGNER_DOMAIN", "value": "d"}]}),
        );
        let control_plane = ControlPlane::of(&deployment).expect("an istiod");
        assert_eq!((control_plane.revision.as_str(), control_plane.kubernetes_signers), ("default", false));
        assert_eq!(control_plane.full_signer_name("foo"), None);
    }

    #[test]
    fn without_a_signer_the_default_one_is_asked() {
        let k8s_signer = Some("example.com/mesh".to_owned());
        let control_plane = ControlPlane {
            kubernetes_signers: true,
            k8s_signer: k8s_signer.clone(),
            ..ControlPlane::default()
        };
        assert_eq!(control_plane.full_signer_name(""), k8s_signer);
        assert_eq!(control_plane.full_signer_name("foo"), None);
    }

    #[test]
    fn another_deployment_is_no_istiod() {
        assert_eq!(ControlPlane::of(&istiod(&json!({"app": "web"}), &json!({"name": "discovery"}))), None);
        assert_eq!(ControlPlane::of(&Deployment::default()), None);
    }
}
