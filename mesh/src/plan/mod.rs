//! What is to be done about a pod: a minimal patch, nothing, or a denial, each with its reason.

use serde::{Deserialize, Serialize};

use crate::objects::Pod;
use crate::patch::Patch;
use crate::{Resolved, Signers};

/// What to do when the pod's own spec asks for another signer than the ProxyConfig.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conflict {
    /// Refuse the pod.
    Deny,
    /// Leave its value and warn.
    Keep,
    /// Write the ProxyConfig's value.
    #[default]
    Override,
}

/// The operator's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Policy {
    /// What to do about a pod that asks for another signer itself.
    pub conflict: Conflict,
}

/// Why a pod is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// The proxy has no image yet: another webhook is not done with it.
    HalfMadeProxy,
    /// The pod shares its node's network; Istio does not inject it.
    HostNetwork,
    /// `sidecar.istio.io/inject: "false"` and no proxy.
    InjectionDisabled,
    /// A static pod's mirror cannot be changed.
    MirrorPod,
    /// No layer names a signer.
    NoSigner,
    /// No `istio-proxy` yet; if Istio adds one, the pod is reviewed again.
    NoProxy,
    /// ztunnel takes no signer.
    Ztunnel,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// A kebab-case word for metrics and scripts.
    pub reason: &'static str,
    /// Remedy first, at most 250 characters.
    pub message: String,
}

/// The decision about one pod.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Refuse it.
    Deny(Denial),
    /// Change it.
    Inject {
        /// The operations, never empty.
        patch: Patch,
        /// Shown by kubectl; remedy first, at most 250 characters each.
        warnings: Vec<String>,
    },
    /// It already is as it should be.
    NothingToDo {
        /// Shown by kubectl.
        warnings: Vec<String>,
    },
    /// It is not ours to change.
    Skip(SkipReason),
}

/// Decides about `pod`.
pub fn plan(pod: &Pod, resolved: &Resolved, policy: &Policy, signers: &Signers) -> Plan {
    let _ = (pod, resolved, policy, signers);
    todo!("plan")
}
