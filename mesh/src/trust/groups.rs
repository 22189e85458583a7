//! The matrix at a glance: workloads of one namespace and one signer together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use signet_certs::{Certificate, Refuser};

use super::{Inbound, Matrix, Outcome, Standing, Verdict};

/// The workloads of one namespace that have certificates of one signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The cluster, where several are looked at together.
    pub cluster: Option<String>,
    /// The namespace.
    pub namespace: String,
    /// The signer's short name; nothing where nobody known signed.
    pub signer: Option<String>,
    /// The peers' places, in their order.
    pub members: Vec<usize>,
}

/// What two groups are to each other: how many of the pairs of a client and a server get which answer.
///
/// A pod counts as its own peer, so that a group of one pod says whether a second one would reach it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Certificates permit it.
    pub yes: usize,
    /// One side refuses.
    pub no: usize,
    /// It is not known.
    pub unknown: usize,
}

impl Cell {
    /// The answer that all pairs share; nothing where they differ.
    pub fn verdict(&self) -> Option<Verdict> {
        match (self.yes, self.no, self.unknown) {
            (_, 0, 0) => Some(Verdict::Yes),
            (0, _, 0) => Some(Verdict::No),
            (0, 0, _) => Some(Verdict::Unknown),
            _ => None,
        }
    }

    fn add(&mut self, verdict: Verdict, pairs: usize) {
        match verdict {
            Verdict::Yes => self.yes += pairs,
            Verdict::No => self.no += pairs,
            Verdict::Unknown => self.unknown += pairs,
        }
    }
}

/// A root that some groups need their peers to have and others do not.
#[derive(Clone, Debug, PartialEq)]
pub struct Lack {
    /// The root.
    pub root: Arc<Certificate>,
    /// The groups, by place, whose chains end in it.
    pub of: Vec<usize>,
    /// The groups, by place, that do not trust it.
    pub at: Vec<usize>,
}

impl Matrix {
    /// The workloads by cluster, namespace and signer, in that order. Pods without a proxy are in none.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups = BTreeMap::new();
        for (place, peer) in self.peers.iter().enumerate().filter(|(_, peer)| peer.has_proxy()) {
            let key = (peer.cluster.as_deref(), peer.name.namespace.as_str(), peer.signer.as_deref());
            groups.entry(key).or_insert_with(Vec::new).push(place);
        }
        let groups = groups.into_iter().map(|((cluster, namespace, signer), members)| Group {
            cluster: cluster.map(str::to_owned),
            namespace: namespace.to_owned(),
            signer: signer.map(str::to_owned),
            members,
        });
        groups.collect()
    }

    /// What the clients of one group get from the servers of another. The groups may be those of another
    /// matrix of the same workloads, before or after a change.
    pub fn cell(&self, clients: &Group, servers: &Group) -> Cell {
        let (clients, servers) = (self.standings_of(clients), self.standings_of(servers));
        let mut cell = Cell::default();
        for (client, count) in &clients {
            for (server, others) in &servers {
                cell.add(self.verdict(client, server), count * others);
            }
        }
        cell
    }

    /// The different standings in a group, and how many members have each.
    fn standings_of(&self, group: &Group) -> Vec<(&Standing, usize)> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for standing in group.members.iter().filter_map(|member| self.standing_of.get(*member)) {
            *counts.entry(*standing).or_default() += 1;
        }
        counts.into_iter().filter_map(|(number, count)| Some((self.standings.get(number)?, count))).collect()
    }

    /// What the servers of these groups take where it is not mutual TLS alone, and the groups, by place, with
    /// such servers.
    pub fn plaintext<'a>(&'a self, groups: &[Group]) -> Vec<(&'a Inbound, Vec<usize>)> {
        let mut found: BTreeMap<&Inbound, Vec<usize>> = BTreeMap::new();
        for (place, group) in groups.iter().enumerate() {
            let peers = group.members.iter().filter_map(|member| self.peers.get(*member));
            let inbounds = peers.filter_map(|peer| peer.inbound.as_ref());
            for inbound in inbounds.filter(|inbound| inbound.takes_plaintext()).collect::<BTreeSet<_>>() {
                found.entry(inbound).or_default().push(place);
            }
        }
        found.into_iter().collect()
    }

    /// The roots that are missing between these groups, by subject.
    pub fn lacks(&self, groups: &[Group]) -> Vec<Lack> {
        let mut lacks: BTreeMap<_, Lack> = BTreeMap::new();
        for (at, verifiers) in groups.iter().enumerate() {
            for (of, presenters) in groups.iter().enumerate() {
                for root in self.missing_between(verifiers, presenters) {
                    let key = (root.subject.clone(), root.fingerprint);
                    let lack =
                        lacks.entry(key).or_insert_with(|| Lack { root, of: Vec::new(), at: Vec::new() });
                    lack.of.push(of);
                    lack.at.push(at);
                }
            }
        }
        let in_order = |mut lack: Lack| {
            for places in [&mut lack.of, &mut lack.at] {
                places.sort_unstable();
                places.dedup();
            }
            lack
        };
        lacks.into_values().map(in_order).collect()
    }

    /// The roots of `presenters` that some of `verifiers` lack, whichever side they are.
    fn missing_between(&self, verifiers: &Group, presenters: &Group) -> Vec<Arc<Certificate>> {
        let mut missing: Vec<Arc<Certificate>> = Vec::new();
        for (verifier, _) in self.standings_of(verifiers) {
            for (presenter, _) in self.standings_of(presenters) {
                for side in [Refuser::Client, Refuser::Server] {
                    if let (Some(_), Some(Outcome::Lacks(root))) =
                        (verifier.credential, self.outcome(side, verifier, presenter))
                        && missing.iter().all(|known| known.fingerprint != root.fingerprint)
                    {
                        missing.push(Arc::clone(root));
                    }
                }
            }
        }
        missing
    }
}
