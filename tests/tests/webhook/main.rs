//! The webhook on a real API server: pods get their signer, and the cluster's objects are kept.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong in the helpers of a test fails it, with its reason"
)]

mod injection;
mod injector;
mod installed;
mod objects;
mod program;
