//! Keeps the ConfigMaps as they have to be: written where a signer is in effect, mended when somebody
//! changes one, taken away with the last use.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use signet_cluster::kube;
use signet_cluster::kube::api::Api;
use signet_cluster::kube::runtime::{WatchStreamExt as _, watcher};
use signet_mesh::names::CA_CONFIG_MAP;
use signet_mesh::review::State;
use tokio::time::MissedTickBehavior;

use super::write::Plan;
use super::{Leadership, Live, Refusal, wanted};
use crate::Metrics;
use crate::drain::Drain;
use crate::metrics::BundleWrite;
use crate::state::Mesh;

/// Writes that may be under way at once.
const CONCURRENCY: usize = 8;
/// How long after a failed write it is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Writes the ConfigMaps for as long as it leads.
pub struct Controller {
    client: kube::Client,
    mesh: Mesh,
    metrics: Metrics,
    /// The states that were last written for: the same `Arc` has nothing new.
    settled: HashMap<String, Arc<State>>,
    live: HashMap<String, Arc<Live>>,
    /// The contents of all that live: most namespaces of a mesh have the same.
    contents: HashSet<Arc<Live>>,
    /// What cannot be published, by namespace and key, with the reason.
    refused: BTreeMap<String, BTreeMap<String, Refusal>>,
}

impl Controller {
    /// A controller for what `mesh` says.
    pub fn new(client: kube::Client, mesh: Mesh, metrics: Metrics) -> Self {
        let (settled, live, contents, refused) = Default::default();
        Self { client, mesh, metrics, settled, live, contents, refused }
    }

    /// Works whenever `leadership` is held, until `drain` begins; then gives it up. Without a Lease it
    /// is the only one.
    pub async fn run(mut self, mut leadership: Option<Leadership>, mut drain: Drain) {
        tokio::select! {
            () = self.work(leadership.as_mut()) => {}
            () = drain.begun() => {}
        }
        if let Some(leadership) = leadership {
            leadership.release().await;
        }
    }

    async fn work(&mut self, mut leadership: Option<&mut Leadership>) {
        self.mesh.wait_until_ready().await;
        loop {
            let Some(leadership) = &mut leadership else {
                self.metrics.leader.set(1);
                return self.lead().await;
            };
            leadership.acquire().await;
            tracing::info!("this replica writes the CA bundles");
            self.metrics.leader.set(1);
            tokio::select! {
                () = self.lead() => {}
                () = leadership.hold() => tracing::warn!("another replica writes the CA bundles"),
            }
            self.metrics.leader.set(0);
        }
    }

    /// Keeps all ConfigMaps as they have to be.
    async fn lead(&mut self) {
        self.settled.clear();
        self.live.clear();
        let fields = format!("metadata.name={CA_CONFIG_MAP}");
        let config = watcher::Config::default().fields(&fields);
        let api: Api<ConfigMap> = Api::all(self.client.clone());
        let mut events = std::pin::pin!(watcher(api, config).default_backoff());
        let mut is_complete = false;
        let mut listed = BTreeSet::new();
        let mut due = BTreeSet::new();
        let mut retry = tokio::time::interval(RETRY);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failed = BTreeSet::new();
        loop {
            tokio::select! {
                Some(event) = events.next() => match event {
                    Ok(watcher::Event::Init) => listed.clear(),
                    Ok(watcher::Event::InitApply(config_map)) => {
                        listed.extend(self.see(config_map));
                    }
                    Ok(watcher::Event::InitDone) => {
                        is_complete = true;
                        self.live.retain(|namespace, _| listed.contains(namespace));
                        self.contents.retain(|content| Arc::strong_count(content) > 1);
                        due.extend(self.everywhere());
                    }
                    Ok(watcher::Event::Apply(config_map)) => due.extend(self.see(config_map)),
                    Ok(watcher::Event::Delete(config_map)) => {
                        if let Some(namespace) = config_map.metadata.namespace {
                            self.live.remove(&namespace);
                            due.insert(namespace);
                        }
                    }
                    Err(error) => tracing::warn!(reason = %error, "the watch of the CA bundles was interrupted"),
                },
                true = self.mesh.changed() => {}
                _ = retry.tick(), if !failed.is_empty() => due.append(&mut failed),
                else => return,
            }
            if is_complete {
                due.extend(self.changed());
                failed.extend(self.settle(std::mem::take(&mut due)).await);
            }
        }
    }

