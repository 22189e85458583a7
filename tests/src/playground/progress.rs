//! What a playground says while it comes up.

use std::io::Write;
use std::time::Instant;

/// Says each step with the time since the start, on standard error.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
}

impl Progress {
    /// Starts the clock.
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Says what is so from now on.
    pub fn reached(&mut self, what: &str) {
        // Nobody may be looking any more.
        let _ = writeln!(std::io::stderr(), "{:6.1} s  {what}", self.seconds());
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}
