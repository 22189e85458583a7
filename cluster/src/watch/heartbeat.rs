//! Whether the API server answers: asked now and then, so that a connection that was cut without a
//! word is noticed, and that one which comes back is noticed at once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, stream};
use signet_certs::UnixTime;
use signet_mesh::observation::Connection;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::{Cluster, moment};

/// Between two questions while it answers.
const BEAT: Duration = Duration::from_secs(10);
/// The first pause while it does not; each is twice the last.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whatever changes about the connection, from the first answer on. `doubt` asks at once.
pub(crate) fn connection(cluster: Cluster, doubt: Arc<Notify>) -> impl Stream<Item = Connection> + Send {
    stream::unfold(State::Unknown, move |mut state| {
        let (cluster, doubt) = (cluster.clone(), Arc::clone(&doubt));
        async move {
            loop {
                match state {
                    State::Unknown => {}
                    State::Connected { .. } => {
                        let mut doubted = pin!(doubt.notified());
                        tokio::select! {
                            () = &mut doubted => {}
                            () = sleep(BEAT) => {}
                        }
                    }
                    State::Lost { pause } => {
                        sleep(pause).await;
                        state = State::Lost { pause: (pause * 2).min(LONGEST_PAUSE) };
                    }
                }
                match (cluster.probe().await, &state) {
                    (Ok(()), State::Connected { .. }) => state = State::Connected { at: moment::now() },
                    (Ok(()), State::Unknown | State::Lost { .. }) => {
                        return Some((Connection::Connected, State::Connected { at: moment::now() }));
                    }
                    (Err(_), State::Lost { .. }) => {}
                    (Err(error), State::Unknown | State::Connected { .. }) => {
                        // What is shown is as old as the last answer.
                        let since = if let State::Connected { at } = state { at } else { moment::now() };
                        let lost = Connection::Lost { since, message: error.why() };
                        return Some((lost, State::Lost { pause: SHORTEST_PAUSE }));
                    }
                }
            }
        }
    })
}

enum State {
    Unknown,
    Connected {
        /// When it last answered.
        at: UnixTime,
    },
    Lost {
        pause: Duration,
    },
}
