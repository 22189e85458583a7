//! Reading takes no more than four times the input and 50 MB, whatever the input.

use peak_alloc::PeakAlloc;
use signet_certs::{Limits, read};
use signet_tests::floods::FLOODS;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// So large that what is allowed for small inputs is not all.
const BYTES: usize = 2_500_000;

/// What reading may take beside four times the input.
const ALLOWED: usize = 50_000_000;

// One test in this program: another one would be counted with it.
#[test]
fn no_input_takes_more_than_four_times_its_size_and_50_megabytes() {
    let mut over = Vec::new();
    for flood in FLOODS {
        for bytes in [BYTES / 5, BYTES] {
            let before = MEMORY.current_usage();
            let input = (flood.make)(bytes);
            MEMORY.reset_peak_usage();
            let answer = read(&input, &Limits::default());
            let taken = MEMORY.peak_usage() - before;
            let allowed = 4 * input.len() + ALLOWED;
            if taken > allowed {
                over.push(format!("{}: {taken} of {allowed} bytes for {}", flood.name, input.len()));
            }
            drop(answer);
        }
    }
    assert_eq!(over, Vec::<String>::new());
}
