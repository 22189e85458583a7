//! Whatever the input, and in whatever order.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use signet_certs::chain::order;
use signet_certs::x509::Certificate;
use signet_certs::{Limits, judge, read, verify, yaml};

use crate::documents::fixture;
use crate::pki::{Authority, DAY, HTTPBIN, any as options, ca, judging, leaf, pem, valid};

/// Inputs of every kind, to be damaged.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let pem = fixture("leaf.pem");
    let der = read(&pem, &Limits::default()).expect("a fixture")[0]
        .certificates()
        .next()
        .map(|one| one.der().to_vec())
        .expect("a certificate");
    let text = String::from_utf8(pem.clone()).expect("PEM is ASCII");
    let object = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": text, "mesh": "caCertificates: []"}});
    let yaml = yaml::to_string(&object);
    vec![
        [pem, fixture("leaf-pkcs8.key"), fixture("request.pem")].concat(),
        der,
        object.to_string().into_bytes(),
        (yaml.clone() + "---\n" + &yaml).into_bytes(),
        fixture("ec-sec1.key"),
    ]
});

/// A chain with a namesake and a stranger among it, an alternative that expired, and a root that another
/// one vouches for.
static CHAIN: LazyLock<(Vec<Arc<Certificate>>, Arc<Certificate>)> = LazyLock::new(|| {
    let root = Authority::root("root");
    let upper = root.intermediate("upper");
    let lower = upper.intermediate("lower");
    let leaf = lower.issue(&leaf(HTTPBIN));
    let stranger = Authority::root("stranger");
    let mut params = ca("lower");
    valid(&mut params, -20 * DAY, -DAY);
    let expired = upper.certify(&params, lower.key());
    let crossed = stranger.cross_sign(&root);
    let others = [&upper, &lower, &root, &root.namesake(), &stranger];
    let others = others.iter().map(|one| Arc::clone(&one.certificate));
    (others.chain([expired, crossed]).collect(), leaf)
});

/// Whether a way leads from the leaf of [`CHAIN`] to an anchor, as a person sees it.
fn has_path(served: &[Arc<Certificate>], anchors: &[Arc<Certificate>]) -> bool {
    let [upper, lower, root, _, stranger, expired, crossed] = &CHAIN.0[..] else { panic!("seven") };
    let (has, trusts) = (|one| served.contains(one), |one| anchors.contains(one));
    let to_root = trusts(root) || trusts(crossed) || (has(crossed) && trusts(stranger));
    let to_upper = trusts(upper) || (has(upper) && to_root);
    trusts(lower) || trusts(expired) || (has(lower) && to_upper)
}

fn read_and_judge(input: &[u8]) {
    for document in read(input, &Limits::default()).unwrap_or_default() {
        judge(&document, &judging(&[]));
    }
}

proptest! {
    #[test]
    fn reading_arbitrary_bytes_never_panics(input in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read_and_judge(&input);
        let _ = Certificate::parse(&input);
    }

    #[test]
    fn reading_damaged_files_never_panics(
        seed in 0..5usize,
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut input = SEEDS[seed].clone();
        for (at, byte) in damage {
            let at = at.index(input.len());
            input[at] = byte;
        }
        read_and_judge(&input);
        input.truncate(cut.index(input.len()));
        read_and_judge(&input);
    }

    #[test]
    fn the_order_of_what_is_given_does_not_change_the_verdict(
        served in Just(CHAIN.0.clone()).prop_shuffle(),
        anchors in Just(CHAIN.0.clone()).prop_shuffle(),
        skip in 0..7usize,
        trusted in 0..7usize,
    ) {
        let leaf = &CHAIN.1;
        let reference = |list: &[Arc<Certificate>]| {
            let mut list = list.to_vec();
            list.sort_by_key(|one| one.fingerprint);
            list
        };
        let (served, anchors) = (&served[skip..], &anchors[trusted..]);
        let verdict = verify(leaf, served, anchors, &options());
        prop_assert_eq!(verdict.is_ok(), has_path(served, anchors));
        prop_assert_eq!(verdict, verify(leaf, &reference(served), &reference(anchors), &options()));
    }

    #[test]
    fn ordering_keeps_every_certificate_and_is_the_same_twice(served in Just(CHAIN.0.clone()).prop_shuffle()) {
        let mut served = served;
        served.insert(2, Arc::clone(&CHAIN.1));
        let ordered = order(&served);
        prop_assert_eq!(ordered[0].fingerprint, CHAIN.1.fingerprint);
        prop_assert_eq!(&order(&ordered), &ordered);
        let sorted = |list: &[Arc<Certificate>]| {
            let mut list: Vec<_> = list.iter().map(|one| one.fingerprint).collect();
            list.sort();
            list
        };
        prop_assert_eq!(sorted(&ordered), sorted(&served));
    }

    #[test]
    fn pem_comes_back_as_it_went(certificates in Just(CHAIN.0.clone()).prop_shuffle()) {
        let text = pem(&certificates.iter().collect::<Vec<_>>());
        let documents = read(text.as_bytes(), &Limits::default()).expect("PEM");
        prop_assert!(documents[0].certificates().eq(&certificates));
    }
}
