//! Who can talk mutual TLS to whom, and if not, why not.
//!
//! A client and a server shake hands if each accepts the other's chain with its own roots, and if each
//! one's trust domain is one that the other's mesh knows. Nothing here is about one pair of pods: what
//! pods present falls into few [pedigrees](signet_certs::Pedigree), what they trust into few sets of
//! roots, and each pedigree is verified once against each set. Ten thousand pods of three signers cost
//! what three pods cost, and one signature for each leaf that was not verified before.

mod answer;
mod difference;
mod groups;
mod inbound;
mod peer;
mod what_if;

pub use answer::{Answer, Reason, Verdict};
pub use difference::{Difference, First};
pub use groups::{Cell, Group, Lack};
pub use inbound::Inbound;
pub use peer::{Peer, Presents, Trusts};
pub use what_if::{Change, ImpossibleChange};

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use signet_certs::algorithms::Reuse;
use signet_certs::{Certificate, Fingerprint, Pedigree, Refuser, UnixTime, Usage, VerifyOptions};
use signet_certs::{accepts, verify};

use crate::Signers;

/// Every answer about some workloads at one time.
#[derive(Debug)]
pub struct Matrix {
    peers: Vec<Peer>,
    /// Every root that is known of, whoever trusts it.
    known: Vec<Arc<Certificate>>,
    at: UnixTime,
    reuse: Arc<Reuse>,
    /// For each peer, which of `standings` is its own.
    standing_of: Vec<usize>,
    standings: Vec<Standing>,
    credentials: Vec<Credential>,
    /// The root that each credential's chain ends in, where it is known.
    homes: Vec<Option<Arc<Certificate>>>,
    /// What each set of roots makes of each credential: by set, then by credential.
    outcomes: Vec<Vec<Outcomes>>,
}

/// All that decides about a peer's connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Standing {
    /// What it presents; nothing where that is not known.
    credential: Option<usize>,
    /// The set of roots that it verifies with.
    trusts: usize,
    /// The trust domains that its mesh accepts; all when absent.
    accepts: Option<BTreeSet<String>>,
}

/// What peers of one kind present.
#[derive(Debug)]
struct Credential {
    trust_domain: Option<String>,
    /// One of the peers that present it.
    example: usize,
}

/// What tells credentials apart.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Likeness {
    Presented(Pedigree, Option<String>),
    Promised(Vec<Fingerprint>, Option<String>),
}

/// What a verifier makes of a credential.
#[derive(Debug)]
enum Outcome {
    Accepted,
    /// It lacks the root that the chain ends in.
    Lacks(Arc<Certificate>),
    /// It refuses for another reason.
    Refuses,
}

/// What a verifier makes of a credential as a client and as a server.
#[derive(Debug)]
struct Outcomes {
    client: Outcome,
    server: Outcome,
}

impl Outcomes {
    fn of(&self, side: Refuser) -> &Outcome {
        match side {
            Refuser::Client => &self.client,
            Refuser::Server => &self.server,
        }
    }
}

impl Matrix {
    /// The answers about these peers at `at`. `reuse` remembers the signatures that were verified before.
    pub fn new(peers: Vec<Peer>, at: UnixTime, reuse: Arc<Reuse>) -> Self {
        Self::knowing(peers, &[], at, reuse)
    }

    /// The answers as they would be after a change.
    pub fn after(&self, change: &Change) -> Result<Self, ImpossibleChange> {
        let peers = change.apply(&self.peers)?;
        Ok(Self::knowing(peers, &self.known, self.at, Arc::clone(&self.reuse)))
    }

    /// The same where these roots are known to exist too, whoever trusts them.
    pub fn knowing(peers: Vec<Peer>, roots: &[Arc<Certificate>], at: UnixTime, reuse: Arc<Reuse>) -> Self {
        let algorithms = reuse.algorithms();
        let known = every_root(&peers, roots);
        let (mut sets, mut likenesses, mut standings) = (Distinct::new(), Distinct::new(), Distinct::new());
        let mut credentials: Vec<Credential> = Vec::new();
        let mut standing_of = Vec::with_capacity(peers.len());
        for (index, peer) in peers.iter().enumerate() {
            let trust_domain = peer.trust_domain.clone();
            let likeness = match &peer.presents {
                Presents::Chain(chain) => {
                    Some(Likeness::Presented(Pedigree::of(chain, &known, at, &algorithms), trust_domain))
                }
                Presents::ChainOf(roots) => Some(Likeness::Promised(
                    roots.iter().map(|root| root.fingerprint).collect(),
                    trust_domain,
                )),
                Presents::Unknown { .. } => None,
            };
            let credential = likeness.map(|likeness| {
                let number = likenesses.number(likeness);
                if number == credentials.len() {
                    let trust_domain = peer.trust_domain.clone();
                    credentials.push(Credential { trust_domain, example: index });
                }
                number
            });
            let trusts = sets.number(peer.trusts.clone());
            let accepts = peer.accepts.clone();
            standing_of.push(standings.number(Standing { credential, trusts, accepts }));
        }
        let judge = Judge { peers: &peers, known: &known, at, algorithms: &algorithms };
        let homes: Vec<_> = credentials.iter().map(|credential| judge.home(credential)).collect();
        let outcomes = judge.outcomes(&sets.into_values(), &credentials, &homes);
        drop(algorithms);
        Self {
            peers,
            known,
            at,
            reuse,
            standing_of,
            standings: standings.into_values(),
            credentials,
            homes,
            outcomes,
        }
    }

