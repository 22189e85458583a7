//! What if: the same workloads with other roots or other signers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use signet_certs::{Certificate, Fingerprint};

use super::{Peer, Presents, Trusts};

/// A change that somebody thinks of.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Roots that every workload would trust as well.
    pub add: Vec<Arc<Certificate>>,
    /// Roots that no workload would trust any more.
    pub remove: Vec<Fingerprint>,
    /// The signer that the workloads of each namespace would have, by its short name.
    pub signers: BTreeMap<String, String>,
}

/// A change that cannot be thought through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImpossibleChange {
    /// Nobody trusts the root that is to go.
    #[error("no workload trusts the root {fingerprint}")]
    UnknownRoot {
        /// The root.
        fingerprint: Fingerprint,
    },
    /// Neither a workload nor the mesh config knows the signer's root.
    #[error("no root of signer `{signer}` is known; known are {known}")]
    UnknownSigner {
        /// The signer.
        signer: String,
        /// The signers whose roots are known, separated by commas.
        known: String,
    },
    /// The namespace has no workload with a proxy.
    #[error("namespace `{namespace}` has no workload with a proxy")]
    NobodyThere {
        /// The namespace.
        namespace: String,
    },
}

impl Change {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty() && self.signers.is_empty()
    }

    /// The workloads as they would be, one for one.
    ///
    /// A workload with another signer presents what the workloads of that signer present now, and trusts
    /// what they trust. Where there are none, its chain ends in a root that `caCertificates` names for
    /// the signer, and it trusts that root in place of its own signer's, unless everybody trusts this.
    pub(super) fn apply(&self, peers: &[Peer]) -> Result<Vec<Peer>, ImpossibleChange> {
        for namespace in self.signers.keys() {
            if !peers.iter().any(|peer| peer.name.namespace == *namespace && peer.has_proxy()) {
                return Err(ImpossibleChange::NobodyThere { namespace: namespace.clone() });
            }
        }
        let trusted: BTreeSet<Fingerprint> =
            peers.iter().flat_map(|peer| &peer.trusts.roots).map(|root| root.fingerprint).collect();
        if let Some(fingerprint) = self.remove.iter().find(|root| !trusted.contains(root)) {
            return Err(ImpossibleChange::UnknownRoot { fingerprint: *fingerprint });
        }
        peers.iter().map(|peer| Ok(self.with_roots(self.with_signer(peer, peers)?))).collect()
    }

    fn with_signer(&self, peer: &Peer, peers: &[Peer]) -> Result<Peer, ImpossibleChange> {
        let mut changed = peer.clone();
        let Some(signer) = self.signers.get(&peer.name.namespace).filter(|_| peer.has_proxy()) else {
            return Ok(changed);
        };
        if peer.signer.as_ref() == Some(signer) {
            return Ok(changed);
        }
        let like = peers.iter().find(|other| {
            let presents = matches!(&other.presents, Presents::Chain(chain) if !chain.is_empty());
            other.cluster == peer.cluster && other.signer.as_ref() == Some(signer) && presents
        });
        if let Some(like) = like {
            changed.presents = like.presents.clone();
            changed.trusts = like.trusts.clone();
        } else {
            let roots = roots_of(peer, signer);
            if roots.is_empty() {
                return Err(ImpossibleChange::UnknownSigner { signer: signer.clone(), known: known(peers) });
            }
            let own = peer.signer.as_deref().map(|own| roots_of(peer, own)).unwrap_or_default();
            changed.trusts.roots.retain(|root| !holds(&own, root) || everybody_trusts(root, peers));
            changed.trusts.add(&roots);
            changed.presents = Presents::ChainOf(roots);
        }
        changed.signer = Some(signer.clone());
        changed.unexpected_name = None;
        Ok(changed)
    }

    fn with_roots(&self, mut peer: Peer) -> Peer {
        if peer.has_proxy() {
            peer.trusts.roots.retain(|root| !self.remove.contains(&root.fingerprint));
            peer.trusts.add(&self.add);
        }
        peer
    }
}

impl Trusts {
    /// Trusts these roots too, for peers of every trust domain.
    fn add(&mut self, roots: &[Arc<Certificate>]) {
        self.roots.extend(roots.iter().cloned());
        self.roots.sort_by_key(|root| root.fingerprint);
        self.roots.dedup_by_key(|root| root.fingerprint);
        for bundle in self.by_trust_domain.values_mut() {
            bundle.extend(roots.iter().map(|root| root.fingerprint));
        }
    }
}

fn roots_of(peer: &Peer, signer: &str) -> Vec<Arc<Certificate>> {
    let signer = peer.signers.as_ref().and_then(|signers| signers.get(signer));
    signer.map(|signer| signer.roots.clone()).unwrap_or_default()
}

fn holds(roots: &[Arc<Certificate>], root: &Certificate) -> bool {
    roots.iter().any(|held| held.fingerprint == root.fingerprint)
}

fn everybody_trusts(root: &Certificate, peers: &[Peer]) -> bool {
    peers.iter().filter(|peer| !peer.trusts.roots.is_empty()).all(|peer| holds(&peer.trusts.roots, root))
}

/// The signers that a workload can be thought to have.
fn known(peers: &[Peer]) -> String {
    let seen = peers.iter().filter_map(|peer| peer.signer.clone());
    let configured = peers.iter().filter_map(|peer| peer.signers.as_deref()).flat_map(|signers| {
        let with_roots = signers.signers.values().filter(|signer| !signer.roots.is_empty());
        with_roots.map(|signer| signers.short_name(&signer.name).to_owned())
    });
    let known: BTreeSet<String> = seen.chain(configured).collect();
    known.into_iter().collect::<Vec<_>>().join(", ")
}
