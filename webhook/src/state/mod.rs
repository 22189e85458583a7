//! What decisions rest on: an immutable state for each namespace, published when it changes.
//!
//! A lookup takes the same time in a mesh of any size, and a change makes the state of its namespace
//! anew and no other. When the API server is lost, decisions go on with what was last seen.

mod fold;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use signet_certs::UnixTime;
use signet_mesh::Observation;
use signet_mesh::objects::Kind;
use signet_mesh::observation::Connection;
use signet_mesh::review::{STALE_AFTER_SECONDS, State};
use tokio::sync::watch;

pub use fold::{Changes, ControlPlane, Fold, Trouble};

use crate::{Clock, Metrics};

/// How long a request may wait for a namespace that was never seen: the API server tells the webhook
/// of a new namespace and of the first pod in it at the same time.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// Observations that are taken in before what follows from them is published.
const BURST: usize = 4096;

/// The published states, to be asked from any task.
#[derive(Clone)]
pub struct Mesh {
    published: watch::Receiver<Published>,
    clock: Clock,
}

/// The other end of a [`Mesh`].
pub struct Publisher(watch::Sender<Published>);

#[derive(Default)]
struct Published {
    complete: bool,
    awaited: Vec<(Kind, Option<Trouble>)>,
    lost_since: Option<UnixTime>,
    namespaces: HashMap<String, Arc<State>>,
    elsewhere: Arc<State>,
    control_planes: HashMap<String, ControlPlane>,
}

/// Nothing is known of the mesh yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not ready: still waiting for {awaited}")]
pub struct NotReady {
    awaited: String,
}

/// A mesh of which nothing is known yet, and what publishes to it.
pub fn channel(clock: Clock) -> (Publisher, Mesh) {
    let (sender, published) = watch::channel(Published::default());
    (Publisher(sender), Mesh { published, clock })
}

impl Mesh {
    /// Whether all that is needed was seen once; if not, what is missing.
    pub fn ready(&self) -> Result<(), NotReady> {
        self.published.borrow().ready()
    }

    /// Waits until all that is needed was seen once.
    pub async fn wait_until_ready(&mut self) {
        // It ends when the publisher does, and then so does the program.
        let _ = self.published.wait_for(|published| published.complete).await;
    }

    /// The state that decides about pods of `namespace`, under the control plane of `revision` where the
    /// pod itself names a known one. Waits up to [`PATIENCE`] for a namespace that was never seen; after
    /// that what holds for the whole mesh decides.
    pub async fn state(&self, namespace: &str, revision: Option<&str>) -> Result<Arc<State>, NotReady> {
        let found = {
            let published = self.published.borrow();
            published.ready()?;
            published.namespaces.get(namespace).cloned()
        };
        let state = match found {
            Some(state) => state,
            None => self.awaited_state(namespace).await,
        };
        let state = match revision {
            Some(revision) => self.published.borrow().under(revision, state),
            None => state,
        };
        let age = self.age_seconds();
        if age <= STALE_AFTER_SECONDS {
            return Ok(state);
        }
        Ok(Arc::new(State { snapshot_age_seconds: age, ..State::clone(&state) }))
    }

    /// How many seconds ago the API server last confirmed what is known; 0 while it answers.
    pub fn age_seconds(&self) -> i64 {
        let lost_since = self.published.borrow().lost_since;
        lost_since.map_or(0, |since| self.clock.now().since(since).max(0))
    }

    /// Every namespace with its state. It is the same `Arc` for as long as nothing in reach changed.
    pub fn namespaces(&self) -> Vec<(String, Arc<State>)> {
        let published = self.published.borrow();
        published.namespaces.iter().map(|(name, state)| (name.clone(), Arc::clone(state))).collect()
    }

    /// Waits for the next change; `false` when there will be none any more.
    pub async fn changed(&mut self) -> bool {
        self.published.changed().await.is_ok()
    }

    async fn awaited_state(&self, namespace: &str) -> Arc<State> {
        let mut published = self.published.clone();
        let seen = published.wait_for(|published| published.namespaces.contains_key(namespace));
        let seen = tokio::time::timeout(PATIENCE, seen).await.ok().and_then(Result::ok);
        if let Some(state) = seen.and_then(|published| published.namespaces.get(namespace).cloned()) {
            return state;
        }
        Arc::clone(&self.published.borrow().elsewhere)
    }
}

impl Publisher {
    /// Publishes what changed.
    pub fn publish(&self, changes: Changes) {
        self.0.send_modify(|published| published.take(changes));
    }
}

