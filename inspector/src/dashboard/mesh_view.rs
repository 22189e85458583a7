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

    /// The same inventory at a later `now`. What only some screens show is worked out anew where a certificate
    /// has come to another phase of its life, and now and then because of the times in it.
    pub(crate) fn later(&self, inventory: &Inventory, now: UnixTime) -> Self {
        let workloads = inventory.workloads(now);
        let same = workloads.len() == self.workloads.len()
            && workloads.iter().zip(&self.workloads).all(|(is, was)| Arc::ptr_eq(is, was));
        let answers = if same && self.answers.are_recent(now) {
            Arc::clone(&self.answers)
        } else {
            Arc::new(Answers::of(inventory, now))
        };
        let (connection, notices) = (self.connection.clone(), self.notices.clone());
        Self { now, workloads, connection, settled: self.settled, notices, answers }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use signet_certs::UnixTime;
    use signet_mesh::Inventory;

    use super::MeshView;

    #[test]
    fn what_only_some_screens_show_is_kept_until_a_certificate_ages() {
        let start: UnixTime = "2026-11-24T09:00:00Z".parse().expect("a time");
        let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
        signet_demo::Demo::new(1, start).step(start).into_iter().for_each(|one| inventory.apply(one));
        let is_kept = |from: UnixTime, to: UnixTime| {
            let view = MeshView::of(&inventory, from);
            let later = view.later(&inventory, to);
            assert_eq!((later.now, later.workloads.len()), (to, view.workloads.len()));
            Arc::ptr_eq(&view.answers, &later.answers)
        };
        assert!(is_kept(start, start.plus(1)));
        assert!(!is_kept(start, start.plus(60)), "what is left is shown to the minute");
        assert!(!is_kept(start, start.plus(-1)), "another clock");
        let workloads = inventory.workloads(start);
        let leaf = workloads.iter().find_map(|workload| workload.chain.first()).expect("a leaf");
        assert!(!is_kept(leaf.not_after, leaf.not_after.plus(1)), "an expired chain is refused");
    }
}
