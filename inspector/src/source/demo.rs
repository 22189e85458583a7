//! The embedded mesh as a source.

use std::time::Duration;

use futures::{Stream, StreamExt, future, stream};
use signet_certs::UnixTime;
use signet_demo::Demo;
use signet_mesh::Observation;
use tokio::sync::watch;
use tokio::time::interval;

use super::{Demand, Scope, Source};
use crate::Clock;

/// When the demo's day begins: 2026-11-24T09:00:00Z. Fixed, so that a seed gives the same bytes.
pub(super) const START: UnixTime = UnixTime::from_seconds(1_795_510_800);

/// How often the demo looks at its clock.
const STEP: Duration = Duration::from_millis(500);

/// The embedded mesh. It needs no demand: all of it is always read.
pub struct DemoSource {
    demo: Demo,
    clock: Clock,
}

impl DemoSource {
    /// The mesh of this seed, living by `clock`.
    pub fn new(seed: u64, clock: Clock) -> Self {
        Self { demo: Demo::new(seed, START), clock }
    }
}

impl Source for DemoSource {
    fn clock(&self) -> Clock {
        self.clock
    }

    fn observe(self, scope: Scope, _: watch::Receiver<Demand>) -> impl Stream<Item = Observation> + Send {
        let Self { demo, clock } = self;
        let steps = stream::unfold((demo, interval(STEP)), move |(mut demo, mut ticks)| async move {
            ticks.tick().await;
            Some((stream::iter(demo.step(clock.now())), (demo, ticks)))
        });
        // A clock that stands still has nothing more to show after the first step.
        let count = if matches!(clock, Clock::Fixed(_)) { 1 } else { usize::MAX };
        let mut admits = scope.filter();
        steps.take(count).flatten().filter(move |observation| future::ready(admits(observation)))
    }
}
