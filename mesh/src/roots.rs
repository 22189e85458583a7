//! Every root of a mesh: where it comes from, who uses it, and whether it may go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_certs::{Certificate, Fingerprint, Severity, UnixTime};

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
    /// Whether it may go.
    pub removal: Removal,
    /// Why, why not, or what has to be seen first.
    pub reason: String,
}

/// Whether a root may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// Something would break.
    No,
    /// Nothing that was seen would break, and not everything was seen.
    Unknown,
    /// Nothing would break.
    Yes,
}

impl Removal {
    /// The word in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Yes => "yes",
        }
    }

    /// How grave it would be to remove the root all the same.
    pub const fn severity(self) -> Severity {
        match self {
            Self::No | Self::Unknown => Severity::Warning,
            Self::Yes => Severity::Info,
        }
    }
}

/// How many of the pods that were not read are named.
const NAMED: usize = 3;

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
    let unread = matrix.peers().iter().filter(|peer| peer.has_proxy() && is_unknown(peer));
    let unread: Vec<&ObjectName> = unread.map(|peer| &peer.name).collect();
    let asked = asked(inventory);
    let judged = found.into_values().map(|one| one.judged(inventory, &asked, &unread));
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
    fn judged(self, inventory: &Inventory, asked: &BTreeMap<String, usize>, unread: &[&ObjectName]) -> Root {
        let (removal, reason) = if let Some(obstacle) = self.obstacle(inventory, asked) {
            (Removal::No, obstacle)
        } else if unread.is_empty() {
            (Removal::Yes, self.why_unused())
        } else {
            (Removal::Unknown, not_read(unread))
        };
        Root {
            certificate: self.certificate,
            sources: self.sources.into_iter().collect(),
            signers: self.signers.into_iter().collect(),
            users: self.users,
            trusted_by: self.trusted_by,
            removal,
            reason,
        }
    }

    /// What would break without it, as far as can be seen.
    fn obstacle(&self, inventory: &Inventory, asked: &BTreeMap<String, usize>) -> Option<String> {
        if !self.users.is_empty() {
            return Some(format!(
                "{} a chain that ends in it",
                pods(self.users.len(), "presents", "present")
            ));
        }
        let by = self.signers.iter().filter_map(|signer| Some((signer, asked.get(signer)?)));
        if let Some((signer, count)) = by.max_by_key(|(_, count)| **count) {
            let pods = pods(*count, "is", "are");
            return Some(format!("signer {signer} signs with it, and {pods} to have certificates of it"));
        }
        let of_istiod =
            |source: &RootSource| source.name == ISTIO_ROOT_CONFIG_MAP && is_control_plane(inventory, source);
        let verifies_istiod = self.sources.iter().any(of_istiod);
        verifies_istiod.then(|| format!("agents verify istiod itself with {ISTIO_ROOT_CONFIG_MAP}"))
    }

    fn why_unused(&self) -> String {
        match self.trusted_by.len() {
            0 => "nobody trusts it and nobody presents a chain that ends in it".to_owned(),
            count => {
                let pods = pods(count, "trusts", "trust");
                format!("{pods} it, and nobody presents a chain that ends in it")
            }
        }
    }
}

/// That nobody knows what these pods present.
fn not_read(unread: &[&ObjectName]) -> String {
    let first: Vec<String> = unread.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if unread.len() > NAMED { ", …" } else { "" };
    let (pods, first) = (pods(unread.len(), "was", "were"), first.join(", "));
    format!("{pods} not read, and may present a chain that ends in it: {first}{more}")
}

/// Whether the object is in a namespace of a control plane: from there istiod hands it out.
fn is_control_plane(inventory: &Inventory, source: &RootSource) -> bool {
    let mut meshes = inventory.control_planes().revisions().filter_map(|revision| revision.mesh.as_ref());
    meshes.any(|mesh| mesh.object.namespace == source.namespace)
}

fn pods(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 pod {one}") } else { format!("{count} pods {several}") }
}
