//! Every root of a mesh: where it comes from, who uses it, and whether it may go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use signet_certs::{Certificate, Fingerprint, UnixTime};

use crate::Inventory;
use crate::inventory::{RootSource, SourceKind, certificates};
use crate::names::{ISTIO_ROOT_CONFIG_MAP, MESH_CONFIG_KEY};
use crate::objects::ObjectName;
use crate::trust::{Matrix, Peer, Presents};

/// One root.
#[derive(Clone, Debug, PartialEq)]
pub struct Root {
    /// The root.
    pub certificate: Arc<Certificate>,
    /// The objects that hold it.
    pub sources: Vec<RootSource>,
    /// The signers whose root it is, by full name.
    pub signers: Vec<String>,
    /// The pods whose chain ends in it.
    pub users: Vec<ObjectName>,
    /// The pods that verify their peers with it.
    pub trusted_by: Vec<ObjectName>,
    /// Whether it may go: why, or why not.
    pub removal: Result<String, String>,
}

/// What is known of a root before it is judged.
struct Found {
    certificate: Arc<Certificate>,
    sources: BTreeSet<RootSource>,
    signers: BTreeSet<String>,
    users: Vec<ObjectName>,
    trusted_by: Vec<ObjectName>,
}

/// Every root at `now`, by subject and fingerprint.
pub fn roots(inventory: &Inventory, now: UnixTime) -> Vec<Root> {
    let mut found: BTreeMap<Fingerprint, Found> = BTreeMap::new();
    for (source, root) in inventory.authorities().roots() {
        entry(&mut found, root).sources.insert(source);
    }
    for revision in inventory.control_planes().revisions() {
        if let Some(mesh) = &revision.mesh {
            for root in mesh.ca_certificates.iter().flat_map(|entry| certificates(&entry.pem)) {
                let source = RootSource::new(SourceKind::ConfigMap, &mesh.object, MESH_CONFIG_KEY);
                entry(&mut found, &root).sources.insert(source);
            }
        }
        for signer in revision.signers.signers.values() {
            for root in &signer.roots {
                entry(&mut found, root).signers.insert(signer.name.clone());
            }
        }
    }
    let peers = Peer::all(inventory, now);
    let known: Vec<_> = found.values().map(|one| Arc::clone(&one.certificate)).collect();
    let matrix = Matrix::knowing(peers, &known, now, Arc::clone(inventory.reuse()));
    for (place, peer) in matrix.peers().iter().enumerate() {
        for root in &peer.trusts.roots {
            entry(&mut found, root).trusted_by.push(peer.name.clone());
        }
        if let Some(root) = matrix.root_of(place) {
            entry(&mut found, root).users.push(peer.name.clone());
        }
    }
    let unread = matrix.peers().iter().filter(|peer| peer.has_proxy() && is_unknown(peer)).count();
    let asked = asked(inventory);
    let judged = found.into_values().map(|one| one.judged(inventory, &asked, unread));
    let mut roots: Vec<Root> = judged.collect();
    roots.sort_by_cached_key(|root| (root.certificate.subject.clone(), root.certificate.fingerprint));
    roots
}

fn entry<'a>(found: &'a mut BTreeMap<Fingerprint, Found>, root: &Arc<Certificate>) -> &'a mut Found {
    found.entry(root.fingerprint).or_insert_with(|| Found {
        certificate: Arc::clone(root),
        sources: BTreeSet::new(),
        signers: BTreeSet::new(),
        users: Vec::new(),
        trusted_by: Vec::new(),
    })
}

fn is_unknown(peer: &Peer) -> bool {
    matches!(peer.presents, Presents::Unknown { .. })
}

/// How many pods are to have certificates of each signer, by its full name.
fn asked(inventory: &Inventory) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for pod in inventory.pods(None) {
        let Some(evidence) = inventory.evidence(&pod.metadata.object_name()) else { continue };
        let Some(signers) = &evidence.signers else { continue };
        let names = evidence.signer_names();
        let wanted: BTreeSet<&str> = [&names.configured, &names.requested]
            .into_iter()
            .flatten()
            .filter_map(|name| signers.get(name))
            .map(|signer| signer.name.as_str())
            .collect();
        for name in wanted {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    counts
}

impl Found {
    fn judged(self, inventory: &Inventory, asked: &BTreeMap<String, usize>, unread: usize) -> Root {
        let removal = self.removal(inventory, asked, unread);
        Root {
            certificate: self.certificate,
            sources: self.sources.into_iter().collect(),
            signers: self.signers.into_iter().collect(),
            users: self.users,
            trusted_by: self.trusted_by,
            removal,
        }
    }

    /// Whether it may go. What cannot be seen counts against it.
    fn removal(
        &self,
        inventory: &Inventory,
        asked: &BTreeMap<String, usize>,
        unread: usize,
    ) -> Result<String, String> {
        if !self.users.is_empty() {
            return Err(format!("{} a chain that ends in it", pods(self.users.len(), "presents", "present")));
        }
        let by = self.signers.iter().filter_map(|signer| Some((signer, asked.get(signer)?)));
        if let Some((signer, count)) = by.max_by_key(|(_, count)| **count) {
            return Err(format!(
                "signer {signer} signs with it, and {} to have certificates of it",
                pods(*count, "is", "are")
            ));
        }
        if self
            .sources
            .iter()
            .any(|source| source.name == ISTIO_ROOT_CONFIG_MAP && is_control_plane(inventory, source))
        {
            return Err(format!("agents verify istiod itself with {ISTIO_ROOT_CONFIG_MAP}"));
        }
        if unread > 0 {
            return Err(format!(
                "{} not read, and may present a chain that ends in it",
                pods(unread, "was", "were")
            ));
        }
        match (self.trusted_by.len(), self.sources.is_empty()) {
            (0, _) => Ok("nobody trusts it and nobody presents a chain that ends in it".to_owned()),
            (count, _) => Ok(format!(
                "{} it, and nobody presents a chain that ends in it",
                pods(count, "trusts", "trust")
            )),
        }
    }
}

/// Whether the object is in a namespace of a control plane: from there istiod hands it out.
fn is_control_plane(inventory: &Inventory, source: &RootSource) -> bool {
    let mut meshes = inventory.control_planes().revisions().filter_map(|revision| revision.mesh.as_ref());
    meshes.any(|mesh| mesh.object.namespace == source.namespace)
}

fn pods(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 pod {one}") } else { format!("{count} pods {several}") }
}
