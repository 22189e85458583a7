//! istiod itself: the one root of all its signers, as a file that its chart does not mount.

use super::proxy::{self, Placed};
use super::volume::{self, Mounted};
use super::{Draft, Notice, Plan, Short};
use crate::objects::{KeyToPath, Pod, SecretVolume, Volume};
use crate::{Signers, names};

/// The longest name of an object.
const LONGEST_NAME: usize = 253;

/// The container that runs istiod, if `pod` is one of istiod's.
pub(crate) fn find(pod: &Pod) -> Option<Placed<'_>> {
    let is_istiods = pod.metadata.labels.get("app").is_some_and(|app| app == names::ISTIOD_APP);
    let mut containers = proxy::containers(pod);
    containers.find(|placed| is_istiods && placed.container.name == names::ISTIOD_CONTAINER)
}

/// Decides about a pod of istiod's: it gets the root in `secret`, which its namespace's annotation names.
pub(crate) fn plan(pod: &Pod, istiod: Placed<'_>, secret: &str, signers: &Signers) -> Plan {
    let mut draft = Draft::default();
    if is_name(secret) {
        // An unknown key of the Secret could be a private one.
        let items = vec![KeyToPath::new(names::ISTIO_ROOT_KEY, names::ISTIO_ROOT_KEY)];
        let source = SecretVolume { secret_name: secret.to_owned(), optional: true, items };
        let name = names::EXTERNAL_CA_VOLUME.to_owned();
        let wanted = Volume { name, secret: Some(source), ..Volume::default() };
        let mounted = volume::mount(istiod, &wanted.name, names::EXTERNAL_CA_CERT_PATH, &mut draft);
        if matches!(mounted, Mounted::Yes) {
            volume::ensure(pod, &wanted, &mut draft);
        }
        let hidden = signers.signers.keys().find(|name| *name != names::BUILT_IN_SIGNER);
        if let Some(signer) = hidden {
            draft.warn(&Notice::IstiodSecretHides { signer: Short(signer) });
        }
    } else {
        // A pod with such a volume would be refused, and there would be no istiod.
        draft.warn(&Notice::IstiodSecretInvalid { secret: Short(secret) });
    }
    draft.into_plan()
}

/// Whether the API server takes this as the name of a Secret (RFC 1123 section 2.1).
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(is_alphanumeric)
            && part.ends_with(is_alphanumeric)
            && part.chars().all(|c| is_alphanumeric(c) || c == '-')
    };
    name.len() <= LONGEST_NAME && name.split('.').all(is_part)
}
