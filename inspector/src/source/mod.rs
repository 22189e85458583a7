//! Where a mesh is seen: one trait, so that nothing above it knows whether it looks at a snapshot or
//! at the demo.

mod chosen;
mod demo;
mod scope;
mod settle;
pub mod snapshot;

pub use chosen::{Chosen, MeshArgs};
pub use demo::DemoSource;
pub use scope::{InvalidSelector, Scope, Selector};
pub use settle::settle;
pub use snapshot::SnapshotSource;

use futures::Stream;
use signet_mesh::Observation;
use signet_mesh::objects::ObjectName;
use tokio::sync::watch;

use crate::Clock;

/// What is looked at right now, so that a source reads it first and more often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The pods on the screen, topmost first.
    pub visible: Vec<ObjectName>,
}

/// Something that shows a mesh.
pub trait Source {
    /// The clock that its mesh lives by.
    fn clock(&self) -> Clock;

    /// What it sees, as it sees it. One-shot commands stop when the inventory has settled;
    /// a stream that ends has nothing more to say.
    fn observe(self, scope: Scope, demand: watch::Receiver<Demand>)
    -> impl Stream<Item = Observation> + Send;
}
