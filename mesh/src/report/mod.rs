//! The documented JSON about workloads, decisions and trust.

mod explanations;
mod trust;
mod workloads;

pub use explanations::{
    Action, Decision, EnvironmentVariable, Explanation, Explanations, Ignored, OverriddenValue, PodName,
};
pub use trust::{Counts, MissingRoot, Pair, Question, RestartFirst, Trust, TrustReason};
pub use workloads::{FindingItem, Findings, Summary, Workload, WorkloadItem, Workloads};
