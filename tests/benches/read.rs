//! Certificates per second: read with every fact and finding, beside bare x509-parser on the same bytes.

use std::hint::black_box;
use std::process::ExitCode;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SanType};
use signet_certs::{JudgeOptions, Limits, UnixTime, algorithms, formats::pem, judge, read};
use signet_tests::interleaved::measure;
use x509_parser::pem::Pem;

const CERTIFICATES: usize = 500;
/// Inside the life that rcgen gives by default (1975 to 4096).
const NOW: UnixTime = UnixTime::from_seconds(1_795_510_800);

fn main() -> ExitCode {
    let bundle = bundle();
    let options = JudgeOptions::at(NOW, algorithms::aws_lc_rs());
    let ratio = measure(
        "read",
        ("certificates", CERTIFICATES),
        2.0,
        || {
            let documents =
                read(black_box(bundle.as_bytes()), &Limits::default()).expect("a readable bundle");
            for document in &documents {
                black_box(judge(document, &options));
            }
            black_box(documents);
        },
        || {
            for block in Pem::iter_from_buffer(black_box(bundle.as_bytes())) {
                let block = block.expect("a readable block");
                black_box(block.parse_x509().expect("a readable certificate"));
            }
        },
    );
    if ratio.report() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Leaves as Istio issues them, one after the other as PEM.
fn bundle() -> String {
    let ca_key = KeyPair::generate().expect("a key");
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = Issuer::new(ca, ca_key);
    let key = KeyPair::generate().expect("a key");
    let leaves = (0..CERTIFICATES).map(|number| {
        let mut leaf = CertificateParams::default();
        let id = format!("spiffe://cluster.local/ns/foo/sa/workload-{number}");
        leaf.subject_alt_names = vec![SanType::URI(id.try_into().expect("an ASCII name"))];
        let leaf = leaf.signed_by(&key, &issuer).expect("a certificate");
        pem::encode("CERTIFICATE", leaf.der())
    });
    leaves.collect()
}
