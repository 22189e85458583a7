//! What is to be done about a pod: a minimal patch, nothing, or a denial, each with its reason.

mod agent_roots;
mod asked;
mod ca_mount;
mod ca_source;
pub(crate) mod evidence;
mod istio_mounts;
pub(crate) mod istiod;
mod mount_path;
mod notice;
mod origin;
pub mod proxy;
mod signer;
mod spire;
#[cfg(test)]
mod tests;
mod volume;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signet_certs::yaml;

use crate::config::ControlPlane;
use crate::objects::Pod;
use crate::patch::{Patch, PatchBuilder};
use crate::{Resolved, Signers};

pub use asked::{Asked, asked_signer};
pub use ca_source::{CaSource, Key, PrivateKeyName, PublicKeyName, Spire, TrustBundles};
pub(crate) use notice::{Notice, Short};

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
    /// Where the CA of a signer comes from, by the signer's short or full name. For signers that are
    /// not here it is `meshConfig.caCertificates`.
    pub ca_sources: BTreeMap<String, CaSource>,
    /// What to do about a pod that asks for another signer itself.
    pub conflict: Conflict,
}

impl Policy {
    /// Reads settings. A key that there is not is an error, because a typo must not switch a rule off;
    /// `others` are the names of settings that stand beside the policy's.
    pub fn read(settings: Map<String, Value>, others: &[&str]) -> Result<Self, String> {
        let known = serde_json::to_value(Self::default()).map_err(|error| error.to_string())?;
        let is_known = |key: &str| known.get(key).is_some();
        if let Some(unknown) = settings.keys().find(|key| !is_known(key)) {
            let own = known.as_object().into_iter().flat_map(Map::keys).map(String::as_str);
            let keys: Vec<&str> = own.chain(others.iter().copied()).collect();
            return Err(format!("there is no setting `{unknown}`; there are: {}", keys.join(", ")));
        }
        serde_json::from_value(Value::Object(settings)).map_err(|error| error.to_string())
    }

    /// Reads settings from the text that the webhook reads them from: YAML, empty for the defaults.
    pub fn parse(text: &str) -> Result<Self, String> {
        match yaml::first(text).map_err(|error| error.to_string())? {
            Value::Null => Ok(Self::default()),
            Value::Object(settings) => Self::read(settings, &[]),
            _ => Err("it is no mapping of settings".to_owned()),
        }
    }

    /// Where the CA of an asked-for signer comes from, when not from the mesh config.
    fn ca_source(&self, signer: &str, control_plane: &ControlPlane) -> Option<&CaSource> {
        let by_full_name =
            || self.ca_sources.get(control_plane.full_signer_name(signer).as_deref().unwrap_or_default());
        self.ca_sources.get(signer).or_else(by_full_name)
    }
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

impl SkipReason {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HalfMadeProxy => "half-made-proxy",
            Self::HostNetwork => "host-network",
            Self::InjectionDisabled => "injection-disabled",
            Self::MirrorPod => "mirror-pod",
            Self::NoSigner => "no-signer",
            Self::NoProxy => "no-proxy",
            Self::Ztunnel => "ztunnel",
        }
    }

    /// The reason in one sentence.
    pub const fn message(self) -> &'static str {
        match self {
            Self::HalfMadeProxy => "istio-proxy has no image yet: Istio has not finished it",
            Self::HostNetwork => "the pod uses its node's network, and Istio does not inject such pods",
            Self::InjectionDisabled => "sidecar.istio.io/inject is false, and there is no istio-proxy",
            Self::MirrorPod => "the pod mirrors a static pod, which only its node can change",
            Self::NoSigner => "no mesh config, ProxyConfig or annotation sets ISTIO_META_CERT_SIGNER",
            Self::NoProxy => "there is no istio-proxy; if Istio adds one, the pod is reviewed again",
            Self::Ztunnel => "ztunnel never asks for a signer",
        }
    }
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

/// Decides about `pod`, whose namespace must be filled in.
pub fn plan(pod: &Pod, resolved: &Resolved, policy: &Policy, signers: &Signers) -> Plan {
    let proxy = match proxy::find(pod) {
        Ok(proxy) => proxy,
        Err(reason) => return Plan::Skip(reason),
    };
    let mut draft = Draft::default();
    let mut has_agent_roots = false;
    let configured = resolved.signer();
    if let Some(configured) = configured {
        draft.warn_of_invalid_annotation(resolved);
        let subject = signer::Subject { pod, proxy, configured: &configured.effective.value };
        let conflicting = signer::Conflicting::of(policy, resolved);
        has_agent_roots = match signer::plan(&subject, conflicting, &mut draft) {
            Ok(effective) => ca_mount::plan(&subject, &effective, resolved, policy, signers, &mut draft),
            Err(denial) => return Plan::Deny(denial),
        };
    }
    istio_mounts::plan(pod, proxy, resolved, has_agent_roots, &mut draft);
    match draft.into_plan() {
        Plan::NothingToDo { .. } if configured.is_none() => Plan::Skip(SkipReason::NoSigner),
        plan => plan,
    }
}

/// What stands in the way of `signer`, as far as it shows before a pod asks for it: warnings for kubectl.
pub(crate) fn obstacles(signer: &str, policy: &Policy, signers: &Signers) -> Vec<String> {
    let mut draft = Draft::default();
    match policy.ca_source(signer, &signers.control_plane) {
        Some(CaSource::Spire(_)) => spire::can_be_reached(signers, &mut draft),
        Some(_) => {
            ca_mount::can_be_asked(signer, signers, &mut draft);
        }
        None if signers.is_only_bundled(signer) => {
            ca_mount::can_be_asked(signer, signers, &mut draft);
        }
        None => {
            ca_mount::known_signer(signer, signers, &mut draft);
        }
    }
    draft.warnings
}

/// A plan in the making.
#[derive(Default)]
struct Draft {
    patch: PatchBuilder,
    warnings: Vec<String>,
}

impl Draft {
    fn into_plan(self) -> Plan {
        let warnings = self.warnings;
        match self.patch.build() {
            Some(patch) => Plan::Inject { patch, warnings },
            None => Plan::NothingToDo { warnings },
        }
    }

    fn warn(&mut self, notice: &Notice<'_>) {
        self.warnings.push(notice.to_string());
    }

    fn warn_of_invalid_annotation(&mut self, resolved: &Resolved) {
        let is_invalid =
            |inert: &crate::resolve::Inert| inert.reason == crate::resolve::InertReason::InvalidAnnotation;
        if let Some(inert) = resolved.inert.iter().find(|inert| is_invalid(inert)) {
            self.warn(&Notice::InvalidAnnotation { problem: &inert.message });
        }
    }
}