    /// Takes a live ConfigMap in; its namespace.
    fn see(&mut self, config_map: ConfigMap) -> Option<String> {
        let namespace = config_map.metadata.namespace?;
        self.keep(&namespace, config_map.data.unwrap_or_default());
        Some(namespace)
    }

    fn keep(&mut self, namespace: &str, data: Live) {
        let content = match self.contents.get(&data) {
            Some(content) => Arc::clone(content),
            None => Arc::new(data),
        };
        self.contents.insert(Arc::clone(&content));
        self.live.insert(namespace.to_owned(), content);
    }

    /// Every namespace that has a ConfigMap or may need one.
    fn everywhere(&mut self) -> Vec<String> {
        self.settled.clear();
        self.live.keys().cloned().collect()
    }

    /// The namespaces whose state is another since they were last written.
    fn changed(&mut self) -> Vec<String> {
        let current: HashMap<String, Arc<State>> = self.mesh.namespaces().into_iter().collect();
        let is_settled = |(name, state): &(&String, &Arc<State>)| {
            self.settled.get(*name).is_some_and(|settled| Arc::ptr_eq(settled, state))
        };
        let changed: Vec<String> =
            current.iter().filter(|each| !is_settled(each)).map(|(name, _)| name.clone()).collect();
        self.settled = current;
        changed
    }

    /// Writes what differs in `namespaces`; those where that failed.
    async fn settle(&mut self, namespaces: BTreeSet<String>) -> Vec<String> {
        let mut failed = Vec::new();
        let mut rest = namespaces.into_iter();
        loop {
            // A few at a time: each plan holds a file, and there may be ten thousand.
            let plans = rest.by_ref().filter_map(|name| Some((self.plan(&name)?, name)));
            let plans: Vec<_> = plans.take(8 * CONCURRENCY).collect();
            if plans.is_empty() {
                return failed;
            }
            self.write(plans, &mut failed).await;
        }
    }

    async fn write(&mut self, plans: Vec<(Plan, String)>, failed: &mut Vec<String>) {
        let outcomes = futures::stream::iter(plans).map(|(plan, namespace)| {
            let api: Api<ConfigMap> = Api::namespaced(self.client.clone(), &namespace);
            async move { (plan.carry_out(&api).await, plan, namespace) }
        });
        let outcomes: Vec<_> = outcomes.buffer_unordered(CONCURRENCY).collect().await;
        for (outcome, plan, namespace) in outcomes {
            let result = match outcome {
                Ok(result) => result,
                // The namespace is on its way out, and its ConfigMap with it.
                Err(kube::Error::Api(status)) if status.code == 404 => continue,
                Err(error) => {
                    if failed.is_empty() {
                        tracing::warn!(namespace, reason = %error, "a CA bundle cannot be written");
                    }
                    failed.push(namespace);
                    self.metrics.count_bundle_write(BundleWrite::Failed);
                    continue;
                }
            };
            match plan {
                Plan::Delete => {
                    self.live.remove(&namespace);
                }
                Plan::Write { data, .. } => self.keep(&namespace, data),
            }
            tracing::debug!(namespace, result = ?result, "a CA bundle is written");
            self.metrics.count_bundle_write(result);
        }
    }

    /// What is to be done in a namespace.
    fn plan(&mut self, namespace: &str) -> Option<Plan> {
        let state = self.settled.get(namespace);
        let wanted = state.map(|state| wanted(namespace, state)).unwrap_or_default();
        self.report(namespace, &wanted.refused);
        Plan::of(wanted, self.live.get(namespace).map(AsRef::as_ref))
    }

    /// Says that a signer's CA cannot be published, once and not for every namespace.
    fn report(&mut self, namespace: &str, refused: &BTreeMap<String, Refusal>) {
        for (key, refusal) in refused {
            if !self.refused.values().any(|known| known.get(key) == Some(refusal)) {
                let Refusal { signer, reason } = refusal;
                tracing::error!(signer, reason, "the signer's CA is not published; the last good one stays");
            }
        }
        if refused.is_empty() {
            self.refused.remove(namespace);
        } else {
            self.refused.insert(namespace.to_owned(), refused.clone());
        }
        let keys: BTreeSet<&String> = self.refused.values().flat_map(BTreeMap::keys).collect();
        self.metrics.bundle_refused.set(i64::try_from(keys.len()).unwrap_or(i64::MAX));
    }
}
