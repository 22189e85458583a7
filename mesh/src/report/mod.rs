//! The documented JSON about workloads and decisions.
