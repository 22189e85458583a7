//! What a user of the crate sees: files in, facts, verdicts and findings out.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says where")]

mod bundles;
mod documents;
mod dumps;
mod explained;
mod facts;
mod findings;
mod hostile;
mod kubernetes;
mod path_building;
mod pedigree;
mod pem;
mod pki;
mod places;
mod properties;
mod refused;
mod report;
mod reservations;
mod reuse;
mod signatures;
mod signing;
mod svids;
mod trust;
mod verify;
mod yaml_as_go;
