//! A pod as an operator sees it: which signer it should have, asked for and really has.

mod facts;
mod findings;
mod identity;
mod judge;
mod life;
mod owner;
mod proxy_kind;
mod verdict;

pub use facts::Facts;
pub(crate) use facts::revision;
pub use identity::Identity;
pub use judge::{Evidence, Reading, judge};
pub(crate) use judge::{in_phase, requested};
pub use life::{Life, Phase};
pub use owner::Owner;
pub use proxy_kind::ProxyKind;
pub use verdict::Verdict;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_certs::{Certificate, Finding, UnixTime};

use crate::objects::ObjectName;
use crate::resolve::Resolved;

/// One pod with its proxy, its signers, its certificates and the verdict on them.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Namespace and name.
    pub name: ObjectName,
    /// The pod's labels.
    pub labels: Arc<BTreeMap<String, String>>,
    /// The service account.
    pub service_account: String,
    /// What kind of proxy it has.
    pub proxy: ProxyKind,
    /// The controller it belongs to, `KIND/NAME`; a ReplicaSet of a Deployment is named by that.
    pub owner: Option<String>,
    /// The node.
    pub node: Option<String>,
    /// The control plane's revision.
    pub revision: Option<String>,
    /// The trust domain of its identity.
    pub trust_domain: Option<String>,
    /// The four signers.
    pub signer: SignerNames,
    /// Why the configured signer is what it is.
    pub resolved: Arc<Resolved>,
    /// The chain, leaf first, in order.
    pub chain: Vec<Arc<Certificate>>,
    /// What it verifies peers against.
    pub roots: Vec<Arc<Certificate>>,
    /// The gravest of what is wrong.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub reason: Option<String>,
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
    /// When its agent renews the leaf.
    pub rotation_due: Option<UnixTime>,
    /// When its proxy was last read.
    pub read_at: Option<UnixTime>,
    /// Why it could not be read, if so. The chain is then the last one seen.
    pub error: Option<String>,
}

/// Why a chain that a pod presents is not its own, if so: its leaf names another workload.
pub(crate) fn names_another_workload(evidence: &Evidence, chain: &[Arc<Certificate>]) -> Option<String> {
    findings::of_another(evidence, chain).map(|finding| finding.message)
}

impl Workload {
    /// The leaf's notAfter.
    pub fn not_after(&self) -> Option<UnixTime> {
        self.chain.first().map(|leaf| leaf.not_after)
    }
}

/// The four signers that are kept apart everywhere. Short names; the empty name is a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignerNames {
    /// What the pod would get if it were created now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub configured: Option<String>,
    /// What its spec says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub injected: Option<String>,
    /// What its running agent asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requested: Option<String>,
    /// Who really signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actual: Option<String>,
}
