//! What a proxy answered about itself: certificates and bootstrap facts, never keys.

mod der;
mod envoy;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_certs::{Certificate, Fingerprint, UnixTime};

/// A proxy's own account: a claim until its chain is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dump {
    /// The chain that it presents (`default`), as served.
    #[serde(with = "der")]
    pub chain: Vec<Arc<Certificate>>,
    /// The roots that it verifies peers against (`ROOTCA`), of all trust domains.
    #[serde(with = "der")]
    pub roots: Vec<Arc<Certificate>>,
    /// Which of the roots count for peers of which trust domain, where the proxy tells them apart.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub bundles: BTreeMap<String, BTreeSet<Fingerprint>>,
    /// `default` is still waiting for its first certificate.
    pub warming: bool,
    /// When the chain was last updated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<UnixTime>,
    /// `node.metadata.CERT_SIGNER`: the pod's claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_signer: Option<String>,
    /// `node.metadata.MESH_ID`'s trust domain, where given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_domain: Option<String>,
}

/// Why a proxy could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReadError {
    /// It did not answer.
    #[error("the proxy's admin port does not answer: {message}")]
    Unreachable {
        /// The transport's own words.
        message: String,
    },
    /// It answered something that is no config dump.
    #[error("the proxy's answer is no config dump: {message}")]
    Rubbish {
        /// What is wrong with it.
        message: String,
    },
    /// Nothing answers there by design.
    #[error("{kind} has no admin port")]
    NoAdminPort {
        /// The kind of proxy.
        kind: String,
    },
    /// The rights at hand do not allow it.
    #[error("proxies may not be read; the RBAC rule that grants it: {rule}")]
    Refused {
        /// The rule that would grant it, as YAML of one RBAC rule on one line.
        rule: String,
    },
}

impl Dump {
    /// Reads an Envoy `config_dump`, whole or masked, in Envoy's or istioctl's spelling.
    ///
    /// A certificate in it that cannot be read is left out, as Envoy itself refuses it.
    pub fn from_envoy(bytes: &[u8]) -> Result<Self, ReadError> {
        envoy::read(bytes)
    }
}

#[cfg(test)]
mod tests;
