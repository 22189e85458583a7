//! istiod's settings, as its Deployment's environment gives them.

use crate::objects::Deployment;

/// The settings of one istiod that decide who signs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControlPlane {
    /// `istio.io/rev` of the Deployment; `default` when it has none.
    pub revision: String,
    /// `EXTERNAL_CA=ISTIOD_RA_KUBERNETES_API`: certificates come from Kubernetes signers. Otherwise
    /// the built-in CA signs, whatever signer a pod asks for.
    pub kubernetes_signers: bool,
    /// `CERT_SIGNER_DOMAIN`: put before each asked-for signer.
    pub cert_signer_domain: Option<String>,
    /// `K8S_SIGNER`: the full signer name for pods that ask for none.
    pub k8s_signer: Option<String>,
    /// `/etc/external-ca-cert` is mounted: one root for all, per-signer roots are ignored.
    pub external_ca_cert: bool,
}

impl ControlPlane {
    /// The settings of an istiod Deployment (label `app: istiod`); nothing for any other.
    pub fn of(deployment: &Deployment) -> Option<Self> {
        let _ = deployment;
        todo!("config")
    }

    /// The full name of the signer that a pod asking for `requested` gets, as istiod builds it
    /// (`security/pkg/pki/ra/k8s_ra.go`); nothing when the built-in CA signs.
    pub fn full_signer_name(&self, requested: &str) -> Option<String> {
        let _ = requested;
        todo!("config")
    }
}
