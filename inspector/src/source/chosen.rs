//! The source that the command line chose.

use clap::Args;
use futures::Stream;
use futures::future::Either;
use signet_certs::UnixTime;
use signet_mesh::Observation;
use tokio::sync::watch;

use super::demo::START;
use super::{Demand, DemoSource, Scope, Selector, SnapshotSource, Source};
use crate::{Clock, Failure};

/// How many times as fast the demo's clock runs: a day's certificate rotates in twelve minutes.
const DEMO_SPEED: u32 = 60;

/// Which mesh to look at, and which of its pods.
#[derive(Clone, Debug, Args)]
pub struct MeshArgs {
    /// Look at the embedded mesh: real certificates, no cluster.
    #[arg(long, conflicts_with = "snapshot")]
    pub demo: bool,
    /// Seed of the embedded mesh's keys.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub seed: u64,
    /// Look at a file that `signet capture` wrote.
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<String>,
    /// Only this namespace.
    #[arg(short, long, conflicts_with = "all_namespaces")]
    pub namespace: Option<String>,
    /// Every namespace (the default for --demo and --snapshot).
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only pods with these labels: key=value, several separated by commas.
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Option<Selector>,
}

impl MeshArgs {
    /// The pods that are asked for.
    pub fn scope(&self) -> Scope {
        Scope { namespace: self.namespace.clone(), selector: self.selector.clone().unwrap_or_default() }
    }

    /// The mesh as it is at one moment: the same answer every time.
    pub fn still(&self, now: Option<UnixTime>) -> Result<Chosen, Failure> {
        self.choose(now, |_| Clock::Fixed(now.unwrap_or(START)))
    }

    /// The mesh as it goes on; `--now` stops its clock.
    pub fn live(&self, now: Option<UnixTime>) -> Result<Chosen, Failure> {
        self.choose(
            now,
            |origin| if now.is_some() { Clock::Fixed(origin) } else { Clock::scaled(origin, DEMO_SPEED) },
        )
    }

    /// What a screen shows as the context.
    pub fn title(&self) -> String {
        self.snapshot.clone().unwrap_or_else(|| "demo".to_owned())
    }

    fn choose(&self, now: Option<UnixTime>, clock: impl Fn(UnixTime) -> Clock) -> Result<Chosen, Failure> {
        if let Some(file) = &self.snapshot {
            return SnapshotSource::open(file, now).map(Chosen::Snapshot);
        }
        if self.demo {
            return Ok(Chosen::Demo(Box::new(DemoSource::new(self.seed, clock(now.unwrap_or(START))))));
        }
        Err(Failure::usage(
            "the mesh",
            "this version cannot read a cluster yet",
            "look at the embedded mesh with --demo, or at a captured one with --snapshot FILE",
        ))
    }
}

/// One of the sources.
pub enum Chosen {
    /// The embedded mesh.
    Demo(Box<DemoSource>),
    /// A captured one.
    Snapshot(SnapshotSource),
}

impl Source for Chosen {
    fn clock(&self) -> Clock {
        match self {
            Self::Demo(source) => source.clock(),
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
            Self::Snapshot(source) => Either::Right(source.observe(scope, demand)),
        }
    }
}
