//! What SPIRE is set up to do, as far as a cluster shows it.

use std::collections::BTreeMap;

use crate::objects::ClusterSpiffeId;

/// The label that every namespace has with its own name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// What was seen of SPIRE. Nothing is concluded from what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpireSetup {
    /// Whether there is SPIFFE's CSI driver, which brings SPIRE's socket into pods.
    pub has_driver: Option<bool>,
    /// The ClusterSPIFFEIDs, by name; nothing where the cluster does not know the kind either, because
    /// pods can be registered without.
    pub identities: Option<BTreeMap<String, ClusterSpiffeId>>,
}

impl SpireSetup {
    /// Those of the ClusterSPIFFEIDs that select a pod. Of the labels of its namespace only the name is
    /// known; a selector that asks for others is taken to fit.
    pub(crate) fn identities_of<'a>(
        &'a self,
        namespace: &'a str,
        labels: &'a BTreeMap<String, String>,
    ) -> Option<impl Iterator<Item = &'a ClusterSpiffeId>> {
        let known = move |key: &str| (key == NAMESPACE_NAME).then_some(Some(namespace));
        let selects = move |identity: &&ClusterSpiffeId| {
            let spec = &identity.spec;
            spec.pod_selector.as_ref().is_none_or(|selector| selector.matches(labels))
                && spec.namespace_selector.as_ref().is_none_or(|selector| selector.may_match(known))
        };
        Some(self.identities.as_ref()?.values().filter(selects))
    }
}

impl ClusterSpiffeId {
    /// The trust domain that it names; nothing where it takes SPIRE's own.
    pub(crate) fn trust_domain(&self) -> Option<&str> {
        let (domain, _) = self.spec.spiffe_id_template.strip_prefix("spiffe://")?.split_once('/')?;
        Some(domain).filter(|domain| !domain.contains("{{"))
    }
}
