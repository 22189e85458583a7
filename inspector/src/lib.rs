//! `signet`: which signer every pod of an Istio mesh should have, asked for and really has, as a
//! dashboard and as commands.
//!
//! * A [`source`] says what it sees of a mesh; `mesh::Inventory` folds that; above it nothing knows
//!   whether it was a snapshot or the demo.
//! * [`commands`] fold until the mesh has settled and print; the [`dashboard`] goes on.
//! * [`columns`] is the one list of each kind's columns, for tables, dashboard and sorting.

pub mod cli;
pub mod clock;
pub mod columns;
pub mod commands;
pub mod dashboard;
pub mod failure;
pub mod files;
pub mod output;
pub mod source;

pub use clock::Clock;
pub use failure::{Exit, Failure};
