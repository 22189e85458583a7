//! Reasons that name the right certificate where the obvious one is not at fault, and say where
//! rustls-webpki is stricter than RFC 5280.

use std::sync::Arc;

use rcgen::{BasicConstraints, GeneralSubtree, IsCa, NameConstraints, SanType};
use signet_certs::{Certificate, Failure};

use crate::documents::{document, fixture};
use crate::pki::{Authority, HTTPBIN, any, ca, judge, judging, leaf, verify};

fn refused(leaf: &Arc<Certificate>, others: &[&Arc<Certificate>], anchors: &[&Arc<Certificate>]) -> Failure {
    let [others, anchors] = [others, anchors].map(|list| list.iter().copied().cloned().collect::<Vec<_>>());
    verify(leaf, &others, &anchors, &any()).expect_err("there is no path")
}

fn of_file(name: &str) -> Arc<Certificate> {
    document(fixture(name)).certificates().next().cloned().expect("a certificate")
}

#[test]
fn a_chain_that_begins_at_the_root_is_in_the_wrong_order() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let (root, intermediate) = (&root.certificate, &intermediate.certificate);
    let failure = refused(root, &[intermediate, &leaf], &[root]);
    assert_eq!((failure.code.as_str(), failure.fingerprint), ("chain-out-of-order", Some(root.fingerprint)));
    assert_eq!(failure.evidence["leaf"], leaf.fingerprint.to_string());
    assert!(failure.message.contains(HTTPBIN), "{}", failure.message);

    let stranger = Authority::root("stranger").issue(&crate::pki::leaf(HTTPBIN));
    assert_eq!(refused(root, &[intermediate, &stranger], &[root]).code, "leaf-is-ca", "not its leaf");
}

#[test]
fn sha_1_is_what_is_weak_and_not_the_key() {
    let (leaf, root) = (of_file("sha1.pem"), of_file("root.pem"));
    let failure = refused(&leaf, &[], &[&root]);
    assert_eq!((failure.code.as_str(), failure.fingerprint), ("weak-signature", Some(leaf.fingerprint)));
    assert_eq!(
        failure.message,
        "`CN=sha1` is signed with ecdsa-with-sha1, and SHA-1 can be forged, whatever the key"
    );
}

#[test]
fn an_rsa_key_that_is_too_short_to_sign_is_named_and_not_taken_for_another_key() {
    let weak = of_file("weak-key.pem");
    let failure = refused(&weak, &[], &[&weak]);
    assert_eq!((failure.code.as_str(), failure.fingerprint), ("weak-key", Some(weak.fingerprint)));
    assert!(failure.message.contains("1024 bits; 2048 to 8192 are accepted"), "{}", failure.message);
}

#[test]
fn a_kind_of_key_that_is_not_accepted_is_named() {
    let other = of_file("ed448.pem");
    let failure = refused(&other, &[], &[&other]);
    assert_eq!(
        (failure.code.as_str(), failure.fingerprint),
        ("unsupported-algorithm", Some(other.fingerprint))
    );
    let found = judge(&document(fixture("ed448.pem")), &judging(&[]));
    assert_eq!(found.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["unsupported-algorithm"]);
    let found = judge(&document(fixture("ed25519-leaf.pem")), &judging(&[]));
    assert!(found.iter().all(|one| one.code != "unsupported-algorithm"), "{found:?}");
}

/// A root, two certificates of one CA name of which the second is self-issued, and a leaf below it:
/// a CA on its way from one key to the next.
fn rolled_over(limit: impl Fn(&mut rcgen::CertificateParams)) -> (Vec<Arc<Certificate>>, Arc<Certificate>) {
    let root = Authority::root("root");
    let mut params = ca("rolling");
    limit(&mut params);
    let old = root.sub(params);
    let mut params = ca("rolling");
    params.subject_alt_names = vec![SanType::DnsName("ca.example.org".try_into().expect("a name"))];
    let new = old.sub(params);
    let mut params = leaf(HTTPBIN);
    params.subject_alt_names = vec![SanType::DnsName("a.example.com".try_into().expect("a name"))];
    let leaf = new.issue(&params);
    ([root, old, new].map(|one| one.certificate).to_vec(), leaf)
}

#[test]
fn a_ca_that_rolls_its_key_over_below_a_limit_is_fine_by_rfc_5280() {
    let (authorities, leaf) = rolled_over(|_| {});
    let [root, old, new] = &authorities[..] else { panic!("three") };
    assert!(verify(&leaf, &[Arc::clone(old), Arc::clone(new)], &[Arc::clone(root)], &any()).is_ok());

    let (authorities, leaf) = rolled_over(|params| params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let [root, old, new] = &authorities[..] else { panic!("three") };
    let failure = refused(&leaf, &[old, new], &[root]);
    assert_eq!((failure.code.as_str(), failure.fingerprint), ("path-length-exceeded", Some(old.fingerprint)));
    assert!(failure.message.contains("self-issued are 1 of them"), "{}", failure.message);

    let (authorities, leaf) = rolled_over(|params| {
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![GeneralSubtree::DnsName("example.com".into())],
            excluded_subtrees: Vec::new(),
        });
    });
    let [root, old, new] = &authorities[..] else { panic!("three") };
    let failure = refused(&leaf, &[old, new], &[root]);
    assert_eq!((failure.code.as_str(), failure.fingerprint), ("name-constraint", Some(old.fingerprint)));
    assert!(failure.message.contains("section 6.1.3 (b)"), "{}", failure.message);
}

#[test]
fn cas_that_certify_each_other_go_in_a_circle() {
    let [one, two] = ["one", "two"].map(Authority::root);
    let [crossed, back] = [one.cross_sign(&two), two.cross_sign(&one)];
    let leaf = one.issue(&leaf(HTTPBIN));
    let stranger = Authority::root("stranger").certificate;
    let failure = refused(&leaf, &[&crossed, &back], &[&stranger]);
    assert_eq!(failure.code, "untrusted-root");
    assert!(failure.message.contains("the chain goes in a circle"), "{}", failure.message);
    assert!(verify(&leaf, &[crossed, back], &[two.certificate], &any()).is_ok(), "one way leads out");
}
