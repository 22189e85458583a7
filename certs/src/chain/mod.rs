//! Chains: the order of what was served, the path to a trust anchor, and what is wrong with both.

mod explain;
pub mod judge;
mod order;
mod path;
mod pedigree;
mod profile;
mod reservations;
pub mod trust;
pub mod verify;
mod walk;

pub use order::order;
pub use pedigree::Pedigree;
pub use reservations::reservations;

use serde::{Deserialize, Serialize};

use crate::Certificate;

/// What a certificate is in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The end-entity certificate.
    Leaf,
    /// A CA certificate that another CA issued.
    Intermediate,
    /// A self-issued CA certificate.
    Root,
}

impl Role {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Intermediate => "intermediate",
            Self::Root => "root",
        }
    }

    /// The role that a certificate has by what it says of itself.
    pub fn of(certificate: &Certificate) -> Self {
        match (certificate.is_ca, certificate.is_self_issued()) {
            (_, true) => Self::Root,
            (true, false) => Self::Intermediate,
            (false, false) => Self::Leaf,
        }
    }
}
