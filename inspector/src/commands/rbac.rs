//! `signet rbac`: the rights that reading a mesh needs.

use clap::{Args, ValueEnum};

use super::Context;
use crate::{Exit, Failure};

/// Print the ClusterRoles that reading a cluster needs, for kubectl apply -f -
///
/// Without a name: view and proxies, what every column needs. exec is the way where port-forward is
/// refused or does not work; authorities lets roots and signers read the Secrets of istiod's own CA.
#[derive(Debug, Args)]
pub struct Rbac {
    /// Only this role.
    #[arg(value_enum, value_name = "ROLE")]
    role: Option<Role>,
}

/// The ClusterRoles: the files that the chart installs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Pods, and what configures the mesh.
    View,
    /// The live certificates of proxies, by port-forward.
    Proxies,
    /// The same by a command in the proxy's container.
    Exec,
    /// The Secrets of istiod's own CA.
    Authorities,
}

impl Role {
    /// Its manifest.
    const fn manifest(self) -> &'static str {
        match self {
            Self::View => include_str!("../../../charts/signet/files/view.yaml"),
            Self::Proxies => include_str!("../../../charts/signet/files/proxies.yaml"),
            Self::Exec => include_str!("../../../charts/signet/files/exec.yaml"),
            Self::Authorities => include_str!("../../../charts/signet/files/authorities.yaml"),
        }
    }
}

impl Rbac {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let manifests: Vec<&str> = match self.role {
            Some(role) => vec![role.manifest()],
            None => vec![Role::View.manifest(), Role::Proxies.manifest()],
        };
        context.output.text(&manifests.join("---\n"))?;
        Ok(Exit::Ok)
    }
}
