//! Whether two workloads' certificates permit an mTLS connection between them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::explain::{invalid_anchor, no_certificate};
use super::verify::{Failure, Usage, VerifyOptions, verify};
use crate::algorithms::Algorithms;
use crate::{Certificate, UnixTime};

/// One side of a connection: what it presents and what it trusts.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The chain as served, leaf first.
    pub chain: &'a [Arc<Certificate>],
    /// The trust anchors that it verifies its peer against.
    pub roots: &'a [Arc<Certificate>],
}

/// Which side refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Refuser {
    /// The client does not accept the server's chain.
    Client,
    /// The server does not accept the client's chain.
    Server,
}

/// Why one side refuses the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustFailure {
    /// Whose verification fails.
    pub side: Refuser,
    /// The verification's reason.
    pub failure: Failure,
}

/// The answer for a client and a server: both verify each other, or who refuses and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// Empty when the certificates permit the connection.
    pub failures: Vec<TrustFailure>,
}

impl Trust {
    /// Whether the certificates permit the connection.
    pub fn permitted(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Whether `client` and `server` accept each other's chains at `at`.
pub fn trust(client: Side<'_>, server: Side<'_>, at: UnixTime, algorithms: Algorithms<'_>) -> Trust {
    let checks = [
        (Refuser::Client, accepts(Refuser::Client, client.roots, server.chain, at, algorithms)),
        (Refuser::Server, accepts(Refuser::Server, server.roots, client.chain, at, algorithms)),
    ];
    let failures = checks
        .into_iter()
        .filter_map(|(side, verdict)| verdict.err().map(|failure| TrustFailure { side, failure }));
    Trust { failures: failures.collect() }
}

/// Whether this side of a connection, which has these roots, accepts the chain of the other side at
/// `at`.
///
/// As Envoy does it: the client wants a server certificate and the server a client certificate, the
/// first certificate of a chain is the leaf, and a trust anchor that is not valid is none.
#[expect(clippy::result_large_err, reason = "a refusal is an answer, and carries its evidence")]
pub fn accepts(
    side: Refuser,
    roots: &[Arc<Certificate>],
    chain: &[Arc<Certificate>],
    at: UnixTime,
    algorithms: Algorithms<'_>,
) -> Result<(), Failure> {
    let Some((leaf, intermediates)) = chain.split_first() else {
        return Err(no_certificate());
    };
    let usage = match side {
        Refuser::Client => Usage::Server,
        Refuser::Server => Usage::Client,
    };
    let path = verify(leaf, intermediates, roots, &VerifyOptions { at, usage, name: None, algorithms })?;
    match path.anchor().filter(|anchor| !anchor.is_valid_at(at)) {
        Some(anchor) => Err(invalid_anchor(anchor, at)),
        None => Ok(()),
    }
}
