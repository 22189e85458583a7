//! Istio's own mounts, where its injection template leaves them out.
//!
//! The template gives a proxy istiod's root only when istiod made its own certificate. With any other
//! `PILOT_CERT_PROVIDER` the agent looks for a file that nobody mounts, and ends (Istio
//! `pkg/istio-agent/agent.go` `FindRootCAForCA`).

use super::proxy::Placed;
use super::volume::{self, Mounted};
use super::{Draft, Notice, Short};
use crate::names;
use crate::objects::{ConfigMapVolume, KeyToPath, Pod, SecretVolume, Volume};
use crate::resolve::Resolved;

/// What an identity from files is made of (Istio `security/pkg/nodeagent/cache`).
const IDENTITY_FILES: [&str; 3] = ["cert-chain.pem", "key.pem", names::ISTIO_ROOT_KEY];

/// Drafts what is missing. `has_agent_roots` says that the agent verifies istiod by a file of ours.
pub(super) fn plan(
    pod: &Pod,
    proxy: Placed<'_>,
    resolved: &Resolved,
    has_agent_roots: bool,
    draft: &mut Draft,
) {
    let annotations = &resolved.signer_annotations;
    let wants_identity =
        annotations.get(names::MOUNT_MTLS_CERTS_ANNOTATION).is_some_and(|value| value == "true");
    let has_identity = wants_identity && mount(pod, proxy, &identity(pod), names::FILE_CERTS_PATH, draft);
    if has_agent_roots || !needs_a_root(proxy) {
        return;
    }
    match variable(proxy, names::PILOT_CERT_PROVIDER) {
        None | Some("istiod" | "none") => {}
        Some("custom") if has_identity => {}
        Some("custom") => {
            let mounted = mount(pod, proxy, &istiod_root(), names::FILE_CERTS_PATH, draft);
            let signer = resolved.signer().map(|signer| signer.effective.value.as_str());
            if let Some(signer) = signer.filter(|signer| mounted && !signer.is_empty()) {
                draft.warn(&Notice::ProviderRootReplaces { signer: Short(signer) });
            }
        }
        Some(_) => {
            mount(pod, proxy, &istiod_root(), names::ISTIO_ROOT_PATH, draft);
        }
    }
}

/// Whether the proxy has the volume there now, or will. What somebody else has mounted there, or above
/// or below, is theirs to fill.
fn mount(pod: &Pod, proxy: Placed<'_>, wanted: &Volume, path: &str, draft: &mut Draft) -> bool {
    let mounted = matches!(volume::mount(proxy, &wanted.name, path, draft), Mounted::Yes);
    if mounted {
        volume::ensure(pod, wanted, draft);
    }
    mounted
}

/// As Istio itself mounts it: a pod waits for its root, and does not fail without.
fn istiod_root() -> Volume {
    let items = vec![KeyToPath::new(names::ISTIO_ROOT_KEY, names::ISTIO_ROOT_KEY)];
    let name = names::ISTIO_ROOT_CONFIG_MAP.to_owned();
    let config_map = Some(ConfigMapVolume { name, optional: false, items });
    Volume { name: names::ISTIOD_ROOT_VOLUME.to_owned(), config_map, ..Volume::default() }
}

/// The pod's own identity, key and all: the one key that is ever mounted, because it is the pod's.
fn identity(pod: &Pod) -> Volume {
    let account = match pod.spec.service_account_name.as_str() {
        "" => "default",
        name => name,
    };
    let items = IDENTITY_FILES.map(|file| KeyToPath::new(file, file)).into();
    let secret = Some(SecretVolume { secret_name: format!("istio.{account}"), optional: true, items });
    Volume { name: names::FILE_CERTS_VOLUME.to_owned(), secret, ..Volume::default() }
}

/// Whether the agent looks for istiod's root where the template would put it.
fn needs_a_root(proxy: Placed<'_>) -> bool {
    let is_elsewhere = |name| variable(proxy, name).is_some_and(|value| !value.is_empty());
    let reads_files = variable(proxy, "FILE_MOUNTED_CERTS") == Some("true") || is_elsewhere("PROV_CERT");
    !reads_files && !names::AGENT_ROOT_VARIABLES.into_iter().all(is_elsewhere)
}

/// The plain value of a variable of the proxy; the last one counts.
fn variable<'a>(proxy: Placed<'a>, name: &str) -> Option<&'a str> {
    proxy.container.env.as_ref()?.last(name)?.1.value
}
