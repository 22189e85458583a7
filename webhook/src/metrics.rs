//! What is counted and measured. Every label has few values, known beforehand.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

type Labels = [(&'static str, &'static str); 2];
type Label = [(&'static str, &'static str); 1];
type Seconds = Gauge<f64, AtomicU64>;

/// Upper bounds of the latency histogram, in seconds: the API server gives up after 10.
const LATENCIES: [f64; 10] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.05, 0.1, 1.0, 10.0];

/// Everything that `/metrics` shows. A clone counts into the same.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Labels, Counter>,
    latency: Histogram,
    /// Seconds since the API server last confirmed what decisions rest on; 0 while it answers.
    pub snapshot_age: Seconds,
    watch_restarts: Family<Label, Counter>,
    bundle_writes: Family<Label, Counter>,
    /// Signers whose CA could not be published, now.
    pub bundle_refused: Gauge,
    /// Signers that the mesh config names.
    pub signers: Gauge,
    /// 1 in the replica that writes the CA bundles.
    pub leader: Gauge,
    /// When the serving certificate ends, in seconds since 1970.
    pub serving_not_after: Seconds,
    /// When the first certificate of the caBundle ends, in seconds since 1970.
    pub ca_not_after: Seconds,
}

/// What became of a write to a CA bundle.
#[derive(Clone, Copy, Debug)]
pub enum BundleWrite {
    /// Written.
    Applied,
    /// Taken away with its last use.
    Deleted,
    /// The API server did not take it.
    Failed,
}

impl BundleWrite {
    const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Deleted => "deleted",
            Self::Failed => "failed",
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("signet");
        let requests = Family::default();
        registry.register("admission_requests", "Requests by decision and reason", requests.clone());
        let latency = Histogram::new(LATENCIES);
        let help = "Time from the whole request to its answer";
        registry.register_with_unit("admission_latency", help, Unit::Seconds, latency.clone());
        let snapshot_age = Seconds::default();
        let help = "Time since the API server last confirmed what decisions rest on";
        registry.register_with_unit("snapshot_age", help, Unit::Seconds, snapshot_age.clone());
        let watch_restarts = Family::default();
        registry.register("watch_interruptions", "Lost connections of the watches", watch_restarts.clone());
        let bundle_writes = Family::default();
        registry.register("bundle_writes", "Writes of CA ConfigMaps by result", bundle_writes.clone());
        let [bundle_refused, signers, leader] = [
            ("bundle_refused_signers", "Signers in use whose CA cannot be published"),
            ("signers", "Signers that the mesh config names"),
            ("bundle_leader", "1 in the replica that writes the CA ConfigMaps"),
        ]
        .map(|(name, help)| {
            let gauge: Gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        });
        let [serving_not_after, ca_not_after] = [
            ("serving_certificate_not_after_timestamp", "When the serving certificate ends"),
            ("ca_bundle_not_after_timestamp", "When the first certificate of the caBundle ends"),
        ]
        .map(|(name, help)| {
            let gauge = Seconds::default();
            registry.register_with_unit(name, help, Unit::Seconds, gauge.clone());
            gauge
        });
        let metrics = Self {
            registry: Arc::new(registry),
            requests,
            latency,
            snapshot_age,
            watch_restarts,
            bundle_writes,
            bundle_refused,
            signers,
            leader,
            serving_not_after,
            ca_not_after,
        };
        metrics.begin();
        metrics
    }
}

impl Metrics {
    /// Counts one request. Both words come from the closed lists of `signet_mesh` and
    /// [`crate::admission::Refused`].
    pub fn count_request(&self, decision: &'static str, reason: &'static str, took: Duration) {
        self.requests.get_or_create(&[("decision", decision), ("reason", reason)]).inc();
        self.latency.observe(took.as_secs_f64());
    }

    /// Counts a lost connection of the watches.
    pub fn count_interruption(&self) {
        self.watch_restarts.get_or_create(&[("watch", "mesh")]).inc();
    }

    /// Counts a write to a CA ConfigMap.
    pub fn count_bundle_write(&self, result: BundleWrite) {
        self.bundle_writes.get_or_create(&[("result", result.word())]).inc();
    }

    /// Shows counters from zero on: a rate over the first one would miss it otherwise.
    fn begin(&self) {
        self.requests.get_or_create(&[("decision", "inject"), ("reason", "")]).inc_by(0);
        self.watch_restarts.get_or_create(&[("watch", "mesh")]).inc_by(0);
        for result in [BundleWrite::Applied, BundleWrite::Deleted, BundleWrite::Failed] {
            self.bundle_writes.get_or_create(&[("result", result.word())]).inc_by(0);
        }
    }

    /// The OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