    /// The workloads, in the order in which they were given.
    pub fn peers(&self) -> &[Peer] {
        &self.peers
    }

    /// The root that the chain of a peer ends in, by the peer's place; nothing where it is not known.
    pub fn root_of(&self, peer: usize) -> Option<&Arc<Certificate>> {
        self.homes.get(self.standing(peer)?.credential?)?.as_ref()
    }

    fn standing(&self, peer: usize) -> Option<&Standing> {
        self.standings.get(*self.standing_of.get(peer)?)
    }

    /// What `side` makes of the chain of the other; nothing where that chain is not known.
    fn outcome(&self, side: Refuser, verifier: &Standing, presenter: &Standing) -> Option<&Outcome> {
        Some(self.outcomes.get(verifier.trusts)?.get(presenter.credential?)?.of(side))
    }

    /// Whether `verifier`'s mesh knows the trust domain of `presenter`.
    fn knows_domain(&self, verifier: &Standing, presenter: &Standing) -> bool {
        let credential = presenter.credential.and_then(|number| self.credentials.get(number));
        let trust_domain = credential.and_then(|credential| credential.trust_domain.as_deref());
        match (&verifier.accepts, trust_domain) {
            (None, _) => true,
            (Some(accepted), Some(trust_domain)) => accepted.contains(trust_domain),
            (Some(_), None) => false,
        }
    }
}

/// What verification needs to know beside a credential and a set of roots.
struct Judge<'a> {
    peers: &'a [Peer],
    known: &'a [Arc<Certificate>],
    at: UnixTime,
    algorithms: signet_certs::algorithms::Algorithms<'a>,
}

impl Judge<'_> {
    fn outcomes(
        &self,
        sets: &[Trusts],
        credentials: &[Credential],
        homes: &[Option<Arc<Certificate>>],
    ) -> Vec<Vec<Outcomes>> {
        let against = |set: &Trusts| {
            let pairs = credentials.iter().zip(homes);
            pairs.map(|(credential, home)| self.against(set, credential, home.as_ref())).collect()
        };
        sets.iter().map(against).collect()
    }

    fn against(&self, set: &Trusts, credential: &Credential, home: Option<&Arc<Certificate>>) -> Outcomes {
        let roots = set.for_domain(credential.trust_domain.as_deref());
        let holds = |root: &Certificate| roots.iter().any(|held| held.fingerprint == root.fingerprint);
        let one = |side| match self.peers.get(credential.example).map(|peer| &peer.presents) {
            Some(Presents::Chain(chain)) => match accepts(side, &roots, chain, self.at, self.algorithms) {
                Ok(()) => Outcome::Accepted,
                Err(_) => match home.filter(|home| !holds(home)) {
                    Some(home) => Outcome::Lacks(Arc::clone(home)),
                    None => Outcome::Refuses,
                },
            },
            Some(Presents::ChainOf(promised)) => match promised.iter().find(|root| holds(root)) {
                Some(_) => Outcome::Accepted,
                None => promised.last().map_or(Outcome::Accepted, |root| Outcome::Lacks(Arc::clone(root))),
            },
            // A credential is made of what a peer presents.
            Some(Presents::Unknown { .. }) | None => Outcome::Accepted,
        };
        Outcomes { client: one(Refuser::Client), server: one(Refuser::Server) }
    }

    /// The root that a credential's chain ends in, whoever trusts it: one that is known of, else the one
    /// that the chain brings itself.
    fn home(&self, credential: &Credential) -> Option<Arc<Certificate>> {
        let Presents::Chain(chain) = &self.peers.get(credential.example)?.presents else { return None };
        let (leaf, above) = chain.split_first()?;
        // Who signed is not undone by expiry.
        let begins = chain.iter().map(|one| one.not_before).max()?;
        let at = if leaf.is_valid_at(self.at) { self.at } else { begins };
        let options = VerifyOptions { at, usage: Usage::Any, name: None, algorithms: self.algorithms };
        let own: Vec<_> = above.iter().filter(|one| one.is_self_issued()).cloned().collect();
        let path = verify(leaf, above, self.known, &options).ok();
        path.or_else(|| verify(leaf, above, &own, &options).ok())?.anchor().cloned()
    }
}

/// These roots, those that peers trust and those of the signers that their control planes know, once.
fn every_root(peers: &[Peer], roots: &[Arc<Certificate>]) -> Vec<Arc<Certificate>> {
    let mut seen = BTreeSet::new();
    let mut of_signers: Vec<&Arc<Signers>> = peers.iter().filter_map(|peer| peer.signers.as_ref()).collect();
    // Pods of one control plane share its signers.
    of_signers.dedup_by(|one, other| Arc::ptr_eq(one, other));
    let of_signers =
        of_signers.into_iter().flat_map(|signers| signers.signers.values()).flat_map(|one| &one.roots);
    let trusted = peers.iter().flat_map(|peer| &peer.trusts.roots);
    let all = roots.iter().chain(trusted).chain(of_signers);
    all.filter(|root| seen.insert(root.fingerprint)).cloned().collect()
}

/// Different values, numbered as they come.
struct Distinct<T> {
    numbers: HashMap<T, usize>,
    values: Vec<T>,
}

impl<T: Clone + Eq + Hash> Distinct<T> {
    fn new() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }

    /// The number of this value; the next one if it is new.
    fn number(&mut self, value: T) -> usize {
        let next = self.values.len();
        let values = &mut self.values;
        *self.numbers.entry(value).or_insert_with_key(|value| {
            values.push(value.clone());
            next
        })
    }

    fn into_values(self) -> Vec<T> {
        self.values
    }
}
