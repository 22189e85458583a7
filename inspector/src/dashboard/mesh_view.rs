//! The mesh as it is drawn: one moment of it, never changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::answers::Answers;
use crate::columns::duration;
use crate::source::notices;
use signet_certs::UnixTime;
use signet_mesh::objects::ObjectName;
use signet_mesh::observation::Connection;
use signet_mesh::{Inventory, Verdict, Workload};

/// What was known at one moment. A frame is drawn from one of these, so a screen that is held is
/// just one that is not replaced.
#[derive(Clone, Debug)]
pub(crate) struct MeshView {
    /// The moment that everything is judged at.
    pub(crate) now: UnixTime,
    /// Every pod, by namespace and name.
    pub(crate) workloads: Vec<Arc<Workload>>,
    /// The state of the connection, once it is known.
    pub(crate) connection: Option<Connection>,
    /// Whether everything that was there at the start has been seen.
    pub(crate) settled: bool,
    /// What cannot be seen, and what to do about it.
    pub(crate) notices: Vec<String>,
    /// What only some screens show.
    pub(crate) answers: Arc<Answers>,
}

impl MeshView {
    /// Nothing seen yet.
    pub(crate) fn empty(now: UnixTime) -> Self {
        let answers = Arc::new(Answers::empty(now));
        Self { now, workloads: Vec::new(), connection: None, settled: false, notices: Vec::new(), answers }
    }

    /// The inventory at `now`.
    pub(crate) fn of(inventory: &Inventory, now: UnixTime) -> Self {
        Self {
            now,
            workloads: inventory.workloads(now),
            connection: inventory.connection().cloned(),
            settled: inventory.is_settled(),
            notices: notices(inventory),
            answers: Arc::new(Answers::of(inventory, now)),
        }
    }

    /// The namespaces that have pods, in alphabetical order.
    pub(crate) fn namespaces(&self) -> Vec<&str> {
        // The pods are in order of their namespaces already.
        let mut namespaces: Vec<&str> =
            self.workloads.iter().map(|workload| workload.name.namespace.as_str()).collect();
        namespaces.dedup();
        namespaces
    }

    /// How many pods of `namespace` (of all, when absent) have each verdict.
    pub(crate) fn counts(&self, namespace: Option<&str>) -> BTreeMap<Verdict, usize> {
        let mut counts = BTreeMap::new();
        for workload in &self.workloads {
            if namespace.is_none_or(|namespace| workload.name.namespace == namespace) {
                *counts.entry(workload.verdict).or_default() += 1;
            }
        }
        counts
    }

    /// The pod of this name.
    pub(crate) fn find(&self, name: &ObjectName) -> Option<&Arc<Workload>> {
        self.workloads.iter().find(|workload| workload.name == *name)
    }

    /// What is wrong with the view itself: it is out of date, or a part of the mesh is missing.
    pub(crate) fn banner(&self) -> Option<String> {
        match self.lost() {
            Some((since, message)) => {
                let age = duration(self.now.since(since));
                Some(format!("connection lost {age} ago; what is shown is as old as that: {message}"))
            }
            None => self.notices.first().cloned(),
        }
    }

    /// Since when, and why, the cluster does not answer.
    pub(crate) fn lost(&self) -> Option<(UnixTime, &str)> {
        match &self.connection {
            Some(Connection::Lost { since, message }) => Some((*since, message)),
            _ => None,
        }
    }
}
