//! The mesh, kept up to date beside the dashboard: observations are folded on a task of their own,
//! so that a burst of them never holds up a key.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use signet_mesh::Inventory;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{self, Instant, MissedTickBehavior};

use super::mesh_view::MeshView;
use crate::source::{Demand, Scope, Source};

/// Observations that come closer together than this are shown together.
const FRAME: Duration = Duration::from_millis(100);

/// How often the lives that are left are counted anew.
const SECOND: Duration = Duration::from_secs(1);

/// The newest view of the mesh. Dropping it ends the observation.
pub(crate) struct Feed {
    views: watch::Receiver<Arc<MeshView>>,
    demand: watch::Sender<Demand>,
    tasks: JoinSet<()>,
}

impl Feed {
    /// Begins to observe.
    pub(crate) fn start(source: impl Source + Send + 'static, scope: Scope) -> Self {
        let (sender, views) = watch::channel(Arc::new(MeshView::empty(source.clock().now())));
        let (demand, demanded) = watch::channel(Demand::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(follow(source, scope, demanded, sender));
        Self { views, demand, tasks }
    }

    /// The view that is newest now.
    pub(crate) fn current(&mut self) -> Arc<MeshView> {
        Arc::clone(&self.views.borrow_and_update())
    }

    /// The next view, once there is one. A panic of the source is passed on.
    pub(crate) async fn next(&mut self) -> Arc<MeshView> {
        if self.views.changed().await.is_err() {
            // The task never ends by itself while it is listened to.
            if let Some(Err(error)) = self.tasks.join_next().await
                && let Ok(panic) = error.try_into_panic()
            {
                std::panic::resume_unwind(panic);
            }
            std::future::pending::<()>().await;
        }
        self.current()
    }

    /// Says what is on the screen.
    pub(crate) fn demand(&self, demand: Demand) {
        self.demand.send_if_modified(|current| {
            let changed = *current != demand;
            *current = demand;
            changed
        });
    }
}

/// Folds what the source says, and publishes a view at most ten times a second; without news, once
/// a second, and never while its clock stands still.
async fn follow(
    source: impl Source,
    scope: Scope,
    demand: watch::Receiver<Demand>,
    views: watch::Sender<Arc<MeshView>>,
) {
    let clock = source.clock();
    let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
    let mut observations = pin!(source.observe(scope, demand).fuse());
    let mut seconds = time::interval(SECOND);
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut published = Instant::now();
    let mut due = None;
    while !views.is_closed() {
        tokio::select! {
            Some(observation) = observations.next() => {
                inventory.apply(observation);
                due.get_or_insert((published + FRAME).max(Instant::now()));
                continue;
            }
            () = time::sleep_until(due.unwrap_or(published)), if due.is_some() => {}
            _ = seconds.tick() => {
                if due.is_none() && clock.now() == views.borrow().now {
                    continue;
                }
            }
        }
        let view = match due.take() {
            Some(_) => MeshView::of(&inventory, clock.now()),
            None => views.borrow().later(&inventory, clock.now()),
        };
        published = Instant::now();
        views.send_replace(Arc::new(view));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::{Stream, stream};
    use signet_certs::UnixTime;
    use signet_mesh::Observation;
    use signet_mesh::observation::Connection;
    use tokio::sync::watch;
    use tokio::time;

    use super::Feed;
    use crate::Clock;
    use crate::source::{Demand, Scope, Source};

    /// A thousand observations, one a millisecond, and then no more.
    struct Burst;

    impl Source for Burst {
        fn clock(&self) -> Clock {
            Clock::Fixed(UnixTime::from_seconds(1_795_500_000))
        }

        fn observe(self, _: Scope, _: watch::Receiver<Demand>) -> impl Stream<Item = Observation> + Send {
            stream::unfold(0, |seen| async move {
                time::sleep(Duration::from_millis(1)).await;
                (seen < 1_000).then(|| (Observation::Connection { state: Connection::Connected }, seen + 1))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_shown_ten_times_a_second_and_silence_not_at_all() {
        let mut feed = Feed::start(Burst, Scope::default());
        let mut views = 0;
        // An hour of silence ends it; time is not real here.
        while let Ok(view) = time::timeout(Duration::from_hours(1), feed.next()).await {
            assert_eq!(view.connection, Some(Connection::Connected));
            views += 1;
        }
        assert!((9..=11).contains(&views), "{views} views of a second");
    }
}
