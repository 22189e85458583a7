//! Two ways to do the same work, measured in turns: these machines are shared and noisy, so only the
//! ratio of neighbours in time says anything.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "measurements are rounded anyway"
)]

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Rounds of each measurement; each round runs both sides.
const ROUNDS: usize = 61;
/// How long one side of one round runs.
const SLICE: Duration = Duration::from_millis(40);

/// A measured ratio with its spread, and the goal that it is held against.
#[derive(Clone, Debug)]
pub struct Ratio {
    name: &'static str,
    unit: &'static str,
    ours_per_second: f64,
    peer_per_second: f64,
    low: f64,
    median: f64,
    high: f64,
    at_most: f64,
}

/// Measures how many times as long `ours` takes as `peer` for the same work, `items` units a call.
pub fn measure(
    name: &'static str,
    (unit, items): (&'static str, usize),
    at_most: f64,
    mut ours: impl FnMut(),
    mut peer: impl FnMut(),
) -> Ratio {
    let calls = calls_for(SLICE, &mut peer);
    let of = |work: &mut dyn FnMut()| (0..calls).for_each(|_| work());
    measure_rounds(ROUNDS, name, (unit, calls * items), at_most, || of(&mut ours), || of(&mut peer))
}

/// The same of work that takes seconds: one call a side in each of so many rounds.
pub fn measure_rounds(
    rounds: usize,
    name: &'static str,
    (unit, items): (&'static str, usize),
    at_most: f64,
    mut ours: impl FnMut(),
    mut peer: impl FnMut(),
) -> Ratio {
    let mut ratios = Vec::with_capacity(rounds);
    let (mut ours_total, mut peer_total) = (Duration::ZERO, Duration::ZERO);
    for round in 0..rounds {
        // Whoever runs first changes place each round, so that a drift hurts both alike.
        let (a, b) = if round % 2 == 0 {
            let a = time(1, &mut ours);
            (a, time(1, &mut peer))
        } else {
            let b = time(1, &mut peer);
            (time(1, &mut ours), b)
        };
        ours_total += a;
        peer_total += b;
        ratios.push(a.as_secs_f64() / b.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    let at = |share: usize| ratios[(rounds - 1) * share / 100];
    let done = (items * rounds) as f64;
    Ratio {
        name,
        unit,
        ours_per_second: done / ours_total.as_secs_f64(),
        peer_per_second: done / peer_total.as_secs_f64(),
        low: at(10),
        median: at(50),
        high: at(90),
        at_most,
    }
}

impl Ratio {
    /// Prints the ratio and writes it to a file beside the other measurements; whether it is within
    /// its goal.
    pub fn report(&self) -> bool {
        println!("{self}");
        let measured = json!({
            "name": self.name,
            "unit": self.unit,
            "ratio": { "p10": self.low, "median": self.median, "p90": self.high, "goal": self.at_most },
            "oursPerSecond": self.ours_per_second,
            "peerPerSecond": self.peer_per_second,
        });
        write(self.name, &measured);
        self.median <= self.at_most
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {:.2} times the peer's time (p10 {:.2}, p90 {:.2}; goal at most {:.2}); {:.0} {unit}/s, peer {:.0} {unit}/s",
            self.name,
            self.median,
            self.low,
            self.high,
            self.at_most,
            self.ours_per_second,
            self.peer_per_second,
            unit = self.unit,
        )
    }
}

/// Writes what was measured to a file of this name, beside the other measurements.
pub fn write(name: &str, measured: &Value) {
    let file = results().join(format!("{name}.json"));
    fs::write(&file, format!("{measured:#}\n")).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

fn results() -> PathBuf {
    let folder = crate::bless::root().join("target/bench");
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

fn calls_for(slice: Duration, work: &mut impl FnMut()) -> usize {
    let mut calls = 1;
    loop {
        let took = time(calls, work);
        if took >= slice / 2 {
            return ((calls as f64) * slice.as_secs_f64() / took.as_secs_f64()).ceil() as usize;
        }
        calls *= 2;
    }
}

fn time(calls: usize, work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        work();
    }
    start.elapsed()
}
