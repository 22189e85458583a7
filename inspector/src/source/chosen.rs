//! The source that the command line chose.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;
use futures::Stream;
use futures::future::Either;
use signet_certs::UnixTime;
use signet_mesh::Observation;
use signet_mesh::objects::Kind;
use tokio::sync::watch;

use super::demo::START;
use super::{ClusterArgs, Demand, DemoSource, LiveSource, Scope, Selector, SnapshotSource, Source};
use crate::{Clock, Failure};

/// How many times as fast the demo's clock runs: a day's certificate rotates in twelve minutes.
const DEMO_SPEED: u32 = 60;

/// How many seconds a command that answers once waits while nothing new comes.
const TIMEOUT: u64 = 60;

/// Which mesh to look at, and which of its pods.
#[derive(Clone, Debug, Args)]
pub struct MeshArgs {
    /// Look at the embedded mesh: real certificates, no cluster.
    #[arg(long, conflicts_with_all = ["snapshot", "context", "kubeconfig", "user", "groups"])]
    pub demo: bool,
    /// Seed of the embedded mesh's keys.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub seed: u64,
    /// Look at a file that `signet capture` wrote.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["context", "kubeconfig", "user", "groups"])]
    pub snapshot: Option<String>,
    /// The context of the kubeconfig; else the current one.
    #[arg(long)]
    pub context: Option<String>,
    /// The cluster to look at when it is neither of these.
    #[command(flatten)]
    pub cluster: ClusterArgs,
    /// Which of its pods.
    #[command(flatten)]
    pub pods: PodArgs,
}

/// Which pods of a mesh are looked at, and for how long.
#[derive(Clone, Debug, Args)]
pub struct PodArgs {
    /// Only this namespace; of a cluster, the context's when none is named.
    #[arg(short, long, conflicts_with = "all_namespaces")]
    pub namespace: Option<String>,
    /// Every namespace (the default for the dashboard, --demo and --snapshot).
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only pods with these labels: key=value, several separated by commas.
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
    /// How long a command that answers once waits while nothing new comes of a cluster and its proxies.
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT)]
    pub timeout: u64,
}

impl MeshArgs {
    /// The whole embedded mesh of this seed.
    pub fn of_demo(seed: u64) -> Self {
        Self {
            demo: true,
            seed,
            snapshot: None,
            context: None,
            cluster: ClusterArgs::default(),
            pods: PodArgs { namespace: None, all_namespaces: true, selector: None, timeout: TIMEOUT },
        }
    }

    /// The same mesh, in every namespace unless one is named: whoever asks about a mesh means all of it.
    #[must_use]
    pub fn everywhere(mut self) -> Self {
        self.pods.all_namespaces = self.pods.namespace.is_none();
        self
    }

    /// The mesh as it is at one moment: of the demo and a snapshot the same answer every time.
    pub async fn still(&self, now: Option<UnixTime>) -> Result<Look, Failure> {
        self.choose(now, |_| Clock::Fixed(now.unwrap_or(START))).await
    }

    /// The mesh as it goes on; `--now` stops its clock.
    pub async fn live(&self, now: Option<UnixTime>) -> Result<Look, Failure> {
        let clock = |origin| match now {
            Some(_) => Clock::Fixed(origin),
            None => Clock::scaled(origin, DEMO_SPEED),
        };
        self.choose(now, clock).await
    }

    async fn choose(
        &self,
        now: Option<UnixTime>,
        demo_clock: impl Fn(UnixTime) -> Clock,
    ) -> Result<Look, Failure> {
        let (source, title) = if let Some(file) = &self.snapshot {
            (Chosen::Snapshot(SnapshotSource::open(file, now)?), file.clone())
        } else if self.demo {
            let demo = DemoSource::new(self.seed, demo_clock(now.unwrap_or(START)));
            (Chosen::Demo(Box::new(demo)), "demo".to_owned())
        } else {
            let live = LiveSource::connect(&self.cluster, self.context.as_deref(), now).await?;
            let title = live.context().to_owned();
            (Chosen::Live(live), title)
        };
        // As kubectl: what is not said is the context's.
        let of_context = match &source {
            Chosen::Live(live) if !self.pods.all_namespaces => Some(live.namespace().to_owned()),
            _ => None,
        };
        let scope = Scope {
            namespace: self.pods.namespace.clone().or(of_context),
            selector: self.pods.selector.clone().unwrap_or_default(),
            name: None,
            beside: BTreeSet::new(),
        };
        Ok(Look { source, scope, title, patience: Duration::from_secs(self.pods.timeout) })
    }
}

/// A look at a mesh.
pub struct Look {
    /// Where it is seen.
    pub source: Chosen,
    /// Which of its pods.
    pub scope: Scope,
    /// What a screen shows as its name: a context, `demo`, a snapshot's file name.
    pub title: String,
    /// How long a command that answers once waits while nothing new comes.
    pub patience: Duration,
}

impl Look {
    /// Looks also at these of [`Kind::BESIDE`].
    #[must_use]
    pub fn with(mut self, kinds: &[Kind]) -> Self {
        self.scope.beside.extend(kinds);
        self
    }
}

/// One of the sources.
pub enum Chosen {
    /// The embedded mesh.
    Demo(Box<DemoSource>),
    /// A cluster.
    Live(LiveSource),
    /// A captured mesh.
    Snapshot(SnapshotSource),
}

impl Source for Chosen {
    fn clock(&self) -> Clock {
        match self {
            Self::Demo(source) => source.clock(),
            Self::Live(source) => source.clock(),
            Self::Snapshot(source) => source.clock(),
        }
    }

    fn observe(
        self,
        scope: Scope,
        demand: watch::Receiver<Demand>,
    ) -> impl Stream<Item = Observation> + Send {
        match self {
            Self::Demo(source) => Either::Left(source.observe(scope, demand)),
            Self::Live(source) => Either::Right(Either::Left(source.observe(scope, demand))),
            Self::Snapshot(source) => Either::Right(Either::Right(source.observe(scope, demand))),
        }
    }
}
