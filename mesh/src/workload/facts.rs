//! What a pod's spec says about its identity, read once when the pod is seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Owner, ProxyKind};
use crate::names::{CERT_SIGNER, OVERRIDES_ANNOTATION, REVISION, SPIRE_DRIVER, STATUS_ANNOTATION};
use crate::objects::{CsiVolume, Pod};
use crate::plan::{Asked, asked_signer};
use crate::resolve::managed_gateway;

/// The facts of one pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its labels.
    pub labels: Arc<BTreeMap<String, String>>,
    /// What kind of proxy it has.
    pub proxy: ProxyKind,
    /// The controller it belongs to.
    pub owner: Option<Owner>,
    /// The service account.
    pub service_account: String,
    /// The node, once scheduled.
    pub node: Option<String>,
    /// The control plane's revision that the pod itself names; its namespace may name another.
    pub revision: Option<String>,
    /// The signer in the proxy's environment, as the agent sees it.
    pub asked: Asked,
    /// The pod's own spec names the signer, not the injector: a new pod would carry it as well.
    pub asks_itself: bool,
    /// Its agent gets certificates from SPIRE's socket and asks no CA
    /// (Istio `pkg/istio-agent/agent.go` `Run`).
    pub spire: bool,
}

impl Facts {
    /// The facts of `pod`.
    pub fn of(pod: &Pod) -> Self {
        let proxy = ProxyKind::of(pod);
        Self {
            labels: Arc::new(pod.metadata.labels.clone()),
            proxy,
            owner: Owner::of(pod),
            service_account: service_account(pod),
            node: Some(pod.spec.node_name.clone()).filter(|node| !node.is_empty()),
            revision: revision(pod),
            asked: asked_signer(pod),
            asks_itself: asks_itself(pod),
            spire: pod.spec.volumes.iter().filter_map(|volume| volume.csi.as_ref()).any(is_spires),
        }
    }
}

fn is_spires(csi: &CsiVolume) -> bool {
    csi.driver == SPIRE_DRIVER
}

impl Default for Facts {
    fn default() -> Self {
        Self::of(&Pod::default())
    }
}

fn service_account(pod: &Pod) -> String {
    match pod.spec.service_account_name.as_str() {
        "" => "default".to_owned(),
        name => name.to_owned(),
    }
}

/// The injector's own word first: annotation, then its status, then what the pod asked for.
pub(crate) fn revision(pod: &Pod) -> Option<String> {
    let annotations = &pod.metadata.annotations;
    let status = || {
        let status: Value = serde_json::from_str(annotations.get(STATUS_ANNOTATION)?).ok()?;
        status.get("revision")?.as_str().map(str::to_owned)
    };
    let revision = annotations.get(REVISION).cloned().or_else(status);
    revision.or_else(|| pod.metadata.labels.get(REVISION).cloned()).filter(|revision| !revision.is_empty())
}

fn asks_itself(pod: &Pod) -> bool {
    let annotations = &pod.metadata.annotations;
    match annotations.get(OVERRIDES_ANNOTATION) {
        Some(overrides) => overrides.contains(CERT_SIGNER),
        None => !annotations.contains_key(STATUS_ANNOTATION) && managed_gateway(pod).is_none(),
    }
}
