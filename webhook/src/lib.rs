//! The admission webhook: gives every pod of an Istio mesh the signer and the CA files that its
//! ProxyConfig asks for.
//!
//! The way of a request: [`serve`] (TLS) -> [`routes`] (HTTP) -> [`admission`] (bytes in, bytes out) ->
//! `signet_mesh::review` on the [`state`] of its namespace. What is decided is decided there and
//! nowhere here.
//!
//! Beside that it keeps a few objects of the cluster as they have to be: its own certificate ([`tls`]),
//! its [`registration`], and the CA files ([`bundle`]).

pub mod admission;
pub mod bundle;
mod clock;
pub mod config;
pub mod drain;
mod failure;
pub mod log;
pub mod metrics;
pub mod names;
pub mod program;
pub mod registration;
pub mod routes;
pub mod serve;
mod serving;
pub mod state;
pub mod tls;
mod watch;

pub use clock::Clock;
pub use config::Config;
pub use failure::Failure;
pub use metrics::Metrics;
pub use routes::{Webhook, operator_router, router};
