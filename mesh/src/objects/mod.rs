//! Signet's own view of Kubernetes objects: the fields that it judges, and no others.

mod authorities;
mod container;
mod environment;
mod issuer;
mod kind;
mod mapping;
mod mesh_objects;
mod meta;
mod peer_authentication;
mod pod;
mod spire;
mod volume;

pub use authorities::{CaSecret, ClusterTrustBundle, ClusterTrustBundleSpec};
pub use container::{Container, EnvFrom, VolumeMount};
pub use environment::{EnvVar, Environment, ValueSource};
pub use issuer::{CaIssuer, Condition, Issuer, IssuerSpec, IssuerStatus};
pub use kind::Kind;
pub(crate) use mapping::{Mapping, Text};
pub use mesh_objects::{
    ConfigMap, Deployment, DeploymentSpec, Namespace, PodTemplate, ProxyConfig, ProxyConfigSpec, Selector,
};
pub use meta::{ObjectMeta, OwnerReference};
pub use peer_authentication::{MutualTls, MutualTlsMode, PeerAuthentication, PeerAuthenticationSpec};
pub use pod::{ContainerState, ContainerStatus, Pod, PodSpec, PodStatus, Running};
pub use spire::{ClusterSpiffeId, ClusterSpiffeIdSpec, CsiDriver, LabelSelector, Operator, Requirement};
pub use volume::{
    ClusterTrustBundleSource, ConfigMapVolume, CsiVolume, KeyToPath, ProjectedSource, ProjectedVolume,
    SecretVolume, Volume,
};

use serde::{Deserialize, Serialize};

/// Any object that an inventory keeps, told apart by its `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "of the large kind, Deployment, only istiod's are kept")]
pub enum Object {
    /// A cert-manager ClusterIssuer.
    ClusterIssuer(Issuer),
    /// A ClusterSPIFFEID.
    #[serde(rename = "ClusterSPIFFEID")]
    ClusterSpiffeId(ClusterSpiffeId),
    /// A ClusterTrustBundle.
    ClusterTrustBundle(ClusterTrustBundle),
    /// A ConfigMap: the mesh config, roots.
    ConfigMap(ConfigMap),
    /// A CSIDriver.
    #[serde(rename = "CSIDriver")]
    CsiDriver(CsiDriver),
    /// A Deployment: istiod's, for its settings.
    Deployment(Deployment),
    /// A cert-manager Issuer.
    Issuer(Issuer),
    /// A Namespace.
    Namespace(Namespace),
    /// An Istio PeerAuthentication.
    PeerAuthentication(PeerAuthentication),
    /// A Pod.
    Pod(Box<Pod>),
    /// An Istio ProxyConfig.
    ProxyConfig(ProxyConfig),
    /// A Secret of a certificate authority, without its key.
    Secret(CaSecret),
}

impl Object {
    /// The object's metadata.
    pub fn metadata(&self) -> &ObjectMeta {
        match self {
            Self::ClusterIssuer(object) | Self::Issuer(object) => &object.metadata,
            Self::ClusterSpiffeId(object) => &object.metadata,
            Self::ClusterTrustBundle(object) => &object.metadata,
            Self::ConfigMap(object) => &object.metadata,
            Self::CsiDriver(object) => &object.metadata,
            Self::Deployment(object) => &object.metadata,
            Self::Namespace(object) => &object.metadata,
            Self::PeerAuthentication(object) => &object.metadata,
            Self::Pod(object) => &object.metadata,
            Self::ProxyConfig(object) => &object.metadata,
            Self::Secret(object) => &object.metadata,
        }
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::ClusterIssuer(_) => Kind::ClusterIssuer,
            Self::ClusterSpiffeId(_) => Kind::ClusterSpiffeId,
            Self::ClusterTrustBundle(_) => Kind::ClusterTrustBundle,
            Self::ConfigMap(_) => Kind::ConfigMap,
            Self::CsiDriver(_) => Kind::CsiDriver,
            Self::Deployment(_) => Kind::Deployment,
            Self::Issuer(_) => Kind::Issuer,
            Self::Namespace(_) => Kind::Namespace,
            Self::PeerAuthentication(_) => Kind::PeerAuthentication,
            Self::Pod(_) => Kind::Pod,
            Self::ProxyConfig(_) => Kind::ProxyConfig,
            Self::Secret(_) => Kind::Secret,
        }
    }
}

/// An object's name in its namespace; the namespace is empty for cluster-scoped kinds.
/// Shown as `NAMESPACE/NAME`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectName {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectName {
    /// The name `namespace/name`.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

impl std::fmt::Display for ObjectName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.namespace.as_str() {
            "" => f.write_str(&self.name),
            namespace => write!(f, "{namespace}/{}", self.name),
        }
    }
}
