//! What a source says about a mesh: plain data, the same from a cluster, a snapshot and the demo.

use serde::{Deserialize, Serialize};
use signet_certs::UnixTime;

use crate::dump::{Dump, ReadError};
use crate::objects::{Kind, Object, ObjectName};

/// One thing that a source saw. A snapshot is a sequence of these, one JSON object a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "observation", rename_all = "kebab-case")]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "each is taken in once and not kept")]
pub enum Observation {
    /// The cluster does not serve a kind: there is none of it, until it is served.
    Absent {
        /// The kind.
        kind: Kind,
    },
    /// The connection to the cluster changed.
    Connection {
        /// How it is now.
        state: Connection,
    },
    /// An object went away.
    Gone {
        /// Its kind.
        kind: Kind,
        /// Its name.
        #[serde(flatten)]
        name: ObjectName,
    },
    /// The time to which everything seen so far belongs.
    At {
        /// The time.
        time: UnixTime,
    },
    /// A proxy was read, or could not be.
    Proxy {
        /// The pod.
        pod: ObjectName,
        /// When it was read.
        at: UnixTime,
        /// What it answered: in JSON one of the keys `dump` and `error`.
        #[serde(flatten, with = "answer")]
        answer: Result<Dump, ReadError>,
    },
    /// An object as it is now.
    Put {
        /// The object.
        object: Object,
    },
    /// A kind may not be read with the rights at hand.
    Refused {
        /// The kind.
        kind: Kind,
        /// The rule that would grant it, as YAML of one RBAC rule.
        rule: String,
    },
    /// Every object of a kind that was there at the start has been seen.
    Synced {
        /// The kind.
        kind: Kind,
    },
    /// A kind could not be read, for another reason than missing rights; it is tried again.
    Unread {
        /// The kind.
        kind: Kind,
        /// What went wrong.
        message: String,
    },
}

/// The state of the connection to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Connection {
    /// The API server answers.
    Connected,
    /// It does not; what is shown is as old as `since`.
    Lost {
        /// Since when.
        since: UnixTime,
        /// The transport's own words.
        message: String,
    },
}

/// `Result`'s own JSON would be `{"Ok": …}`.
mod answer {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::dump::{Dump, ReadError};

    #[derive(Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Written<'a> {
        Dump(&'a Dump),
        Error(&'a ReadError),
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Read {
        Dump(Dump),
        Error(ReadError),
    }

    pub(super) fn serialize<S: Serializer>(
        answer: &Result<Dump, ReadError>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        answer.as_ref().map_or_else(Written::Error, Written::Dump).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Result<Dump, ReadError>, D::Error> {
        Ok(match Read::deserialize(deserializer)? {
            Read::Dump(dump) => Ok(dump),
            Read::Error(error) => Err(error),
        })
    }
}
