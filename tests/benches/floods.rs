//! What the costliest inputs of each format cost: twice the input takes about twice the time.

use std::hint::black_box;
use std::process::ExitCode;

use signet_certs::{Limits, read};
use signet_tests::floods::FLOODS;
use signet_tests::interleaved::measure;

/// The smaller of the two inputs.
const BYTES: usize = 500_000;

fn main() -> ExitCode {
    let mut fine = true;
    for flood in FLOODS {
        let (once, twice) = ((flood.make)(BYTES), (flood.make)(2 * BYTES));
        // Twice is linear; what a step of an allocator or a cache adds is allowed for.
        let ratio = measure(
            flood.name,
            ("bytes", BYTES),
            3.0,
            || drop(black_box(read(black_box(&twice), &Limits::default()))),
            || drop(black_box(read(black_box(&once), &Limits::default()))),
        );
        fine &= ratio.report();
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
