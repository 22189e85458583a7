//! The time that a mesh is judged at: made in `main`, owned by the source.

use std::time::{Instant, SystemTime};

use signet_certs::UnixTime;

/// Where `now` comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// One moment for ever: a snapshot's capture, or `--now`.
    Fixed(UnixTime),
    /// A clock that runs `factor` times as fast as the machine's, from `origin`: the demo's.
    Scaled {
        /// What it showed at `started`.
        origin: UnixTime,
        /// When it was started.
        started: Instant,
        /// Its seconds for one of ours.
        factor: u32,
    },
    /// The machine's.
    System,
}

impl Clock {
    /// A clock that shows `origin` now and runs `factor` times as fast as the machine's.
    pub fn scaled(origin: UnixTime, factor: u32) -> Self {
        Self::Scaled { origin, started: Instant::now(), factor }
    }

    /// The time that it shows.
    pub fn now(&self) -> UnixTime {
        match *self {
            Self::Fixed(time) => time,
            Self::Scaled { origin, started, factor } => {
                let elapsed = started.elapsed() * factor;
                origin.plus(i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX))
            }
            // A machine that says it is before 1970 is answered with the epoch: its certificates
            // will all read not-yet-valid, which is what is wrong with it.
            Self::System => SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(UnixTime::from_seconds(0), |since| {
                    UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
                }),
        }
    }
}
