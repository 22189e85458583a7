//! Real servers on one machine, for tests, benches and looking around: a Kubernetes control plane, nodes
//! and pods that kwok plays, real Envoys with certificates of several signers, and servers that
//! misbehave in the place of an Envoy.
//!
//! ```text
//!  signet, webhook ── API server ── etcd
//!                         │  └ controllers (namespaces, ServiceAccounts, Deployments)
//!                         │ port-forward of a pod
//!                       kwok ── PortForward ──> Envoy (admin 15000) or FaultServer
//! ```
//!
//! Everything lives in temporary folders ([`Folder`]) and on loopback addresses ([`OwnAddress`]) of its
//! own, so that any number of testbeds run beside each other. It ends with its owner: by `Drop`, and when
//! the owner is killed by the kernel's parent-death signal ([`Server`]). A static is never dropped, so what
//! a whole test program shares is started by the program `testbed` ([`Shared`]), which cleans up when its
//! standard input closes.
//!
//! Needs Linux, and what `tests/tools/build` needs: Go, and Python with pip for Envoy.

mod address;
mod cgroup;
mod control_plane;
mod crowd;
mod enclosure;
mod end;
mod envoy;
mod failure;
mod fault;
mod folder;
mod kubeconfig;
mod kubectl;
mod kwok;
mod node;
mod objects;
mod pki;
mod server;
mod shared;
mod signer;
mod tool;
pub mod wait;

pub use address::OwnAddress;
pub use cgroup::Cgroup;
pub use control_plane::{API_SERVER, ControlPlane};
pub use crowd::Crowd;
pub use enclosure::{Enclosure, furnish};
pub use end::{end_by_signal, end_of_use};
pub use envoy::{Answer, Envoy, Proxy};
pub use failure::Failure;
pub use fault::{Fault, FaultServer};
pub use folder::Folder;
pub use kubectl::Kubectl;
pub use kwok::Kwok;
pub use node::{NODE, Node};
pub use objects::{PROXY_CONFIG_CRD, mesh_objects, proxied_pod};
pub use pki::{Authority, Identity, KeyKind};
pub use server::{Server, ServerReport};
pub use shared::{EnvoyReport, Line, Ready, Shared};
pub use signer::Signer;
pub use tool::Tool;
