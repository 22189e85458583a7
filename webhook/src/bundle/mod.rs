//! The CA files: ConfigMap `signet-ca-certs` in every namespace where a signer with a known root is in
//! effect, one key for each signer. One replica writes them, the one that holds the Lease.

mod controller;
mod lease;
mod wanted;
mod write;

pub use controller::Controller;
pub use lease::Leadership;
pub use wanted::{Refusal, Wanted, publishable, wanted};

/// The texts of a live ConfigMap by key.
pub type Live = std::collections::BTreeMap<String, String>;
