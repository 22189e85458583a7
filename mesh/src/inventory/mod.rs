//! What is known of a mesh: a fold of observations, asked for workloads at a point in time.

use std::sync::Arc;

use signet_certs::UnixTime;
use signet_certs::algorithms::Algorithms;

use crate::observation::Connection;
use crate::{Observation, Workload};

/// Everything that was observed, kept so that a frame or a report is cheap to make.
///
/// `apply` is pure: the same observations make the same inventory, whoever saw them.
#[derive(Clone)]
pub struct Inventory {
    algorithms: Algorithms,
}

impl Inventory {
    /// Nothing seen yet. Chains will be verified with `algorithms`.
    pub fn new(algorithms: Algorithms) -> Self {
        Self { algorithms }
    }

    /// Takes one observation in.
    pub fn apply(&mut self, observation: Observation) {
        let _ = (observation, self.algorithms);
        todo!("inventory")
    }

    /// Every pod, in byte order of namespace and name, judged at `now`.
    pub fn workloads(&self, now: UnixTime) -> Vec<Arc<Workload>> {
        let _ = now;
        todo!("inventory")
    }

    /// Whether everything that was there at the start has been seen: each kind synced or refused, and
    /// each proxy that can be read answered for. One-shot commands print then.
    pub fn is_settled(&self) -> bool {
        todo!("inventory")
    }

    /// The state of the connection, once it is known.
    pub fn connection(&self) -> Option<&Connection> {
        todo!("inventory")
    }
}
