//! How often and how much is allocated for each certificate that is read and judged, beside what bare
//! x509-parser allocates.

use std::hint::black_box;

use allocation_counter::AllocationInfo;
use serde_json::{Value, json};
use signet_certs::{JudgeOptions, Limits, UnixTime, algorithms, judge, read};
use signet_tests::interleaved::write;
use signet_tests::issued::{NOW, Signer, bundle};
use x509_parser::pem::Pem;

const CERTIFICATES: u32 = 500;

fn main() {
    let signer = Signer::ecdsa("foo");
    let leaves: Vec<_> = (0..CERTIFICATES).map(|number| signer.leaf(number)).collect();
    let bundle = bundle(&leaves);
    let now: UnixTime = NOW.parse().expect("a time");
    let options = JudgeOptions::at(now, algorithms::aws_lc_rs());
    let ours = allocation_counter::measure(|| {
        for document in &read(bundle.as_bytes(), &Limits::default()).expect("a readable bundle") {
            black_box(judge(document, &options));
        }
    });
    let bare = allocation_counter::measure(|| {
        for block in Pem::iter_from_buffer(bundle.as_bytes()) {
            let block = block.expect("a readable block");
            black_box(block.parse_x509().expect("a readable certificate"));
        }
    });
    write(
        "allocations",
        &json!({"ours": say("read and judged", &ours), "peer": say("bare x509-parser", &bare)}),
    );
}

/// Prints what was counted, for each certificate.
fn say(what: &str, counted: &AllocationInfo) -> Value {
    let each = |total: u64| total / u64::from(CERTIFICATES);
    let (count, bytes) = (each(counted.count_total), each(counted.bytes_total));
    println!("{what}: {count} allocations, {bytes} bytes a certificate");
    json!({"allocationsPerCertificate": count, "bytesPerCertificate": bytes})
}
