//! A snapshot: a mesh's observations as lines of JSON, without keys, to look at anywhere.
//!
//! The first line says what it is and when it was taken; each other line is one observation.

use std::io::{BufRead, BufReader, Read, Write};

use futures::{Stream, future, stream};
use serde::{Deserialize, Serialize};
use signet_certs::UnixTime;
use signet_certs::report::API_VERSION;
use signet_mesh::Observation;
use tokio::sync::watch;

use super::{Demand, Scope, Source};
use crate::{Clock, Failure};

const KIND: &str = "Snapshot";

/// The first line of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    api_version: String,
    kind: String,
    captured_at: UnixTime,
}

/// Writes a snapshot of what was observed, as of `captured_at`.
pub fn write(
    out: &mut impl Write,
    captured_at: UnixTime,
    observations: &[Observation],
) -> std::io::Result<()> {
    let header = Header { api_version: API_VERSION.to_owned(), kind: KIND.to_owned(), captured_at };
    serde_json::to_writer(&mut *out, &header)?;
    out.write_all(b"\n")?;
    for observation in observations {
        serde_json::to_writer(&mut *out, observation)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// A snapshot that was read. It is judged at the time of its capture unless told otherwise.
#[derive(Debug)]
pub struct SnapshotSource {
    clock: Clock,
    observations: Vec<Observation>,
}

impl SnapshotSource {
    /// Reads the file `name`.
    pub fn open(name: &str, now: Option<UnixTime>) -> Result<Self, Failure> {
        let file = crate::files::open(name)?;
        Self::read(name, BufReader::new(file), now)
    }

    fn read(name: &str, reader: impl BufRead, now: Option<UnixTime>) -> Result<Self, Failure> {
        let mut lines = Lines(reader);
        let first = lines.next().ok_or_else(|| no_snapshot(name, "it is empty"))?;
        let first = first.map_err(|reason| no_snapshot(name, &reason))?;
        let header: Header = serde_json::from_str(&first)
            .map_err(|_| no_snapshot(name, "its first line is not that of a snapshot"))?;
        if header.kind != KIND || header.api_version != API_VERSION {
            let found =
                format!("it is a {} of {}, not a {KIND} of {API_VERSION}", header.kind, header.api_version);
            return Err(no_snapshot(name, &found));
        }
        let observations = lines.enumerate().map(|(index, line)| {
            let torn = |reason: String| {
                let why = format!("line {} is no observation: {reason}", index + 2);
                Failure::unchecked(name, why, "capture it again: the file is cut off or was edited")
            };
            let line = line.map_err(torn)?;
            serde_json::from_str(&line).map_err(|error| torn(error.to_string()))
        });
        let observations = observations.collect::<Result<_, _>>()?;
        Ok(Self { clock: Clock::Fixed(now.unwrap_or(header.captured_at)), observations })
    }
}

impl Source for SnapshotSource {
    fn clock(&self) -> Clock {
        self.clock
    }

    fn observe(self, scope: Scope, _: watch::Receiver<Demand>) -> impl Stream<Item = Observation> + Send {
        let mut admits = scope.filter();
        futures::StreamExt::filter(stream::iter(self.observations), move |observation| {
            future::ready(admits(observation))
        })
    }
}

/// Longest line: more than any object of a cluster, and little enough for any machine.
const LINE_LIMIT: u64 = 16 << 20;

/// Lines of text, none of them longer than the limit.
struct Lines<R>(R);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<String, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        match self.0.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut line) {
            Err(error) => return Some(Err(error.to_string())),
            Ok(0) => return None,
            Ok(_) => {}
        }
        if line.len() as u64 == LINE_LIMIT {
            return Some(Err(format!("it is longer than the limit of {} MiB", LINE_LIMIT >> 20)));
        }
        Some(String::from_utf8(line).map_err(|_| "it is no text".to_owned()))
    }
}

fn no_snapshot(name: &str, why: &str) -> Failure {
    Failure::unchecked(name, why, "make one with `signet capture FILE`")
}

#[cfg(test)]
mod tests {
    use signet_mesh::objects::Kind;
    use signet_mesh::observation::Connection;

    use super::*;

    const AT: UnixTime = UnixTime::from_seconds(1_795_510_800);

    #[test]
    fn reads_back_what_it_wrote() {
        let observations = vec![
            Observation::Connection { state: Connection::Connected },
            Observation::Synced { kind: Kind::Pod },
        ];
        let mut file = Vec::new();
        write(&mut file, AT, &observations).expect("memory takes it");
        let source = SnapshotSource::read("s", file.as_slice(), None).expect("a snapshot");
        assert_eq!(source.observations, observations);
        assert_eq!(source.clock.now(), AT);
    }

    #[test]
    fn a_torn_line_is_named() {
        let mut file = Vec::new();
        write(&mut file, AT, &[Observation::Synced { kind: Kind::Pod }]).expect("memory takes it");
        file.truncate(file.len() - 5);
        let failure = SnapshotSource::read("s.jsonl", file.as_slice(), None).expect_err("a torn line");
        assert!(failure.why.starts_with("line 2 "), "{failure}");
    }

    #[test]
    fn another_file_is_told_apart() {
        for text in [
            "",
            "{}\n",
            "apiVersion: v1\n",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"capturedAt\":\"2026-11-24T09:00:00Z\"}\n",
        ] {
            let failure = SnapshotSource::read("pod.yaml", text.as_bytes(), None).expect_err(text);
            assert_eq!(failure.remedy, "make one with `signet capture FILE`");
        }
    }
}
