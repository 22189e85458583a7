//! A pod as an operator sees it: which signer it should have, asked for and really has.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_certs::{Certificate, Finding, Severity, UnixTime};

use crate::objects::ObjectName;
use crate::resolve::Resolved;

/// One pod with its proxy, its signers, its certificates and the verdict on them.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Namespace and name.
    pub name: ObjectName,
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

/// The kinds of proxies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProxyKind {
    /// An injected or managed gateway.
    Gateway,
    /// gRPC without a proxy: pilot-agent only.
    GrpcAgent,
    /// `istio-proxy` among the init containers.
    NativeSidecar,
    /// No proxy.
    #[default]
    None,
    /// `istio-proxy` among the containers.
    Sidecar,
    /// An ambient waypoint.
    Waypoint,
    /// The ambient node proxy.
    Ztunnel,
}

impl ProxyKind {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::GrpcAgent => "grpc-agent",
            Self::NativeSidecar => "native-sidecar",
            Self::None => "none",
            Self::Sidecar => "sidecar",
            Self::Waypoint => "waypoint",
            Self::Ztunnel => "ztunnel",
        }
    }
}

/// The verdict on a workload: the word of its gravest finding, or `ok`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is wrong.
    #[default]
    Ok,
    /// Injected before the signer was changed.
    Drift,
    /// Its certificate ends soon.
    Expiring,
    /// Its agent should have renewed the certificate already.
    RotationOverdue,
    /// Its proxy could not be read.
    Unreachable,
    /// Its proxy has no certificate yet.
    NoCertificate,
    /// Another signer signed than the one that was asked.
    WrongSigner,
    /// No known signer's root verifies its chain.
    Untrusted,
    /// Its certificate has expired.
    Expired,
}

impl Verdict {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Drift => "drift",
            Self::Expiring => "expiring",
            Self::RotationOverdue => "rotation-overdue",
            Self::Unreachable => "unreachable",
            Self::NoCertificate => "no-certificate",
            Self::WrongSigner => "wrong-signer",
            Self::Untrusted => "untrusted",
            Self::Expired => "expired",
        }
    }

    /// How grave it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Ok => Severity::Info,
            Self::Drift | Self::Expiring | Self::RotationOverdue | Self::Unreachable => Severity::Warning,
            Self::NoCertificate | Self::WrongSigner | Self::Untrusted | Self::Expired => Severity::Error,
        }
    }
}
