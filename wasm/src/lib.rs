//! The engine of Signet for browsers and Node: the same reading, verdicts and words as the native
//! command, from the same crate.
//!
//! * [`decode`] and [`verify`] answer with the documented JSON; [`exports`] hands them to JavaScript.
//! * [`Desk`] is what the page works on: inputs that are read once and judged at any time, without
//!   a private key in it.
//! * [`asn1`] shows the bytes of a certificate as the elements that they encode.
//!
//! Nothing here opens a file or a connection or looks at a clock.

pub mod asn1;
mod desk;
pub mod exports;
mod failure;
mod functions;
#[cfg(feature = "schema")]
mod schema;
mod sealed;

pub use desk::report;
pub use desk::{Desk, Window};
pub use failure::Failure;
pub use functions::{DecodeOptions, VerifyOptions, decode, verify};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use sealed::may_hold_key;