impl Published {
    fn ready(&self) -> Result<(), NotReady> {
        if self.complete {
            return Ok(());
        }
        let mut awaited = String::new();
        for (kind, trouble) in &self.awaited {
            let comma = if awaited.is_empty() { "" } else { ", " };
            let trouble = match trouble {
                None => "",
                Some(Trouble::Refused) => " (the API server refuses them)",
                Some(Trouble::Unread) => " (they could not be read)",
            };
            // Writing to a `String` cannot fail.
            let _ = write!(awaited, "{comma}{kind:?}s{trouble}");
        }
        if awaited.is_empty() {
            awaited.push_str("the API server");
        }
        Err(NotReady { awaited })
    }

    /// The same under another control plane, whose root namespace may be another, too.
    fn under(&self, revision: &str, state: Arc<State>) -> Arc<State> {
        let Some((mesh, signers)) = self.control_planes.get(revision) else { return state };
        if Arc::ptr_eq(mesh, &state.mesh) {
            return state;
        }
        let root = &mesh.root_namespace;
        let of_root = self.namespaces.get(root).and_then(|state| state.proxy_configs.get(root));
        let mut proxy_configs = state.proxy_configs.clone();
        proxy_configs.extend(of_root.map(|list| (root.clone(), Arc::clone(list))));
        let (mesh, signers) = (Arc::clone(mesh), Arc::clone(signers));
        Arc::new(State { mesh, signers, proxy_configs, ..State::clone(&state) })
    }

    fn take(&mut self, changes: Changes) {
        self.lost_since = changes.lost_since;
        if !changes.complete {
            // A watch that has to begin again does not make known what it saw before unknown.
            self.awaited = changes.awaited;
            return;
        }
        self.complete = true;
        self.awaited.clear();
        self.elsewhere = changes.elsewhere;
        self.control_planes = changes.control_planes;
        for (name, state) in changes.namespaces {
            match state {
                Some(state) => self.namespaces.insert(name, state),
                None => self.namespaces.remove(&name),
            };
        }
    }
}

/// Folds observations and publishes what follows, until there are no more.
pub async fn follow(
    observations: impl Stream<Item = Observation>,
    mut fold: Fold,
    publisher: Publisher,
    metrics: Metrics,
) {
    let mut known_problems = Vec::new();
    let mut bursts = std::pin::pin!(observations.ready_chunks(BURST));
    while let Some(burst) = bursts.next().await {
        for observation in burst {
            log(&observation, &metrics);
            fold.apply(observation);
        }
        let problems: Vec<_> = fold.problems().map(|(name, why)| (name.clone(), why.to_owned())).collect();
        for (config_map, reason) in problems.iter().filter(|problem| !known_problems.contains(*problem)) {
            tracing::warn!(%config_map, reason, "the mesh config cannot be read; its last good state decides");
        }
        known_problems = problems;
        let changes = fold.changes();
        if changes.complete {
            let signers = changes.elsewhere.signers.signers.len();
            metrics.signers.set(i64::try_from(signers).unwrap_or(i64::MAX));
        }
        publisher.publish(changes);
    }
}

/// Names and states only: an object's content is never logged.
fn log(observation: &Observation, metrics: &Metrics) {
    match observation {
        Observation::Connection { state: Connection::Lost { message, .. } } => {
            metrics.count_interruption();
            tracing::warn!(reason = message, "the API server is lost; decisions go on with what is known");
        }
        Observation::Connection { state: Connection::Connected } => tracing::info!("the API server answers"),
        Observation::Refused { kind, rule } => {
            tracing::error!(kind = ?kind, rule, "the API server refuses a watch; grant this rule");
        }
        Observation::Absent { kind } if Kind::BESIDE.contains(kind) => {
            tracing::info!(kind = ?kind, "the cluster does not serve this kind; Signet can do without");
        }
        Observation::Absent { kind } => {
            tracing::warn!(kind = ?kind, "the cluster does not serve this kind; it may come later");
        }
        Observation::Unread { kind, message } => {
            tracing::warn!(kind = ?kind, reason = message, "a kind could not be read; it is tried again");
        }
        Observation::Synced { kind } => tracing::info!(kind = ?kind, "all objects of this kind are seen"),
        Observation::Put { object } => {
            tracing::debug!(kind = ?object.kind(), name = %object.metadata().object_name(), "seen");
        }
        Observation::Gone { kind, name } => tracing::debug!(kind = ?kind, %name, "gone"),
        _ => {}
    }
}
