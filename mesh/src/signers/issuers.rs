//! cert-manager's ClusterIssuers, as far as it is known whether they answer.

use std::collections::BTreeMap;

use super::Signers;
use crate::objects::Issuer;

/// Every ClusterIssuer by name, and whether cert-manager says that it cannot issue.
pub type ClusterIssuers = BTreeMap<String, bool>;

/// Whether the requests for a signer are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuerState {
    /// There is no such ClusterIssuer.
    Missing,
    /// It cannot issue.
    NotReady,
    /// Nothing says that it cannot.
    Ready,
}

impl Signers {
    /// The state of the ClusterIssuer that this signer is, if it is one and all of them were seen.
    pub(crate) fn issuer_state(&self, name: &str) -> Option<IssuerState> {
        let issuer = self.cluster_issuer(name)?;
        Some(match self.cluster_issuers.as_ref()?.get(&issuer) {
            None => IssuerState::Missing,
            Some(true) => IssuerState::NotReady,
            Some(false) => IssuerState::Ready,
        })
    }

    /// The ClusterIssuer that this signer is, by its name.
    pub(crate) fn cluster_issuer(&self, name: &str) -> Option<String> {
        let full_name = self.control_plane.full_signer_name(name)?;
        let issuer = Issuer::of_signer(&full_name).filter(|issuer| issuer.namespace.is_empty())?;
        Some(issuer.name)
    }
}
