//! Volumes of ours and their mounts: each is added once, and never in the way of another.

use serde_json::{Value, json};

use super::Draft;
use super::mount_path::MountPath;
use super::proxy::Placed;
use crate::objects::{Pod, Volume};
use crate::patch::List;

/// What became of the wish for a mount.
pub(super) enum Mounted<'a> {
    /// It is there, or will be.
    Yes,
    /// The container has another mount there, above or below.
    Taken(&'a str),
    /// Nothing can be mounted at such a path.
    Nowhere,
}

/// Mounts a volume read-only in a container, unless it is or something else is in the way.
pub(super) fn mount<'a>(placed: Placed<'a>, volume: &str, path: &str, draft: &mut Draft) -> Mounted<'a> {
    let Ok(wanted) = MountPath::parse(path) else { return Mounted::Nowhere };
    let Placed { list, index, container } = placed;
    for existing in container.volume_mounts.iter().flatten() {
        let Ok(taken) = MountPath::of(&existing.mount_path) else { continue };
        if existing.name == volume && taken == wanted {
            return Mounted::Yes;
        }
        if taken.overlaps(&wanted) {
            return Mounted::Taken(&existing.mount_path);
        }
    }
    let mount = json!({"name": volume, "mountPath": path, "readOnly": true});
    let present = List::of(container.volume_mounts.as_ref());
    draft.patch.append(&["spec", list.field(), &index.to_string()], "volumeMounts", present, mount);
    Mounted::Yes
}

/// The volume of that name, with its place.
pub(super) fn find<'a>(pod: &'a Pod, name: &str) -> Option<(usize, &'a Volume)> {
    pod.spec.volumes.iter().enumerate().find(|(_, volume)| volume.name == name)
}

/// Gives the pod the volume; one of the same name becomes it.
pub(super) fn ensure(pod: &Pod, wanted: &Volume, draft: &mut Draft) {
    match find(pod, &wanted.name) {
        Some((_, volume)) if volume == wanted => {}
        Some((index, _)) => {
            draft.patch.replace(&["spec", "volumes", &index.to_string()], value(wanted));
        }
        None => {
            // An empty list is as good as none: replacing it takes nothing away.
            let list = if pod.spec.volumes.is_empty() { List::Absent } else { List::Present };
            draft.patch.append(&["spec"], "volumes", list, value(wanted));
        }
    }
}

/// A volume has texts, numbers and booleans only, for which this cannot fail.
fn value(volume: &Volume) -> Value {
    serde_json::to_value(volume).unwrap_or_default()
}
