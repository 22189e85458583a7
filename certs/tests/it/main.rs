//! What a user of the crate sees: files in, facts, verdicts and findings out.

mod documents;
mod dumps;
mod facts;
mod findings;
mod kubernetes;
mod pem;
mod pki;
mod properties;
mod refused;
mod report;
mod trust;
mod verify;
