//! The answer about one client and one server.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_certs::finding::UNTRUSTED_ROOT;
use signet_certs::{Certificate, Refuser, Severity, accepts};

use super::{Matrix, Outcome, Peer, Presents, Standing};
use crate::codes;

/// Whether certificates permit a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They do.
    Yes,
    /// It is not known what one side presents.
    Unknown,
    /// One side refuses the other.
    No,
}

impl Verdict {
    /// The word in every output.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unknown => "unknown",
            Self::No => "no",
        }
    }

    /// How grave it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Yes => Severity::Info,
            Self::Unknown => Severity::Warning,
            Self::No => Severity::Error,
        }
    }
}

/// The answer about one client and one server.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Whether certificates permit the connection.
    pub verdict: Verdict,
    /// Why not, or why it is not known.
    pub reasons: Vec<Reason>,
    /// What else may end the connection although the certificates permit it.
    pub apart: Vec<Reason>,
}

/// Why one side refuses the other, or cannot be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Whose refusal it is; where something is not known, whose side it is that is not known.
    pub side: Refuser,
    /// A code of one of the lists.
    pub code: String,
    /// Why, in one sentence.
    pub message: String,
    /// The root that this side lacks, where it is a root that is missing.
    pub missing_root: Option<Arc<Certificate>>,
}

impl Matrix {
    /// Whether `client` reaches `server`, both by their place among the peers; nothing for a place
    /// where there is none.
    pub fn between(&self, client: usize, server: usize) -> Option<Answer> {
        let sides = [(Refuser::Client, client, server), (Refuser::Server, server, client)];
        let mut reasons = Vec::new();
        for (side, own, _) in sides {
            let peer = self.peers.get(own)?;
            if let Presents::Unknown { code, why } = &peer.presents {
                let message = format!("what {} presents is not known: {why}", peer.name);
                reasons.push(Reason { side, code: (*code).to_owned(), message, missing_root: None });
            }
        }
        let known = reasons.is_empty();
        if known {
            for (side, verifier, presenter) in sides {
                reasons.extend(self.refusals(side, verifier, presenter)?);
            }
        }
        let verdict = match (known, reasons.is_empty()) {
            (false, _) => Verdict::Unknown,
            (true, true) => Verdict::Yes,
            (true, false) => Verdict::No,
        };
        let server = self.peers.get(server)?;
        let unexpected = server.unexpected_name.clone().map(|message| Reason {
            side: Refuser::Client,
            code: codes::SPIFFE_ID_NOT_THIS_WORKLOAD.name.to_owned(),
            message,
            missing_root: None,
        });
        let inbound = server.inbound.iter().flat_map(|inbound| inbound.beside(verdict, &server.name));
        Some(Answer { verdict, reasons, apart: unexpected.into_iter().chain(inbound).collect() })
    }

    /// The verdict alone, for two kinds of peers.
    pub(super) fn verdict(&self, client: &Standing, server: &Standing) -> Verdict {
        let sides = [(Refuser::Client, client, server), (Refuser::Server, server, client)];
        let mut verdict = Verdict::Yes;
        for (side, verifier, presenter) in sides {
            match self.outcome(side, verifier, presenter) {
                None => return Verdict::Unknown,
                Some(Outcome::Accepted) if self.knows_domain(verifier, presenter) => {}
                Some(_) => verdict = Verdict::No,
            }
        }
        if client.credential.is_none() || server.credential.is_none() { Verdict::Unknown } else { verdict }
    }

    /// Why `side` refuses the chain of the other.
    fn refusals(&self, side: Refuser, verifier: usize, presenter: usize) -> Option<Vec<Reason>> {
        let (by, whose) = (self.peers.get(verifier)?, self.peers.get(presenter)?);
        let (own, other) = (self.standing(verifier)?, self.standing(presenter)?);
        let mut reasons = Vec::new();
        match self.outcome(side, own, other)? {
            Outcome::Accepted => {}
            Outcome::Lacks(root) => reasons.push(Reason {
                side,
                code: UNTRUSTED_ROOT.name.to_owned(),
                message: format!(
                    "{} does not trust the root {} in which the chain of {} ends",
                    by.name,
                    shown(root),
                    whose.name
                ),
                missing_root: Some(Arc::clone(root)),
            }),
            Outcome::Refuses => reasons.extend(self.told_of(side, by, whose)),
        }
        if !self.knows_domain(own, other) {
            reasons.push(foreign(side, by, whose));
        }
        Some(reasons)
    }

    /// Why this very chain is refused: an outcome is kept without its reason, for all of a kind.
    fn told_of(&self, side: Refuser, by: &Peer, whose: &Peer) -> Option<Reason> {
        let Presents::Chain(chain) = &whose.presents else { return None };
        let roots = by.trusts.for_domain(whose.trust_domain.as_deref());
        let failure = accepts(side, &roots, chain, self.at, &self.reuse.algorithms()).err()?;
        let message = format!("{} refuses the chain of {}: {}", by.name, whose.name, failure.message);
        Some(Reason { side, code: failure.code, message, missing_root: None })
    }
}

/// Envoy wants a name of a trust domain that the mesh config lists (Istio `pilot/pkg/security`
/// `ApplyToCommonTLSContext`), and istiod names the servers to expect in those (`pkg/spiffe`).
fn foreign(side: Refuser, by: &Peer, whose: &Peer) -> Reason {
    let presented = match &whose.trust_domain {
        Some(trust_domain) => format!("is of trust domain `{trust_domain}`"),
        None => "has no SPIFFE ID".to_owned(),
    };
    let accepted: Vec<&str> = by.accepts.iter().flatten().map(String::as_str).collect();
    Reason {
        side,
        code: codes::FOREIGN_TRUST_DOMAIN.name.to_owned(),
        message: format!(
            "{} {presented}, and the mesh of {} knows only {}",
            whose.name,
            by.name,
            accepted.join(", ")
        ),
        missing_root: None,
    }
}

/// A root as a sentence names it.
pub(super) fn shown(root: &Certificate) -> String {
    format!("{} ({})", root.subject, root.fingerprint.short())
}
