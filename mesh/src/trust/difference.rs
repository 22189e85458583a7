//! What a change breaks and mends, and who has to restart before it.

use std::collections::{BTreeMap, BTreeSet};

use signet_certs::Refuser;

use super::answer::shown;
use super::{Matrix, Outcome, Presents, Verdict};

/// What differs between a mesh before and after a change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// How many pairs of a client and a server lose each other.
    pub breaks: usize,
    /// How many find each other.
    pub mends: usize,
    /// Who has to be restarted before the change, so that nothing breaks.
    pub first: Vec<First>,
}

/// A workload that has to be restarted before a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct First {
    /// Its place among the peers.
    pub peer: usize,
    /// What it needs by then, in one sentence.
    pub why: String,
}

impl Difference {
    /// What differs between two matrices of the same workloads.
    pub fn between(before: &Matrix, after: &Matrix) -> Self {
        let mut kinds: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        let places = before.standing_of.iter().zip(&after.standing_of);
        for (place, (was, is)) in places.enumerate() {
            kinds.entry((*was, *is)).or_default().push(place);
        }
        let kinds: Vec<Kind<'_>> = kinds
            .iter()
            .filter_map(|(standings, members)| Kind::of(before, after, *standings, members))
            .collect();
        let mut difference = Self::default();
        let mut first = BTreeSet::new();
        for client in &kinds {
            for server in &kinds {
                // Nobody connects to itself.
                let own = if std::ptr::eq(client, server) { client.members.len() } else { 0 };
                let pairs = client.members.len() * server.members.len() - own;
                if pairs == 0 {
                    continue;
                }
                let was = before.verdict(client.was, server.was);
                let is = after.verdict(client.is, server.is);
                match (was, is) {
                    (Verdict::Yes, Verdict::No) => {
                        difference.breaks += pairs;
                        for (side, verifier, presenter) in
                            [(Refuser::Client, client, server), (Refuser::Server, server, client)]
                        {
                            first.extend(to_restart(after, side, verifier, presenter));
                        }
                    }
                    (Verdict::No, Verdict::Yes) => difference.mends += pairs,
                    _ => {}
                }
            }
        }
        difference.first = first.into_iter().collect();
        difference
    }
}

/// Workloads that are the same to everybody, before and after.
struct Kind<'a> {
    was: &'a super::Standing,
    is: &'a super::Standing,
    members: &'a [usize],
    /// Whether the change gives them another chain.
    is_signed_anew: bool,
}

impl<'a> Kind<'a> {
    fn of(
        before: &'a Matrix,
        after: &'a Matrix,
        (was, is): (usize, usize),
        members: &'a [usize],
    ) -> Option<Self> {
        let example = *members.first()?;
        let presents = |matrix: &'a Matrix| matrix.peers.get(example).map(|peer| &peer.presents);
        Some(Self {
            was: before.standings.get(was)?,
            is: after.standings.get(is)?,
            members,
            is_signed_anew: presents(before) != presents(after),
        })
    }
}

/// A verifier that will lack a root. Where either side gets another signer, the verifier needs the root
/// by then; where only the root goes, whoever presents a chain that ends in it needs another one.
fn to_restart(after: &Matrix, side: Refuser, verifier: &Kind<'_>, presenter: &Kind<'_>) -> Vec<First> {
    let Some(Outcome::Lacks(root)) = after.outcome(side, verifier.is, presenter.is) else {
        return Vec::new();
    };
    let (members, why) = if presenter.is_signed_anew || verifier.is_signed_anew {
        (verifier.members, format!("it has to trust the root {} by then", shown(root)))
    } else {
        (presenter.members, format!("its chain ends in the root {}, which goes", shown(root)))
    };
    let proxies = members.iter().filter(|place| {
        !matches!(after.peers.get(**place).map(|peer| &peer.presents), None | Some(Presents::Unknown { .. }))
    });
    proxies.map(|place| First { peer: *place, why: why.clone() }).collect()
}
