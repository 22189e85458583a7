//! The signer's CA as a file: one volume, mounted in the proxy and in the app containers that the
//! winning ProxyConfig names.

mod access;

use serde_json::json;

use self::access::Access;
use super::mount_path::MountPath;
use super::proxy::{self, Placed};
use super::signer::{Effective, Subject};
use super::{Draft, Notice, Short};
use crate::names;
use crate::objects::{ConfigMapVolume, KeyToPath, Pod, Volume};
use crate::patch::List;
use crate::{Resolved, Signers};

/// Drafts the mounts for the signer that the pod will ask for, where its root is known.
pub(super) fn plan(
    subject: &Subject<'_>,
    effective: &Effective,
    resolved: &Resolved,
    signers: &Signers,
    draft: &mut Draft,
) {
    let (signer, annotations) = match effective {
        Effective::Configured => (subject.configured, Some(&resolved.signer_annotations)),
        // No ProxyConfig won this signer, so none may give it to an app container.
        Effective::Kept(Some(signer)) => (signer.as_str(), None),
        Effective::Kept(None) => return draft.warn(&Notice::SignerUnknown),
    };
    let Some(full_name) = known_signer(signer, signers, draft) else { return };
    let existing = match OurVolume::find(subject.pod, full_name) {
        Ok(existing) => existing,
        Err(volume) => return draft.warn(&Notice::VolumeNameTaken { volume: Short(&volume.name) }),
    };
    let access = Access::of(annotations, &subject.pod.metadata.annotations, draft);
    let mut mounts = Mounts { draft, is_used: false };
    mounts.mount(subject.proxy, names::CA_MOUNT_PATH);
    if let Some(path) = &access.path {
        for placed in proxy::containers(subject.pod).filter(|placed| access.includes(&placed.container.name))
        {
            mounts.mount(placed, path);
        }
    }
    if mounts.is_used {
        existing.ensure(subject.pod, full_name, draft);
    }
}

/// The full name of the signer whose CA is to be mounted, if it is known, can be asked for, and has a
/// root that can be used.
pub(super) fn known_signer<'a>(signer: &str, signers: &'a Signers, draft: &mut Draft) -> Option<&'a str> {
    let control_plane = &signers.control_plane;
    let named = Short(signer);
    if control_plane.is_known() && !signer.is_empty() {
        if !control_plane.kubernetes_signers {
            draft.warn(&Notice::BuiltInCa { signer: named });
            return None;
        }
        if control_plane.cert_signer_domain.is_none() {
            draft.warn(&Notice::DomainUnset { signer: named });
            return None;
        }
        if control_plane.external_ca_cert {
            draft.warn(&Notice::ExternalCaCert { signer: named });
        }
    }
    match signers.get(signer).filter(|known| known.name != names::BUILT_IN_SIGNER) {
        Some(known) if !known.roots.is_empty() => return Some(&known.name),
        Some(known) => {
            let problem = known.problem.as_deref().unwrap_or("it holds no certificate");
            draft.warn(&Notice::RootUnusable { signer: named, problem });
        }
        // Without a signer istiod's own CA signs, whose root every pod has.
        None if signer.is_empty() => {}
        None => draft.warn(&Notice::RootUnknown { signer: named }),
    }
    None
}

/// What the pod has of our volume.
enum OurVolume {
    Absent,
    /// There, with another signer's CA.
    Outdated(usize),
    Present,
}

impl OurVolume {
    /// Looks for it; another volume of the same name is an error.
    fn find<'a>(pod: &'a Pod, full_name: &str) -> Result<Self, &'a Volume> {
        let mut volumes = pod.spec.volumes.iter().enumerate();
        let Some((index, volume)) = volumes.find(|(_, volume)| volume.name == names::CA_VOLUME) else {
            return Ok(Self::Absent);
        };
        let Some(source) = &volume.config_map else { return Err(volume) };
        if source.name != names::CA_CONFIG_MAP {
            return Err(volume);
        }
        Ok(if *source == source_of(full_name) { Self::Present } else { Self::Outdated(index) })
    }

    fn ensure(self, pod: &Pod, full_name: &str, draft: &mut Draft) {
        let volume = || json!({"name": names::CA_VOLUME, "configMap": source_of(full_name)});
        match self {
            Self::Present => {}
            Self::Outdated(index) => {
                draft.patch.replace(&["spec", "volumes", &index.to_string()], volume());
            }
            Self::Absent => {
                // An empty list is as good as none: replacing it takes nothing away.
                let list = if pod.spec.volumes.is_empty() { List::Absent } else { List::Present };
                draft.patch.append(&["spec"], "volumes", list, volume());
            }
        }
    }
}

/// Optional, because the ConfigMap may not have reached the namespace yet; only the signer's own key.
fn source_of(full_name: &str) -> ConfigMapVolume {
    let item = KeyToPath {
        key: Signers::ca_key(full_name),
        path: names::CA_FILE.to_owned(),
        ..KeyToPath::default()
    };
    ConfigMapVolume { name: names::CA_CONFIG_MAP.to_owned(), optional: true, items: vec![item] }
}

/// Mounts our volume in containers, where nothing is in the way.
struct Mounts<'a> {
    draft: &'a mut Draft,
    /// At least one container has the mount, or gets it.
    is_used: bool,
}

impl Mounts<'_> {
    fn mount(&mut self, placed: Placed<'_>, path: &str) {
        let Ok(wanted) = MountPath::parse(path) else { return };
        let Placed { list, index, container } = placed;
        for existing in container.volume_mounts.iter().flatten() {
            let Ok(taken) = MountPath::of(&existing.mount_path) else { continue };
            if existing.name == names::CA_VOLUME && taken == wanted {
                self.is_used = true;
                return;
            }
            if taken.overlaps(&wanted) {
                let notice = Notice::MountPathTaken {
                    container: Short(&container.name),
                    path: Short(path),
                    other: Short(&existing.mount_path),
                };
                return self.draft.warn(&notice);
            }
        }
        let mount = json!({"name": names::CA_VOLUME, "mountPath": path, "readOnly": true});
        let present = List::of(container.volume_mounts.as_ref());
        self.draft.patch.append(&["spec", list.field(), &index.to_string()], "volumeMounts", present, mount);
        self.is_used = true;
    }
}
