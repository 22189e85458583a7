//! A Kubernetes cluster as observations of its mesh.
//!
//! * [`Cluster::connect`] makes the one client: kubeconfig, context, impersonation, or the pod's own
//!   service account; what goes wrong is a [`ConnectError`] with its remedy.
//! * [`mod@watch`] watches what configures a mesh, and its pods, as [`signet_mesh::Observation`]s: what
//!   RBAC refuses, what the cluster does not serve and a lost connection are observations too.
//! * [`observe()`] is that, with every proxy's certificates read through port-forwards beside it.
//!
//! Nothing else names kube. Nothing here changes anything in a cluster; a message never holds a body
//! of an answer, a value of an environment variable or PEM.

mod client;
mod connect_error;
mod moment;
mod observe;
pub mod proxies;
pub mod rights;
#[cfg(test)]
mod scripted;
pub mod watch;

pub use client::{Cluster, Target};
pub use connect_error::ConnectError;
pub use observe::observe;
pub use watch::{PodSelection, Selection, watch};

/// The client's crate, for what writes to a cluster.
pub use kube;
