//! The kinds of objects, and which of them are read when.

use serde::{Deserialize, Serialize};

/// The kinds of objects that an inventory keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Kind {
    /// apps/v1 Deployment: cert-manager's.
    CertManager,
    /// cert-manager.io/v1 ClusterIssuer.
    ClusterIssuer,
    /// spire.spiffe.io/v1alpha1 ClusterSPIFFEID.
    ClusterSpiffeId,
    /// certificates.k8s.io ClusterTrustBundle: v1, else v1beta1.
    ClusterTrustBundle,
    /// v1 ConfigMap: those of the control planes.
    ConfigMap,
    /// storage.k8s.io/v1 CSIDriver: SPIFFE's.
    CsiDriver,
    /// apps/v1 Deployment.
    Deployment,
    /// cert-manager.io/v1 Issuer.
    Issuer,
    /// v1 Namespace.
    Namespace,
    /// security.istio.io/v1 PeerAuthentication.
    PeerAuthentication,
    /// v1 Pod.
    Pod,
    /// v1 ConfigMap: the webhook's settings.
    PolicyConfigMap,
    /// networking.istio.io/v1beta1 ProxyConfig.
    ProxyConfig,
    /// v1 ConfigMap: those with roots, in every namespace.
    RootConfigMap,
    /// v1 Secret: those of certificate authorities, without their keys.
    Secret,
}

impl Kind {
    /// The kinds without which nothing can be said of a mesh for sure.
    pub const NEEDED: [Self; 5] =
        [Self::ConfigMap, Self::Deployment, Self::Namespace, Self::Pod, Self::ProxyConfig];

    /// The kinds that are read only when somebody asks for what they say.
    pub const BESIDE: [Self; 10] = [
        Self::CertManager,
        Self::ClusterIssuer,
        Self::ClusterSpiffeId,
        Self::ClusterTrustBundle,
        Self::CsiDriver,
        Self::Issuer,
        Self::PeerAuthentication,
        Self::PolicyConfigMap,
        Self::RootConfigMap,
        Self::Secret,
    ];

    /// Those of them that say where roots come from and which issuers are ready.
    pub const OF_ROOTS: [Self; 6] = [
        Self::CertManager,
        Self::ClusterIssuer,
        Self::ClusterTrustBundle,
        Self::Issuer,
        Self::RootConfigMap,
        Self::Secret,
    ];

    /// Those of them on which the webhook's decisions rest, beside what configures the mesh.
    pub const OF_ADMISSION: [Self; 5] = [
        Self::ClusterIssuer,
        Self::ClusterSpiffeId,
        Self::ClusterTrustBundle,
        Self::CsiDriver,
        Self::PolicyConfigMap,
    ];

    /// Those of them that say where certificates do not decide alone who can talk to whom.
    pub const OF_TRUST: [Self; 1] = [Self::PeerAuthentication];
}
