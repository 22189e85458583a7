//! What was not seen of a mesh, in words: a table never stays empty without a reason.

use signet_mesh::Inventory;
use signet_mesh::config::TrustBundleFault;
use signet_mesh::inventory::Revision;
use signet_mesh::objects::Kind;
use signet_mesh::observation::Connection;

/// One sentence for each thing that could not be seen, with its remedy.
pub fn notices(inventory: &Inventory) -> Vec<String> {
    let mut notices = notices_of(inventory, &Kind::NEEDED);
    for kind in inventory.absent().iter().filter(|kind| Kind::NEEDED.contains(kind)) {
        notices.push(format!("there are no {}: this cluster does not know the kind", plural(*kind)));
    }
    for (name, reason) in inventory.config_problems() {
        notices.push(format!("the ConfigMap {name} is no mesh config: {reason}; correct it"));
    }
    for revision in inventory.control_planes().revisions() {
        if let Some(fault) = revision.signers.fault {
            notices.push(does_not_start(revision, fault));
        }
    }
    let seen = !inventory.refused().contains_key(&Kind::ConfigMap) && inventory.is_settled();
    if seen && inventory.mesh(None).is_none() && inventory.config_problems().next().is_none() {
        let remedy = "name the namespace of the control plane with --istio-namespace";
        notices.push(format!("no mesh config was found, so no signer is known; {remedy}"));
    }
    notices
}

/// That the istiod of a revision will not start again, and what to do about it.
pub fn does_not_start(revision: &Revision, fault: TrustBundleFault) -> String {
    format!("istiod of revision {}: {fault}", revision.name)
}

/// What of these kinds may not, or could not, be read. A cluster without cert-manager, SPIRE or trust bundles
/// lacks nothing.
pub fn notices_of(inventory: &Inventory, kinds: &[Kind]) -> Vec<String> {
    let mut notices = Vec::new();
    for (kind, rule) in inventory.refused().iter().filter(|(kind, _)| kinds.contains(kind)) {
        let what = format!("the {} may not be read, and what follows from them is left out", plural(*kind));
        notices.push(format!("{what}; {}", grant(rule)));
    }
    for (kind, why) in inventory.missing_of(kinds) {
        // What was only not answered yet is no news while the rest is still coming in.
        if let Some(why) = lost(inventory).or(why) {
            notices.push(format!("the {} could not be read: {why}; it is tried again", plural(kind)));
        }
    }
    notices
}

/// Why there is no connection, while there is none.
pub fn lost(inventory: &Inventory) -> Option<&str> {
    match inventory.connection() {
        Some(Connection::Lost { message, .. }) => Some(message),
        _ => None,
    }
}

/// The remedy for missing rights.
pub(super) fn grant(rule: &str) -> String {
    format!("grant {rule}, or see `signet rbac`")
}

/// How several of a kind are called.
pub(super) fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::CertManager => "Deployments of cert-manager",
        Kind::ClusterIssuer => "ClusterIssuers",
        Kind::ClusterSpiffeId => "ClusterSPIFFEIDs",
        Kind::ClusterTrustBundle => "ClusterTrustBundles",
        Kind::ConfigMap => "ConfigMaps",
        Kind::CsiDriver => "CSIDrivers",
        Kind::Deployment => "Deployments",
        Kind::Issuer => "Issuers",
        Kind::Namespace => "Namespaces",
        Kind::PeerAuthentication => "PeerAuthentications",
        Kind::Pod => "Pods",
        Kind::PolicyConfigMap => "ConfigMaps with the webhook's settings",
        Kind::ProxyConfig => "ProxyConfigs",
        Kind::RootConfigMap => "ConfigMaps with roots",
        Kind::Secret => "Secrets of certificate authorities",
        _ => "objects",
    }
}
