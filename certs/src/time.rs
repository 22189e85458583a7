//! Points in time, always given and never asked of a clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Whole seconds since 1970-01-01T00:00:00Z; negative before it.
///
/// Shown and read as RFC 3339 in UTC with `Z`, the only form that Signet prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    /// The point in time this many seconds after the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Whole seconds since the epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The point in time `seconds` later (earlier when negative); saturates.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to `self`; negative when `self` comes first.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0) {
            Ok(time) if time.year() >= 0 => {
                let (year, month, day) = time.to_calendar_date();
                let (hour, minute, second) = time.to_hms();
                write!(f, "{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
            }
            // Beyond the years that RFC 3339 can write (0 to 9999).
            _ => write!(f, "@{}", self.0),
        }
    }
}

/// A text that is no RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time; write it as RFC 3339, for example 2026-11-23T10:00:00Z")]
pub struct InvalidTime {
    /// What was given.
    pub text: String,
}

impl FromStr for UnixTime {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        OffsetDateTime::parse(text, &Rfc3339)
            .map(|time| Self(time.unix_timestamp()))
            .map_err(|_| InvalidTime { text: text.to_owned() })
    }
}

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for UnixTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339 in UTC, with `Z`."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::UnixTime;

    #[test]
    fn prints_and_reads_rfc_3339_in_utc() {
        let time = UnixTime::from_seconds(1_795_500_000);
        assert_eq!(time.to_string(), "2026-11-24T06:00:00Z");
        assert_eq!("2026-11-24T07:00:00+01:00".parse(), Ok(time));
        assert!("2026-11-24".parse::<UnixTime>().is_err());
    }

    #[test]
    fn survives_times_before_the_epoch_and_beyond_the_calendar() {
        assert_eq!(UnixTime::from_seconds(-1).to_string(), "1969-12-31T23:59:59Z");
        assert_eq!(UnixTime::from_seconds(253_402_300_799).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(UnixTime::from_seconds(-62_167_219_201).to_string(), "@-62167219201");
        assert_eq!(UnixTime::from_seconds(i64::MAX).to_string(), "@9223372036854775807");
        assert_eq!(UnixTime::from_seconds(i64::MAX).plus(1).seconds(), i64::MAX);
    }
}
