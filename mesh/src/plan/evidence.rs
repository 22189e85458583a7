//! What a decision rests on beside the mesh config and the ProxyConfigs: kinds that few meshes have, and that
//! whoever asks a cluster one question after the other asks for only where they count.

use super::{CaSource, Draft, Policy, proxy, signer};
use crate::objects::{Kind, Pod};
use crate::{Resolved, Signers};

/// What the [`plan`](super::plan()) of a pod rests on.
pub(crate) fn of_pod(pod: &Pod, resolved: &Resolved, policy: &Policy, signers: &Signers) -> &'static [Kind] {
    let Some((proxy, configured)) = proxy::find(pod).ok().zip(resolved.signer()) else { return &[] };
    let subject = signer::Subject { pod, proxy, configured: &configured.effective.value };
    let conflicting = signer::Conflicting::of(policy, resolved);
    let Ok(effective) = signer::plan(&subject, conflicting, &mut Draft::default()) else { return &[] };
    match effective.name(&subject) {
        Some(signer) => of_signer(signer, policy, signers, &[Kind::CsiDriver, Kind::ClusterSpiffeId]),
        None => &[],
    }
}

/// What the [`obstacles`](super::obstacles) of a signer rest on. Which pods SPIRE knows is none of them.
pub(crate) fn of_obstacles(signer: &str, policy: &Policy, signers: &Signers) -> &'static [Kind] {
    of_signer(signer, policy, signers, &[Kind::CsiDriver])
}

fn of_signer(signer: &str, policy: &Policy, signers: &Signers, of_spire: &'static [Kind]) -> &'static [Kind] {
    let source = policy.ca_source(signer, &signers.control_plane);
    if let Some(CaSource::Spire(_)) = source {
        return of_spire;
    }
    let may_be_bundled = source.is_none() && signers.bundle_name(signer).is_some();
    match (may_be_bundled, signers.cluster_issuer(signer).is_some()) {
        (true, true) => &[Kind::ClusterTrustBundle, Kind::ClusterIssuer],
        (true, false) => &[Kind::ClusterTrustBundle],
        (false, true) => &[Kind::ClusterIssuer],
        (false, false) => &[],
    }
}
