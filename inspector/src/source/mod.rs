//! Where a mesh is seen: one trait, so that nothing above it knows whether it looks at a cluster, at
//! a snapshot or at the demo.

mod awaited;
mod chosen;
mod demo;
mod live;
mod meshes;
mod notices;
mod progress;
mod scope;
mod settle;
pub mod snapshot;

pub use chosen::{Chosen, Look, MeshArgs, PodArgs};
pub use demo::DemoSource;
pub use live::{ClusterArgs, LiveSource};
pub use meshes::MeshesArgs;
pub use notices::{does_not_start, lost, notices, notices_of};
pub use scope::{InvalidSelector, Scope, Selector};
pub use settle::Settled;
pub use snapshot::SnapshotSource;

use futures::Stream;
pub use signet_mesh::Demand;
use signet_mesh::Observation;
use tokio::sync::watch;

use crate::Clock;

/// Something that shows a mesh.
pub trait Source {
    /// The clock that its mesh lives by.
    fn clock(&self) -> Clock;

    /// What it sees, as it sees it. One-shot commands stop when the inventory has settled;
    /// a stream that ends has nothing more to say.
    fn observe(self, scope: Scope, demand: watch::Receiver<Demand>)
    -> impl Stream<Item = Observation> + Send;
}
