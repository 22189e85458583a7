//! Chains per second, of a leaf and an intermediate: verified beside bare rustls-webpki, and with what
//! is remembered beside Go's standard library; and what a mesh of many leaves costs in signatures.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls_pki_types::{CertificateDer, UnixTime};
use serde_json::json;
use signet_certs::algorithms::{Algorithms, Reuse, aws_lc_rs};
use signet_certs::{Certificate, Usage, VerifyOptions, verify};
use signet_tests::gox509::GoX509;
use signet_tests::interleaved::{measure, write};
use signet_tests::issued::{NOW, Signer, bundle};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};

const CHAINS: usize = 100;
/// A mesh.
const LEAVES: u32 = 10_000;
/// Signatures that each of its leaves may cost.
const SIGNATURES_A_LEAF: f64 = 1.1;

fn main() -> ExitCode {
    let mut fine = true;
    for (signer, beside_bare, beside_go) in [
        (Signer::ecdsa("foo"), "verify-ecdsa", "verify-ecdsa-beside-go"),
        (Signer::rsa("foo"), "verify-rsa", "verify-rsa-beside-go"),
    ] {
        fine &= chains(&signer, beside_bare, beside_go);
    }
    fine &= mesh();
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn chains(signer: &Signer, beside_bare: &'static str, beside_go: &'static str) -> bool {
    let leaves: Vec<_> = (0..).take(CHAINS).map(|number| signer.leaf(number)).collect();
    let (others, roots) = ([signer.intermediate().to_vec()], [signer.root().to_vec()]);
    let mut go = GoX509::verify(&bundle(&leaves), &bundle(&others), &bundle(&roots), NOW)
        .expect("Go's standard library");
    let parsed: Vec<_> = leaves.iter().map(|der| parse(der)).collect();
    let (other, root) = ([parse(signer.intermediate())], [parse(signer.root())]);
    let verify_all = |algorithms: Algorithms<'_>| {
        let options = options(algorithms);
        for leaf in &parsed {
            black_box(verify(black_box(leaf), &other, &root, &options).expect("a path"));
        }
    };
    let ours = || verify_all(aws_lc_rs());
    // As the faces do it: each pass with a new memory, so that each leaf is verified in each.
    let remembering = || verify_all(&Reuse::new(aws_lc_rs()).algorithms());
    let bare = || leaves.iter().for_each(|leaf| bare(leaf, signer));
    let unit = ("chains", CHAINS);
    let beside_bare = measure(beside_bare, unit, 1.15, ours, bare);
    let beside_go = measure(beside_go, unit, 0.5, remembering, || assert_eq!(go.pass(), CHAINS));
    let (bare, go) = (beside_bare.report(), beside_go.report());
    bare && go
}

/// What any caller of rustls-webpki does.
fn bare(leaf: &[u8], signer: &Signer) {
    let (leaf, intermediate) = (CertificateDer::from(leaf), CertificateDer::from(signer.intermediate()));
    let root = CertificateDer::from(signer.root());
    let anchors = [anchor_from_trusted_cert(&root).expect("an anchor")];
    let seconds = NOW.parse::<signet_certs::UnixTime>().expect("a time").seconds();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds.unsigned_abs()));
    let leaf = EndEntityCert::try_from(&leaf).expect("a certificate");
    black_box(
        leaf.verify_for_usage(aws_lc_rs(), &anchors, &[intermediate], now, AnyUsage, None, None)
            .expect("a path"),
    );
}

struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

/// Verifies each leaf of a mesh of three signers once, remembering signatures as the inspector does.
fn mesh() -> bool {
    let signers = ["istio-system", "foo", "bar"].map(Signer::ecdsa);
    let roots = signers.each_ref().map(|signer| parse(signer.root()));
    let others = signers.each_ref().map(|signer| [parse(signer.intermediate())]);
    let leaves: Vec<_> =
        (0..LEAVES).zip(signers.iter().cycle()).map(|(number, signer)| parse(&signer.leaf(number))).collect();
    let reuse = Reuse::new(aws_lc_rs());
    let algorithms = reuse.algorithms();
    let options = options(&algorithms);
    let start = Instant::now();
    for (leaf, other) in leaves.iter().zip(others.iter().cycle()) {
        verify(leaf, other, &roots, &options).expect("a path");
    }
    let seconds = start.elapsed().as_secs_f64();
    let verified = u32::try_from(reuse.verified()).expect("a few for each leaf");
    let each = f64::from(verified) / f64::from(LEAVES);
    println!(
        "mesh: {each:.4} signatures a leaf (goal at most {SIGNATURES_A_LEAF}); {LEAVES} leaves in {seconds:.2} s"
    );
    write(
        "mesh",
        &json!({"leaves": LEAVES, "signaturesPerLeaf": each, "goal": SIGNATURES_A_LEAF, "seconds": seconds}),
    );
    each <= SIGNATURES_A_LEAF
}

fn options(algorithms: Algorithms<'_>) -> VerifyOptions<'_> {
    let at = NOW.parse().expect("a time");
    VerifyOptions { at, usage: Usage::Any, name: None, algorithms }
}

fn parse(der: &[u8]) -> Arc<Certificate> {
    Arc::new(Certificate::parse(der).expect("a certificate"))
}
