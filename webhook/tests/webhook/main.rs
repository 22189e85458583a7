//! The webhook as its callers see it: HTTP in, HTTP out; TLS; the objects that it keeps.

#![expect(clippy::expect_used, reason = "what goes wrong in the helpers of a test fails it, with its reason")]

mod admission;
mod bundles;
mod logs;
mod operators;
mod replicas;
mod scripted;
mod support;
mod tls;
