//! Path building and validation: rustls-webpki's verdict, and the most useful reason for a no.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{explain, path};
use crate::algorithms::Algorithms;
use crate::{Certificate, Fingerprint, UnixTime};

/// Trust anchors: the names and keys of these certificates are trusted as they stand.
pub type Anchors = [Arc<Certificate>];

/// What the leaf must be good for (extKeyUsage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// Whatever it says.
    #[default]
    Any,
    /// TLS client authentication.
    Client,
    /// TLS server authentication.
    Server,
}

/// How to verify.
#[derive(Clone, Copy)]
pub struct VerifyOptions<'a> {
    /// The time at which every certificate of the path must be valid.
    pub at: UnixTime,
    /// What the leaf must be good for.
    pub usage: Usage,
    /// The name that the leaf must carry: a DNS name, an IP address or a SPIFFE ID.
    pub name: Option<&'a str>,
    /// The signature algorithms to accept.
    pub algorithms: Algorithms<'a>,
}

/// A verified path, leaf to anchor. A leaf that is its own anchor stands in it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The certificates, leaf first, the trust anchor last.
    pub certificates: Vec<Arc<Certificate>>,
}

impl Path {
    /// The trust anchor that the path ends in. A verified path always has one.
    pub fn anchor(&self) -> Option<&Arc<Certificate>> {
        self.certificates.last()
    }
}

/// Why there is no path: the most useful reason of all that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code of the finding that explains it: a name in [`crate::finding::CODES`].
    pub code: String,
    /// What is wrong, with both values.
    pub message: String,
    /// The clause that refuses it.
    pub reference: String,
    /// The certificate at fault.
    pub fingerprint: Option<Fingerprint>,
    /// What to do, remedy first.
    pub advice: String,
    /// The values, for scripts.
    pub evidence: BTreeMap<String, String>,
}

/// Looks for a path from `leaf` over `intermediates` to one of `anchors` that satisfies RFC 5280 at
/// `options.at`.
///
/// The verdict is rustls-webpki's alone, and does not depend on the order in which certificates are
/// given. Anchors that are valid at the time are tried first; webpki accepts the others too, as RFC
/// 5280 section 6.1 does, and then [`reservations`](super::reservations()) says so.
#[expect(clippy::result_large_err, reason = "a refusal is an answer, and carries its evidence")]
pub fn verify(
    leaf: &Arc<Certificate>,
    intermediates: &[Arc<Certificate>],
    anchors: &Anchors,
    options: &VerifyOptions<'_>,
) -> Result<Path, Failure> {
    let issued = std::iter::once(leaf).chain(intermediates);
    let wanted: HashSet<_> = issued.filter_map(|one| one.authority_key_id.as_deref()).collect();
    let intermediates = preferred(intermediates, &wanted, options.at);
    let anchors = preferred(anchors, &wanted, options.at);
    let valid = anchors.partition_point(|anchor| anchor.is_valid_at(options.at));
    let (best, _) = anchors.split_at(valid);
    let found = match path::build(leaf, &intermediates, best, options) {
        Err(_) if valid < anchors.len() => path::build(leaf, &intermediates, &anchors, options),
        found => found,
    };
    found.map_err(|error| explain::failure(&error, leaf, &intermediates, &anchors, options))
}

/// Each certificate once, in the order in which paths are tried, whatever the order in which they were
/// given: those first that are valid at `at`, then those whose key identifier another certificate names
/// as its issuer's (RFC 4158 section 3.5), then those that stay valid the longest.
fn preferred(
    certificates: &[Arc<Certificate>],
    wanted: &HashSet<&str>,
    at: UnixTime,
) -> Vec<Arc<Certificate>> {
    let mut sorted = certificates.to_vec();
    sorted.sort_by_cached_key(|certificate| {
        let is_wanted = certificate.subject_key_id.as_deref().is_some_and(|id| wanted.contains(id));
        (!certificate.is_valid_at(at), !is_wanted, Reverse(certificate.not_after), certificate.fingerprint)
    });
    sorted.dedup_by_key(|certificate| certificate.fingerprint);
    sorted
}
