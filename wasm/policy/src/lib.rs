//! The admission decision as a policy for Kubewarden's policy server.
//!
//! What is decided is `signet_mesh::review`'s, as in the webhook; this crate asks the host for what it is
//! decided on, and puts the answer into the host's words.
//!
//! The way of a request: `abi` (bytes from the host) -> [`operation`] -> `mesh` (what is configured, by
//! questions of `kubernetes` to the [`host`], and
//! `evidence` where few decisions need more) -> `signet_mesh::review` -> the whole object as it should be.

#[cfg(target_arch = "wasm32")]
mod abi;
mod evidence;
mod explain;
pub mod host;
mod kubernetes;
mod mesh;
pub mod operation;
mod patched;
pub mod settings;
