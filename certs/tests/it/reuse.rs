//! Signatures are verified once: many chains of few signers cost about one each.

use std::sync::Arc;

use rcgen::{KeyPair, SerialNumber};
use signet_certs::algorithms::{Reuse, aws_lc_rs};
use signet_certs::{Certificate, JudgeOptions, Side, VerifyOptions, judge, trust, verify};

use crate::documents::document;
use crate::pki::{Authority, HTTPBIN, NOW, any, judging, leaf, pem};

/// A signer that issues from an intermediate.
struct Signer {
    root: Authority,
    intermediate: Authority,
}

impl Signer {
    fn new(name: &str) -> Self {
        let root = Authority::root(name);
        let intermediate = root.intermediate(&format!("{name} intermediate"));
        Self { root, intermediate }
    }

    /// A chain as served. All leaves have one key: only their signatures matter here.
    fn issue(&self, serial: u64, key: &KeyPair) -> [Arc<Certificate>; 2] {
        let mut params = leaf(HTTPBIN);
        params.serial_number = Some(SerialNumber::from(serial));
        [self.intermediate.certify(&params, key), Arc::clone(&self.intermediate.certificate)]
    }
}

#[test]
fn ten_thousand_leaves_of_three_signers_cost_one_signature_each() {
    const LEAVES: u64 = 10_000;
    let signers = ["istio-system", "foo", "bar"].map(Signer::new);
    let roots: Vec<_> = signers.iter().map(|signer| Arc::clone(&signer.root.certificate)).collect();
    let key = KeyPair::generate().expect("a key");
    let reuse = Reuse::new(aws_lc_rs());
    let algorithms = reuse.algorithms();
    let options = VerifyOptions { algorithms: &algorithms, ..any() };
    let mut peer: Option<[Arc<Certificate>; 2]> = None;
    for (serial, signer) in (1..=LEAVES).zip(signers.iter().cycle()) {
        let chain = signer.issue(serial, &key);
        assert!(verify(&chain[0], &chain[1..], &roots, &options).is_ok());
        if let Some(peer) = &peer {
            let side = |chain| Side { chain, roots: &roots };
            assert!(trust(side(&chain), side(peer), NOW, &algorithms).permitted());
        }
        peer = Some(chain);
    }
    let per_leaf = reuse.verified() * 100 / LEAVES;
    assert!((100..=110).contains(&per_leaf), "{} signatures for {LEAVES} leaves", reuse.verified());
}

#[test]
fn a_remembered_signature_gives_the_same_verdict() {
    let root = Authority::root("root");
    let renewed = root.namesake();
    let leaf = root.issue(&leaf(HTTPBIN));
    let (root, renewed) = ([Arc::clone(&root.certificate)], [Arc::clone(&renewed.certificate)]);
    let reuse = Reuse::new(aws_lc_rs());
    let algorithms = reuse.algorithms();
    let options = VerifyOptions { algorithms: &algorithms, ..any() };
    for anchors in [&root, &renewed] {
        let first = verify(&leaf, &[], anchors, &options);
        let work = reuse.verified();
        assert_eq!(first, verify(&leaf, &[], anchors, &options), "remembered");
        assert_eq!(reuse.verified(), work);
        assert_eq!(first, verify(&leaf, &[], anchors, &any()), "without a memory");
    }
    let document = document(pem(&[&leaf, &renewed[0]]));
    let judging = judging(&[]);
    assert_eq!(
        judge(&document, &JudgeOptions { algorithms: &algorithms, ..judging }),
        judge(&document, &judging)
    );
}
