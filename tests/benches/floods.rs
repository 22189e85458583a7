//! What the costliest inputs of each format cost: twice the input takes about twice the time, and at the
//! limit of its size no more memory than four times the input and 50 MB.

use std::hint::black_box;
use std::process::ExitCode;

use peak_alloc::PeakAlloc;
use signet_certs::{Limits, read};
use signet_tests::floods::{FLOODS, Flood};
use signet_tests::interleaved::measure;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The smaller of the two inputs.
const BYTES: usize = 500_000;

/// What reading may take beside four times the input.
const ALLOWED: usize = 50_000_000;

fn main() -> ExitCode {
    let mut fine = true;
    for flood in FLOODS {
        fine &= is_linear(flood);
        fine &= is_bounded(flood);
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_linear(flood: &Flood) -> bool {
    let (once, twice) = ((flood.make)(BYTES), (flood.make)(2 * BYTES));
    // Twice is linear; what a step of an allocator or a cache adds is allowed for.
    let ratio = measure(
        flood.name,
        ("bytes", BYTES),
        3.0,
        || drop(black_box(read(black_box(&twice), &Limits::default()))),
        || drop(black_box(read(black_box(&once), &Limits::default()))),
    );
    ratio.report()
}

fn is_bounded(flood: &Flood) -> bool {
    // Whatever stands around the repeated part still fits.
    let bytes = Limits::default().bytes - 1000;
    let before = MEMORY.current_usage();
    let input = (flood.make)(bytes);
    MEMORY.reset_peak_usage();
    let answer = read(&input, &Limits::default());
    let taken = MEMORY.peak_usage() - before;
    let allowed = 4 * input.len() + ALLOWED;
    println!(
        "{}: {} MB for {} MB (goal at most {})",
        flood.name,
        taken >> 20,
        input.len() >> 20,
        allowed >> 20
    );
    drop(answer);
    taken <= allowed
}
