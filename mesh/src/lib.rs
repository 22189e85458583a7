//! Istio's and Kubernetes' rules about certificate signers.
//!
//! The way of the data, each step a pure function:
//!
//! * **Which signer should a pod have?** [`resolve()`] lays the mesh config, the ProxyConfigs and the
//!   pod's annotation over each other as istiod does, and keeps where each value came from.
//! * **What is to be done about it?** [`plan()`] turns that into a minimal patch, a skip or a denial,
//!   and [`review()`] wraps it for an admission webhook: any bytes in, an answer or a typed refusal out.
//!   A ProxyConfig is answered with [`advice()`].
//! * **What does it really have?** An [`Inventory`] folds [`Observation`]s, and [`workload`] judges
//!   each pod's live certificates against what it should have.
//! * **Who can talk to whom?** [`trust`] holds what each workload presents against what each trusts.
//!
//! Nothing here does IO or reads a clock; the crate builds for `wasm32-unknown-unknown`.

pub mod advice;
pub mod codes;
pub mod config;
mod demand;
pub mod dump;
pub mod inventory;
pub mod manifests;
pub mod names;
pub mod objects;
pub mod observation;
pub mod patch;
pub mod plan;
pub mod report;
pub mod resolve;
pub mod review;
pub mod roots;
pub mod signers;
pub mod trust;
pub mod workload;

pub use advice::advice;
pub use demand::Demand;
pub use inventory::Inventory;
pub use manifests::Manifests;
pub use observation::Observation;
pub use plan::{Plan, Policy, plan};
pub use resolve::{Resolved, resolve};
pub use review::{decide, review};
pub use signers::Signers;
pub use workload::{Verdict, Workload};
