//! One-shot looks at a mesh: fold until everything that was there at the start has been seen.

use std::pin::pin;

use futures::StreamExt;
use signet_mesh::{Inventory, Observation};
use tokio::sync::watch;

use super::{Demand, Scope, Source};

/// Observes until the mesh has settled or the source has nothing more to say. `seen` is shown every
/// observation as it goes by.
pub async fn settle(source: impl Source, scope: Scope, mut seen: impl FnMut(&Observation)) -> Inventory {
    let (_demand, demanded) = watch::channel(Demand::default());
    let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
    let mut observations = pin!(source.observe(scope, demanded));
    while let Some(observation) = observations.next().await {
        seen(&observation);
        inventory.apply(observation);
        if inventory.is_settled() {
            break;
        }
    }
    inventory
}
