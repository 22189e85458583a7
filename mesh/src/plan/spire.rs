//! A signer that is SPIRE: its socket in the place of Istio's, and the label by which it knows the pod.
//!
//! An agent that finds a socket there asks it, and istiod for no certificate (Istio
//! `security/pkg/nodeagent/sds`).

use serde_json::json;

use super::mount_path::MountPath;
use super::signer::Subject;
use super::volume::{self, Mounted};
use super::{Draft, Notice, Short};
use crate::names;
use crate::objects::{CsiVolume, Volume, VolumeMount};
use crate::patch::List;

/// Drafts both.
pub(super) fn plan(subject: &Subject<'_>, draft: &mut Draft) {
    if !is_socket_mounted(subject, draft) {
        return;
    }
    let labels = &subject.pod.metadata.labels;
    if labels.get(names::SPIRE_LABEL).is_none_or(|value| value != "true") {
        let present = if labels.is_empty() { List::Absent } else { List::Present };
        draft.patch.set(&["metadata"], "labels", present, names::SPIRE_LABEL, json!("true"));
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
