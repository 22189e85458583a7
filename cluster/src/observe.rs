//! A cluster whole: what its API server says, and what its proxies do.

use futures::{Stream, stream};
use signet_mesh::{Demand, Observation};
use tokio::sync::watch::Receiver;

use crate::Cluster;
use crate::proxies::{PodReader, Proxies};
use crate::watch::{Selection, Watches};

/// Watches a cluster and reads the proxies of its pods, for ever; at most `concurrency` of them at
/// once, first those that `demand` names.
pub fn observe(
    cluster: Cluster,
    selection: &Selection,
    concurrency: usize,
    demand: Receiver<Demand>,
) -> impl Stream<Item = Observation> + Send + use<> {
    let proxies = Proxies::new(PodReader::new(cluster.clone()), concurrency, demand);
    let watches = Watches::new(cluster, selection);
    stream::unfold((watches, proxies), |(mut watches, mut proxies)| async move {
        let observation = tokio::select! {
            observation = watches.next() => {
                proxies.see(&observation);
                observation
            }
            observation = proxies.next() => observation,
        };
        Some((observation, (watches, proxies)))
    })
}
