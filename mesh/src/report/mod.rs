//! The documented JSON about workloads, decisions, signers, roots and trust.

mod explanations;
mod roots;
mod signers;
mod trust;
mod workloads;

pub use explanations::{
    Action, Decision, EnvironmentVariable, Explanation, Explanations, Ignored, OverriddenValue, PodName,
};
pub use roots::{RootItem, Roots};
pub use signers::{SignerItem, Signers};
pub use trust::{Counts, MissingRoot, Pair, Question, RestartFirst, Trust, TrustReason};
pub use workloads::{FindingItem, Findings, Workload, WorkloadItem, Workloads};
