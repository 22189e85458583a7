//! What a user of the crate sees: files in, facts, verdicts and findings out.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says where")]

mod bundles;
mod documents;
mod dumps;
mod facts;
mod findings;
mod hostile;
mod kubernetes;
mod pem;
mod pki;
mod places;
mod properties;
mod refused;
mod report;
mod trust;
mod verify;
