//! The documented JSON about workloads and decisions.

mod explanations;
mod workloads;

pub use explanations::{
    Action, Decision, EnvironmentVariable, Explanation, Explanations, Ignored, OverriddenValue, PodName,
};
pub use workloads::{FindingItem, Findings, Summary, Workload, WorkloadItem, Workloads};
