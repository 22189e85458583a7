//! A real mesh: real containers, cert-manager, istiod, Envoys, Signet from install.yaml, and pods whose
//! certificates are really asked for. What Signet says of it is held against what it does.
//!
//! Needs root on Linux; `make test MESH=0` leaves this out.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what it expected")]

mod agreement;
mod guest;
mod mesh;
mod multi_root;
mod namespace;

mod built_in_ca;
mod ending;
mod faults;
mod from_spire;
mod keeping;
mod one_signer;
mod orders;
mod plugged_in_ca;
mod providers;
mod signers_per_namespace;
