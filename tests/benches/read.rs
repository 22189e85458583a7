//! Certificates per second: read with every fact and finding, beside bare x509-parser and beside Go's
//! standard library on the same bytes.

use std::hint::black_box;
use std::process::ExitCode;

use signet_certs::{JudgeOptions, Limits, UnixTime, algorithms, judge, read};
use signet_tests::gox509::GoX509;
use signet_tests::interleaved::measure;
use signet_tests::issued::{NOW, Signer, bundle};
use x509_parser::pem::Pem;

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CERTIFICATES: usize = 500;

fn main() -> ExitCode {
    let signer = Signer::ecdsa("foo");
    let leaves: Vec<_> = (0..).take(CERTIFICATES).map(|number| signer.leaf(number)).collect();
    let bundle = bundle(&leaves);
    let now: UnixTime = NOW.parse().expect("a time");
    let options = JudgeOptions::at(now, algorithms::aws_lc_rs());
    let ours = || {
        let documents = read(black_box(bundle.as_bytes()), &Limits::default()).expect("a readable bundle");
        for document in &documents {
            black_box(judge(document, &options));
        }
        black_box(documents);
    };
    let bare = || {
        for block in Pem::iter_from_buffer(black_box(bundle.as_bytes())) {
            let block = block.expect("a readable block");
            black_box(block.parse_x509().expect("a readable certificate"));
        }
    };
    let mut go = GoX509::read(&bundle, NOW).expect("Go's standard library");
    let unit = ("certificates", CERTIFICATES);
    let beside_bare = measure("read", unit, 2.0, ours, bare);
    let beside_go = measure("read-beside-go", unit, 1.0 / 3.0, ours, || assert_eq!(go.pass(), CERTIFICATES));
    let (bare, go) = (beside_bare.report(), beside_go.report());
    if bare && go { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
