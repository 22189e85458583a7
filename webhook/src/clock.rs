//! The time, made in `main` and handed to whoever judges by it.

use std::time::SystemTime;

use signet_certs::UnixTime;

/// Where `now` comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// One moment for ever.
    Fixed(UnixTime),
    /// The machine's.
    System,
}

impl Clock {
    /// The time that it shows.
    pub fn now(self) -> UnixTime {
        match self {
            Self::Fixed(time) => time,
            // A machine that says it is before 1970 is answered with the epoch.
            Self::System => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
            }
        }
    }
}
