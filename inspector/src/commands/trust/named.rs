//! Which workloads a word on the command line means.

use signet_mesh::trust::{Matrix, Peer};

use crate::Failure;
use crate::commands::chain::{is_named, unknown};

/// The places of the peers that `asked` names; of all with a proxy where nothing was asked.
pub(super) fn named(matrix: &Matrix, asked: Option<&str>) -> Result<Vec<usize>, Failure> {
    let peers = matrix.peers().iter().enumerate();
    let Some(asked) = asked else {
        return Ok(peers.filter(|(_, peer)| peer.has_proxy()).map(|(place, _)| place).collect());
    };
    let found: Vec<usize> = peers.filter(|(_, peer)| means(asked, peer)).map(|(place, _)| place).collect();
    if found.is_empty() { Err(unknown(asked)) } else { Ok(found) }
}

/// Names of clusters may hold colons themselves, those of pods and namespaces never do.
fn means(asked: &str, peer: &Peer) -> bool {
    let (cluster, asked) = match asked.rsplit_once(':') {
        Some((cluster, asked)) => (Some(cluster), asked),
        None => (None, asked),
    };
    if cluster.is_some_and(|cluster| peer.cluster.as_deref() != Some(cluster)) {
        return false;
    }
    match asked.split_once('/') {
        Some(("ns" | "namespace" | "namespaces", namespace)) => {
            peer.name.namespace == namespace && peer.has_proxy()
        }
        _ => is_named(&peer.name, peer.owner.as_ref().map(ToString::to_string).as_deref(), asked),
    }
}
