//! Reads, judges and explains the certificates of a service mesh.
//!
//! Bytes become [`Document`]s ([`read`]), documents hold [`Certificate`]s, certificates form
//! chains ([`chain`]), chains are verified to trust anchors ([`verify`]) and judged ([`judge`]).
//! Two workloads trust each other or do not ([`trust`]).
//!
//! Nothing here does IO or knows what time it is: `now` is an argument wherever it matters, and so
//! are the signature algorithms ([`algorithms`]). The crate builds for `wasm32-unknown-unknown`.
//!
//! What may know what:
//!
//! * [`x509`] knows RFC 5280 and SPIFFE, and no Kubernetes word; only it names `x509_parser`.
//! * [`formats`] knows the shapes of files; it finds out by itself what it was given.
//! * [`report`] holds what is printed: the types of the documented JSON.

pub mod algorithms;
pub mod chain;
mod document;
pub mod finding;
pub mod formats;
pub mod report;
mod time;
pub mod x509;

pub use chain::judge::{JudgeOptions, Margin, judge};
pub use chain::trust::{Refuser, Side, Trust, TrustFailure, accepts, trust};
pub use chain::verify::{Anchors, Failure, Path, Usage, VerifyOptions, verify};
pub use chain::{Pedigree, reservations};
pub use document::{Document, Entry, Format, Key, Place, Request, Source, State, Summary};
pub use finding::{CODES, Code, Finding, Severity};
pub use formats::{Limits, ReadError, read, yaml};
pub use time::{InvalidTime, UnixTime};
pub use x509::{Certificate, Fingerprint, SpiffeId};
