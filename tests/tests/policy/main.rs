//! The built policy in a waPC host: it decides as the webhook does, and bears whatever host and request it
//! is given.

#![expect(clippy::expect_used, reason = "what goes wrong in the helpers of a test fails it, with its reason")]

#[path = "../../../mesh/tests/admission/cases.rs"]
mod cases;
mod equality;
mod evidence;
#[path = "../../../mesh/tests/admission/generated.rs"]
mod generated;
mod hostile;
mod module;
mod policy;
#[path = "../../../mesh/tests/admission/requests.rs"]
mod requests;
