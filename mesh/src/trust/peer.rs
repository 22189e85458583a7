//! A workload as a side of connections.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use signet_certs::{Certificate, Fingerprint, UnixTime};

use super::Inbound;
use crate::objects::{Kind, ObjectName};
use crate::workload::{Evidence, Owner, names_another_workload};
use crate::{Inventory, Signers, codes};

/// A workload: what it presents to its peers, and what it verifies theirs with.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The cluster that it runs in, where several are looked at together.
    pub cluster: Option<String>,
    /// The pod.
    pub name: ObjectName,
    /// The controller that it belongs to.
    pub owner: Option<Owner>,
    /// Who signed its certificate; the signer's short name.
    pub signer: Option<String>,
    /// The trust domain of its identity.
    pub trust_domain: Option<String>,
    /// What it presents.
    pub presents: Presents,
    /// What it trusts.
    pub trusts: Trusts,
    /// The trust domains of peers that its mesh accepts; all when absent.
    pub accepts: Option<BTreeSet<String>>,
    /// What it takes from its clients; nothing where that is not known.
    pub inbound: Option<Inbound>,
    /// Why clients that look for its service do not expect its name, if so.
    pub unexpected_name: Option<String>,
    /// The signers of its control plane, where they are known.
    pub signers: Option<Arc<Signers>>,
}

/// What a workload presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presents {
    /// This chain, leaf first; empty while it has none.
    Chain(Vec<Arc<Certificate>>),
    /// A chain that does not exist yet, and would end in one of these roots.
    ChainOf(Vec<Arc<Certificate>>),
    /// Nobody can say.
    Unknown {
        /// A code of this crate's list.
        code: &'static str,
        /// Why, in words.
        why: String,
    },
}

/// The roots that a workload verifies its peers with.
#[derive(Clone, Debug, Default)]
pub struct Trusts {
    /// All of them, each once.
    pub roots: Vec<Arc<Certificate>>,
    /// Which of them count for peers of which trust domain, where its proxy tells them apart (SPIFFE
    /// Trust Domain and Bundle); otherwise all count for all.
    pub by_trust_domain: BTreeMap<String, BTreeSet<Fingerprint>>,
}

impl Peer {
    /// Every pod of the inventory, in byte order of namespace and name, as it is at `now`.
    pub fn all(inventory: &Inventory, now: UnixTime) -> Vec<Self> {
        let pods = inventory.pods(None).map(|pod| pod.metadata.object_name());
        pods.filter_map(|name| Some(Self::of(inventory.evidence(&name)?, inventory, now))).collect()
    }

    fn of(evidence: &Evidence, inventory: &Inventory, now: UnixTime) -> Self {
        let dump = evidence.reading.dump.as_ref().map(|(_, dump)| dump.as_ref());
        // As it is served: its first certificate is the leaf to whoever verifies it.
        let chain = dump.map(|dump| dump.chain.clone()).unwrap_or_default();
        let skips_check =
            evidence.signers.as_ref().is_some_and(|signers| signers.control_plane.accepts_any_trust_domain);
        let mesh = inventory.mesh(evidence.revision.as_deref()).filter(|_| !skips_check);
        Self {
            cluster: None,
            name: evidence.name.clone(),
            owner: evidence.facts.owner.clone(),
            signer: evidence.identity.as_ref().and_then(|identity| identity.signer.clone()),
            trust_domain: chain.first().and_then(|leaf| leaf.spiffe_id()).map(|id| id.trust_domain),
            unexpected_name: names_another_workload(evidence, &chain),
            presents: presented(evidence, chain, now),
            trusts: dump.map(Trusts::of).unwrap_or_default(),
            accepts: mesh.map(|mesh| mesh.accepted_trust_domains()),
            inbound: inbound(evidence, inventory),
            signers: evidence.signers.clone(),
        }
    }

    /// Whether it has a proxy of its own, so that certificates take part in its connections.
    pub fn has_proxy(&self) -> bool {
        !matches!(&self.presents, Presents::Unknown { code, .. } if *code == codes::NO_PROXY.name)
    }
}

/// What the PeerAuthentications have the pod take; nothing while they were not seen.
fn inbound(evidence: &Evidence, inventory: &Inventory) -> Option<Inbound> {
    let mesh = inventory.mesh(evidence.revision.as_deref())?;
    if !inventory.has_seen(Kind::PeerAuthentication) {
        return None;
    }
    let (namespace, root) = (evidence.name.namespace.as_str(), mesh.root_namespace.as_str());
    let of_root = inventory.peer_authentications_of(root).filter(move |_| namespace != root);
    let all: Vec<_> = inventory.peer_authentications_of(namespace).chain(of_root).collect();
    Some(Inbound::of(namespace, &evidence.facts.labels, root, &all))
}

/// What is known of what a pod presents. Its last chain counts while it cannot be read, until that
/// has expired: its agent has renewed it since.
fn presented(evidence: &Evidence, chain: Vec<Arc<Certificate>>, now: UnixTime) -> Presents {
    let unknown = |code: &signet_certs::Code, why: String| Presents::Unknown { code: code.name, why };
    let facts = &evidence.facts;
    if !facts.proxy.has_signer() {
        return unknown(&codes::NO_PROXY, "it has no proxy of its own".to_owned());
    }
    if !facts.proxy.has_admin_port() {
        let why = format!("a {} has no admin port: its certificates cannot be seen", facts.proxy.word());
        return unknown(&codes::UNREACHABLE, why);
    }
    let expired = chain.first().is_none_or(|leaf| leaf.not_after < now);
    match (evidence.reading.error(), evidence.reading.is_known()) {
        (Some(error), _) if expired => unknown(&codes::UNREACHABLE, error.to_string()),
        (None, false) => unknown(&codes::UNREACHABLE, "its proxy was not read yet".to_owned()),
        _ => Presents::Chain(chain),
    }
}

impl Trusts {
    fn of(dump: &crate::dump::Dump) -> Self {
        let mut roots = dump.roots.clone();
        roots.sort_by_key(|root| root.fingerprint);
        roots.dedup_by_key(|root| root.fingerprint);
        Self { roots, by_trust_domain: dump.bundles.clone() }
    }

    /// The roots that count for a peer of this trust domain.
    pub(super) fn for_domain(&self, trust_domain: Option<&str>) -> Vec<Arc<Certificate>> {
        if self.by_trust_domain.is_empty() {
            return self.roots.clone();
        }
        let bundle = trust_domain.and_then(|trust_domain| self.by_trust_domain.get(trust_domain));
        let counts =
            |root: &&Arc<Certificate>| bundle.is_some_and(|bundle| bundle.contains(&root.fingerprint));
        self.roots.iter().filter(counts).cloned().collect()
    }

    fn fingerprints(&self) -> impl Iterator<Item = Fingerprint> {
        self.roots.iter().map(|root| root.fingerprint)
    }
}

impl PartialEq for Trusts {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprints().eq(other.fingerprints()) && self.by_trust_domain == other.by_trust_domain
    }
}

impl Eq for Trusts {}

impl Hash for Trusts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fingerprints().for_each(|fingerprint| fingerprint.hash(state));
        self.by_trust_domain.hash(state);
    }
}
