//! Whether two workloads' certificates permit an mTLS connection between them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::algorithms::Algorithms;
use crate::{Certificate, Failure, UnixTime};

/// One side of a connection: what it presents and what it trusts.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The chain as served, leaf first.
    pub chain: &'a [Arc<Certificate>],
    /// The trust anchors that it verifies its peer against.
    pub roots: &'a [Arc<Certificate>],
}

/// Which side refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
pub fn trust(client: Side<'_>, server: Side<'_>, at: UnixTime, algorithms: Algorithms) -> Trust {
    let _ = (client, server, at, algorithms);
    todo!("trust")
}
