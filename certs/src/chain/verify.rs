//! Path building and validation: rustls-webpki's verdict, and the most useful reason for a no.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
    pub algorithms: Algorithms,
}

/// A verified path, leaf to anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The certificates, leaf first, the trust anchor last.
    pub certificates: Vec<Arc<Certificate>>,
}

impl Path {
    /// The trust anchor that the path ends in. A path has at least a leaf and an anchor.
    pub fn anchor(&self) -> Option<&Arc<Certificate>> {
        self.certificates.last()
    }
}

/// Why there is no path: the most useful reason of all that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code of the finding that explains it: a name in [`crate::CODES`], or `name-mismatch`,
    /// `usage-mismatch`, … where the certificate itself is in order.
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
pub fn verify(
    leaf: &Arc<Certificate>,
    intermediates: &[Arc<Certificate>],
    anchors: &Anchors,
    options: &VerifyOptions<'_>,
) -> Result<Path, Failure> {
    let _ = (leaf, intermediates, anchors, options);
    todo!("verify")
}
