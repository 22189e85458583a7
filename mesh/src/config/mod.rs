//! What configures a mesh, as Istio reads it: the mesh config, the pod annotation, istiod's settings.

pub mod annotation;
pub mod cert_manager;
pub mod control_plane;
pub mod mesh_config;
mod proxy_metadata;
pub mod trust_bundle;

pub use cert_manager::CertManager;
pub use control_plane::ControlPlane;
pub use mesh_config::{CaCertificate, InvalidMeshConfig, MeshConfig};
pub use trust_bundle::TrustBundleFault;
