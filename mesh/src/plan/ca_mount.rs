//! The signer's CA as a file: one volume, mounted in the proxy and in the app containers that the
//! winning ProxyConfig names.

mod access;

use self::access::Access;
use super::proxy;
use super::signer::{Effective, Subject};
use super::volume::{self, Mounted};
use super::{CaSource, Draft, Notice, Policy, Short, TrustBundles, agent_roots, spire};
use crate::names;
use crate::objects::{ConfigMapVolume, KeyToPath, Volume};
use crate::signers::{IssuerState, Signer};
use crate::{Resolved, Signers};

/// Drafts the mounts for the signer that the pod will ask for, where its CA is known. Says whether the
/// agent verifies istiod by a file of ours.
pub(super) fn plan(
    subject: &Subject<'_>,
    effective: &Effective,
    resolved: &Resolved,
    policy: &Policy,
    signers: &Signers,
    draft: &mut Draft,
) -> bool {
    let Some(signer) = effective.name(subject) else {
        draft.warn(&Notice::SignerUnknown);
        return false;
    };
    // No ProxyConfig won a signer that was kept, so none may give it to an app container.
    let annotations = matches!(effective, Effective::Configured).then_some(&resolved.signer_annotations);
    let source = policy.ca_source(signer, &signers.control_plane);
    if let Some(CaSource::Spire(_)) = source {
        spire::plan(subject, signers, draft);
        return false;
    }
    let for_agent = annotations.is_some_and(agent_roots::are_wanted);
    let bundles = CaSource::ClusterTrustBundle(TrustBundles::default());
    let source = source.or_else(|| signers.is_only_bundled(signer).then_some(&bundles));
    let Some((wanted, for_agent)) = volume_of(signer, source, for_agent, signers, draft) else {
        return false;
    };
    if let Some((_, existing)) = volume::find(subject.pod, &wanted.name).filter(|(_, found)| !is_ours(found))
    {
        draft.warn(&Notice::VolumeNameTaken { volume: Short(&existing.name) });
        return false;
    }
    let access = Access::of(annotations, &subject.pod.metadata.annotations, draft);
    let in_proxy = mount(subject.proxy, names::CA_MOUNT_PATH, draft);
    let mut is_used = in_proxy;
    if let Some(path) = &access.path {
        for placed in proxy::containers(subject.pod).filter(|placed| access.includes(&placed.container.name))
        {
            is_used |= mount(placed, path, draft);
        }
    }
    if is_used {
        volume::ensure(subject.pod, &wanted, draft);
    }
    in_proxy && for_agent && agent_roots::plan(subject.proxy, draft)
}

/// The volume with the signer's CA, where there is one to mount, and whether the agent's roots, if they are
/// wanted, are in it.
fn volume_of(
    signer: &str,
    source: Option<&CaSource>,
    for_agent: bool,
    signers: &Signers,
    draft: &mut Draft,
) -> Option<(Volume, bool)> {
    let Some(source) = source else {
        let known = known_signer(signer, signers, draft)?;
        let for_agent = for_agent && agent_roots::are_known(signers, draft);
        return Some((published(&known.ca_key, for_agent), for_agent));
    };
    if !can_be_asked(signer, signers, draft) {
        return None;
    }
    if for_agent {
        draft.warn(&Notice::AgentRootsElsewhere { signer: Short(signer) });
    }
    let full_name = signers.control_plane.full_signer_name(signer);
    Some((source.volume(full_name.as_deref().unwrap_or(signer))?, false))
}

/// Mounts our volume where nothing is in the way; whether the container has it then.
fn mount(placed: proxy::Placed<'_>, path: &str, draft: &mut Draft) -> bool {
    match volume::mount(placed, names::CA_VOLUME, path, draft) {
        Mounted::Yes => return true,
        Mounted::Nowhere => {}
        Mounted::Taken(other) => draft.warn(&Notice::MountPathTaken {
            container: Short(&placed.container.name),
            path: Short(path),
            other: Short(other),
        }),
    }
    false
}

/// The signer whose CA is to be mounted, if it is known, can be asked for, and has a root that can be used.
pub(super) fn known_signer<'a>(signer: &str, signers: &'a Signers, draft: &mut Draft) -> Option<&'a Signer> {
    if !can_be_asked(signer, signers, draft) {
        return None;
    }
    let named = Short(signer);
    match signers.get(signer).filter(|known| known.name != names::BUILT_IN_SIGNER) {
        Some(known) if !known.roots.is_empty() => return Some(known),
        Some(known) => {
            let problem = known.problem.as_deref().unwrap_or("it holds no certificate");
            draft.warn(&Notice::RootUnusable { signer: named, problem });
        }
        // Without a signer istiod's own CA signs, whose root every pod has.
        None if signer.is_empty() => {}
        None => match signers.issuer_state(signer) {
            // There is no root to add.
            Some(IssuerState::Missing) => {}
            issuer => draft.warn(&Notice::RootUnknown { signer: named, has_issuer: issuer.is_some() }),
        },
    }
    None
}

/// Whether istiod passes requests for the signer on. Whether somebody answers them is said, and holds nothing up:
/// that may come later.
pub(super) fn can_be_asked(signer: &str, signers: &Signers, draft: &mut Draft) -> bool {
    let (named, control_plane) = (Short(signer), &signers.control_plane);
    if !control_plane.is_known() || signer.is_empty() {
        return true;
    }
    if !control_plane.kubernetes_signers {
        draft.warn(&Notice::BuiltInCa { signer: named });
        return false;
    }
    if control_plane.cert_signer_domain.is_none() {
        draft.warn(&Notice::DomainUnset { signer: named });
        return false;
    }
    match signers.issuer_state(signer) {
        Some(IssuerState::Missing) => draft.warn(&Notice::IssuerMissing { signer: named }),
        Some(IssuerState::NotReady) => draft.warn(&Notice::IssuerNotReady { signer: named }),
        Some(IssuerState::Ready) | None => {}
    }
    if control_plane.external_ca_cert {
        draft.warn(&Notice::ExternalCaCert { signer: named });
    }
    if let Some(fault) = signers.fault {
        draft.warn(&Notice::IstiodDoesNotStart { fault });
    }
    true
}

/// The key of the signer in the ConfigMap that the webhook keeps. It is optional, because that may not
/// have reached the namespace yet; but an agent that is told to read a file does not start without it.
fn published(ca_key: &str, for_agent: bool) -> Volume {
    let mut items = vec![KeyToPath::new(ca_key, names::CA_FILE)];
    if for_agent {
        items.push(KeyToPath::new(Signers::agent_roots_key(ca_key), names::AGENT_ROOTS_FILE));
    }
    let name = names::CA_CONFIG_MAP.to_owned();
    let config_map = Some(ConfigMapVolume { name, optional: !for_agent, items });
    Volume { name: names::CA_VOLUME.to_owned(), config_map, ..Volume::default() }
}

/// Whether a volume with our name is one that was made here, for whatever signer.
fn is_ours(volume: &Volume) -> bool {
    let ours = |items: &[KeyToPath]| items.first().is_some_and(|item| item.path == names::CA_FILE);
    let bundles = volume.projected.iter().flat_map(|projected| &projected.sources);
    let mut bundles = bundles.filter_map(|source| source.cluster_trust_bundle.as_ref());
    volume
        .config_map
        .as_ref()
        .is_some_and(|source| source.name == names::CA_CONFIG_MAP || ours(&source.items))
        || volume.secret.as_ref().is_some_and(|source| ours(&source.items))
        || bundles.any(|bundle| bundle.path == names::CA_FILE)
}
