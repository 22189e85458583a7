//! A signer that is SPIRE: its socket in the place of Istio's, and the label by which it knows the pod.
//!
//! An agent that finds a socket there asks it, and istiod for no certificate (Istio
//! `security/pkg/nodeagent/sds`).

use serde_json::json;

use super::mount_path::MountPath;
use super::signer::Subject;
use super::volume::{self, Mounted};
use super::{Draft, Notice, Short};
use crate::Signers;
use crate::names;
use crate::objects::{CsiVolume, Volume, VolumeMount};
use crate::patch::List;

/// Drafts both, and says what SPIRE lacks to answer the pod.
pub(super) fn plan(subject: &Subject<'_>, signers: &Signers, draft: &mut Draft) {
    if !is_socket_mounted(subject, draft) {
        return;
    }
    can_be_reached(signers, draft);
    is_registered(subject, signers, draft);
    let labels = &subject.pod.metadata.labels;
    if labels.get(names::SPIRE_LABEL).is_none_or(|value| value != "true") {
        let present = if labels.is_empty() { List::Absent } else { List::Present };
        draft.patch.set(&["metadata"], "labels", present, names::SPIRE_LABEL, json!("true"));
    }
}

/// Says so where there is nothing that brings SPIRE's socket into pods.
pub(super) fn can_be_reached(signers: &Signers, draft: &mut Draft) {
    if signers.spire.has_driver == Some(false) {
        draft.warn(&Notice::SpireDriverMissing);
    }
}

/// Says so where SPIRE does not know the pod, or knows it in another trust domain.
fn is_registered(subject: &Subject<'_>, signers: &Signers, draft: &mut Draft) {
    let metadata = &subject.pod.metadata;
    let mut labels = metadata.labels.clone();
    labels.insert(names::SPIRE_LABEL.to_owned(), "true".to_owned());
    let Some(identities) = signers.spire.identities_of(&metadata.namespace, &labels) else { return };
    let mut identities = identities.peekable();
    if identities.peek().is_none() {
        return draft.warn(&Notice::SpireIdentityMissing);
    }
    let foreign: Option<Vec<_>> = identities
        .map(|identity| {
            let domain = identity.trust_domain().filter(|domain| *domain != signers.trust_domain)?;
            Some((identity, domain))
        })
        .collect();
    // One that fits is enough.
    if let Some((identity, domain)) = foreign.iter().flatten().next() {
        draft.warn(&Notice::SpireTrustDomain {
            identity: Short(&identity.metadata.name),
            domain: Short(domain),
            of_mesh: Short(&signers.trust_domain),
        });
    }
}

/// Whether the proxy has SPIRE's socket now, or will. Istio's empty volume becomes SPIRE's under its own
/// name: its mount stays, and Istio may render it again.
fn is_socket_mounted(subject: &Subject<'_>, draft: &mut Draft) -> bool {
    let existing = subject.proxy.container.volume_mounts.iter().flatten().find(|mount| is_at_socket(mount));
    let name = existing.map_or(names::SPIRE_VOLUME, |mount| mount.name.as_str());
    let found = volume::find(subject.pod, name).map(|(_, volume)| volume);
    if found.and_then(|volume| volume.csi.as_ref()).is_some_and(|csi| csi.driver == names::SPIRE_DRIVER) {
        return true;
    }
    let is_free = if existing.is_some() { name == names::WORKLOAD_SOCKET_VOLUME } else { found.is_none() };
    let is_mounted = is_free
        && (existing.is_some()
            || matches!(
                volume::mount(subject.proxy, name, names::WORKLOAD_SOCKET_PATH, draft),
                Mounted::Yes
            ));
    if is_mounted {
        let csi = Some(CsiVolume { driver: names::SPIRE_DRIVER.to_owned(), read_only: true });
        volume::ensure(subject.pod, &Volume { name: name.to_owned(), csi, ..Volume::default() }, draft);
    } else {
        draft.warn(&Notice::SocketTaken { volume: Short(name) });
    }
    is_mounted
}

fn is_at_socket(mount: &VolumeMount) -> bool {
    MountPath::of(&mount.mount_path).is_ok_and(|path| Ok(path) == MountPath::of(names::WORKLOAD_SOCKET_PATH))
}
