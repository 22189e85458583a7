//! The time at which something was seen.

use std::time::SystemTime;

use signet_certs::UnixTime;

/// The machine's time; the epoch for a machine that says it is before 1970.
pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
