//! Many possible paths: the one that holds is found, whatever else is there, or the search ends.

use std::sync::Arc;

use signet_certs::algorithms::{Reuse, aws_lc_rs};
use signet_certs::{Certificate, VerifyOptions, verify as verify_natively};

use crate::pki::{Authority, DAY, HTTPBIN, any, ca, leaf, valid, verify};

/// More than the signatures that rustls-webpki verifies in one call.
const MANY: usize = 150;

fn certificates(authorities: &[Authority]) -> Vec<Arc<Certificate>> {
    authorities.iter().map(|authority| Arc::clone(&authority.certificate)).collect()
}

#[test]
fn the_key_identifier_finds_the_issuer_among_many_of_its_name() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let mut namesakes: Vec<_> = (0..MANY).map(|_| root.intermediate("intermediate")).collect();
    namesakes.insert(MANY / 2, intermediate);
    let roots: Vec<_> = (0..MANY).map(|_| root.namesake()).collect();
    let mut anchors = certificates(&roots);
    anchors.push(Arc::clone(&root.certificate));
    let path = verify(&leaf, &certificates(&namesakes), &anchors, &any()).expect("a path");
    assert_eq!(path.certificates.len(), 3);
}

#[test]
fn the_search_ends_at_its_limit_and_says_so() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    // Without key identifiers nothing tells one from the other.
    let mut params = leaf(HTTPBIN);
    params.use_authority_key_identifier_extension = false;
    let leaf = intermediate.issue(&params);
    let namesakes: Vec<_> = (0..MANY).map(|_| root.intermediate("intermediate")).collect();
    let anchors = [Arc::clone(&root.certificate)];
    let reuse = Reuse::new(aws_lc_rs());
    let algorithms = reuse.algorithms();
    let options = VerifyOptions { algorithms: &algorithms, ..any() };
    let failure = verify_natively(&leaf, &certificates(&namesakes), &anchors, &options).expect_err("no path");
    assert_eq!(failure.code, "work-limit");
    assert!(failure.message.contains("100 signatures"), "{}", failure.message);
    assert!(reuse.verified() <= 200, "{} signatures: the verdict's and the explanation's", reuse.verified());
}

#[test]
fn an_expired_alternative_hides_no_valid_path() {
    let [old, new] = ["old", "new"].map(Authority::root);
    let intermediate = new.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let mut params = ca("intermediate");
    valid(&mut params, -20 * DAY, -DAY);
    let expired = new.certify(&params, intermediate.key());
    let crossed = old.cross_sign(&new);
    let served = [&expired, &crossed, &intermediate.certificate].map(Arc::clone);
    for anchor in [&old, &new] {
        let anchors = [Arc::clone(&anchor.certificate)];
        let path = verify(&leaf, &served, &anchors, &any()).expect("the valid path");
        assert!(!path.certificates.contains(&expired));
    }
    let only_expired = [expired, crossed];
    let failure = verify(&leaf, &only_expired, &[Arc::clone(&new.certificate)], &any()).expect_err("expired");
    assert_eq!(failure.code, "expired");
}

#[test]
fn a_web_of_cas_that_all_certify_each_other_has_a_way_out() {
    let cas: Vec<_> = (0..6).map(|number| Authority::root(&format!("ca {number}"))).collect();
    let mut web = Vec::new();
    for (position, one) in cas.iter().enumerate() {
        let others = cas.iter().enumerate().filter(|(other, _)| *other != position);
        web.extend(others.map(|(_, other)| one.cross_sign(other)));
    }
    let leaf = cas[0].issue(&leaf(HTTPBIN));
    for anchor in &cas {
        let anchors = [Arc::clone(&anchor.certificate)];
        let path = verify(&leaf, &web, &anchors, &any()).expect("every CA vouches for the first");
        assert!(path.certificates.len() <= 7);
    }
    let stranger = [Authority::root("stranger").certificate];
    let failure = verify(&leaf, &web, &stranger, &any()).expect_err("nobody vouches for a stranger");
    assert!(["untrusted-root", "work-limit"].contains(&failure.code.as_str()), "{}", failure.message);
}

#[test]
fn a_chain_of_more_than_six_intermediates_is_beyond_the_limit() {
    let root = Authority::root("root");
    let mut chain = vec![root.intermediate("intermediate 1")];
    for number in 2..=7 {
        let next = chain[number - 2].intermediate(&format!("intermediate {number}"));
        chain.push(next);
    }
    let anchors = [Arc::clone(&root.certificate)];
    let served = certificates(&chain);
    let leaf_of = |depth: usize| chain[depth - 1].issue(&leaf(HTTPBIN));
    assert!(verify(&leaf_of(6), &served, &anchors, &any()).is_ok());
    let failure = verify(&leaf_of(7), &served, &anchors, &any()).expect_err("too deep");
    assert_eq!(failure.code, "work-limit");
    assert!(failure.message.contains("6 intermediates"), "{}", failure.message);
}
