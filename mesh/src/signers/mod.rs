//! The signers of a mesh: their names, their roots, and which of them signed a path.

use std::collections::BTreeMap;
use std::sync::Arc;

use signet_certs::Certificate;

use crate::config::{ControlPlane, MeshConfig};

/// One signer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signer {
    /// The full name, `DOMAIN/SIGNER`; `istiod` for the built-in CA, `spire` for SPIRE.
    pub name: String,
    /// Its roots: what `caCertificates` or its ConfigMap says.
    pub roots: Vec<Arc<Certificate>>,
    /// Why its roots cannot be used, if so.
    pub problem: Option<String>,
}

/// The signers of a mesh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signers {
    /// istiod's settings: how an asked-for name becomes a full one.
    pub control_plane: ControlPlane,
    /// By full name.
    pub signers: BTreeMap<String, Signer>,
}

impl Signers {
    /// The signers that `caCertificates[].certSigners` names, with their roots, and the built-in CA
    /// with `istiod_roots` (PEM of `istio-ca-root-cert`).
    pub fn new(mesh: &MeshConfig, control_plane: ControlPlane, istiod_roots: Option<&str>) -> Self {
        let _ = (mesh, control_plane, istiod_roots);
        todo!("signers")
    }

    /// The signer of this asked-for (short) or full name.
    pub fn get(&self, name: &str) -> Option<&Signer> {
        let _ = name;
        todo!("signers")
    }

    /// The word for a full name in every output: without the control plane's own domain.
    pub fn short_name<'a>(&self, full: &'a str) -> &'a str {
        let _ = full;
        todo!("signers")
    }

    /// The signer whose root this is.
    pub fn of_root(&self, root: &Certificate) -> Option<&Signer> {
        let _ = root;
        todo!("signers")
    }

    /// The key of the signer's CA in the ConfigMap [`crate::names::CA_CONFIG_MAP`]: a slug of the
    /// full name and a short hash, because `/` is illegal in keys.
    pub fn ca_key(full_name: &str) -> String {
        let _ = full_name;
        todo!("signers")
    }
}
