//! The rules of SPIFFE's X509-SVID standard, for leaves and for signing certificates.

use rcgen::{CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, KeyUsagePurpose};

use crate::documents::document;
use crate::pki::{Authority, HTTPBIN, ca, judge, judging, leaf, pem, uri_san, verify};
use crate::pki::{NOW, any};

const TRUST_DOMAIN: &str = "spiffe://cluster.local";

/// The codes found in a leaf that was changed so.
fn of_leaf(change: impl Fn(&mut CertificateParams)) -> Vec<String> {
    let mut params = leaf(HTTPBIN);
    change(&mut params);
    codes(&Authority::root("root").issue(&params))
}

/// The codes found in a signing certificate with this SPIFFE ID that was changed so.
fn of_signing(change: impl Fn(&mut CertificateParams)) -> Vec<String> {
    let mut params = ca("signing");
    params.subject_alt_names = vec![uri_san(TRUST_DOMAIN)];
    change(&mut params);
    codes(&Authority::root("root").issue(&params))
}

fn codes(certificate: &std::sync::Arc<signet_certs::Certificate>) -> Vec<String> {
    let findings = judge(&document(pem(&[certificate])), &judging(&[]));
    findings.into_iter().map(|finding| finding.code).collect()
}

/// A keyUsage of these bits that is not critical, as no rcgen makes one.
fn key_usage(bits: u8) -> CustomExtension {
    CustomExtension::from_oid_content(&[2, 5, 29, 15], vec![0x03, 0x02, 0x00, bits])
}

const NONE: [&str; 0] = [];

#[test]
fn a_leaf_may_not_sign() {
    let with = |usage| of_leaf(|params| params.key_usages.push(usage));
    assert_eq!(with(KeyUsagePurpose::KeyCertSign), ["leaf-may-sign"]);
    assert_eq!(with(KeyUsagePurpose::CrlSign), ["leaf-may-sign"]);
    assert_eq!(with(KeyUsagePurpose::KeyAgreement), NONE);
}

#[test]
fn a_leaf_has_a_critical_key_usage_with_digital_signature() {
    assert_eq!(of_leaf(|params| params.key_usages.clear()), ["svid-key-usage"]);
    assert_eq!(
        of_leaf(|params| params.key_usages = vec![KeyUsagePurpose::KeyEncipherment]),
        ["svid-key-usage"]
    );
    assert_eq!(of_leaf(|params| params.key_usages = vec![KeyUsagePurpose::DigitalSignature]), NONE);
    let not_critical = of_leaf(|params| {
        params.key_usages.clear();
        params.custom_extensions = vec![key_usage(0x80)];
    });
    assert_eq!(not_critical, ["svid-key-usage"]);
}

#[test]
fn a_leaf_with_an_extended_key_usage_is_server_and_client() {
    let with =
        |usages: &[ExtendedKeyUsagePurpose]| of_leaf(|params| params.extended_key_usages = usages.to_vec());
    assert_eq!(with(&[ExtendedKeyUsagePurpose::ServerAuth]), ["svid-extended-key-usage"]);
    assert_eq!(with(&[ExtendedKeyUsagePurpose::ClientAuth]), ["svid-extended-key-usage"]);
    assert_eq!(with(&[]), NONE, "it should be there, and need not");
    let both = [ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
    assert_eq!(with(&both), NONE);
}

#[test]
fn a_certificate_without_a_spiffe_id_is_no_svid() {
    let dns = |params: &mut CertificateParams| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("example.com".try_into().expect("a name"))];
        params.key_usages.clear();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    };
    assert_eq!(of_leaf(dns), NONE);
}

#[test]
fn a_signing_certificate_has_the_id_of_its_trust_domain_alone() {
    assert_eq!(of_signing(|_| {}), NONE);
    assert_eq!(of_signing(|params| params.subject_alt_names = vec![uri_san(HTTPBIN)]), ["spiffe-id-invalid"]);
    let two = |params: &mut CertificateParams| params.subject_alt_names.push(uri_san("spiffe://td"));
    assert_eq!(of_signing(two), ["spiffe-id-invalid"]);
}

#[test]
fn a_signing_certificate_has_a_critical_key_usage_with_key_cert_sign() {
    assert_eq!(of_signing(|params| params.key_usages.clear()), ["svid-key-usage"]);
    let only_lists = |params: &mut CertificateParams| params.key_usages = vec![KeyUsagePurpose::CrlSign];
    assert_eq!(of_signing(only_lists), ["ca-without-key-cert-sign"]);
    let not_critical = of_signing(|params| {
        params.key_usages.clear();
        params.custom_extensions = vec![key_usage(0x04)];
    });
    assert_eq!(not_critical, ["svid-key-usage"]);
}

#[test]
fn a_signing_certificate_of_another_trust_domain_is_said() {
    let root = Authority::root("root");
    let below = |id: &str| {
        let mut params = ca("signing");
        params.subject_alt_names = vec![uri_san(id)];
        let signing = root.sub(params);
        let leaf = signing.issue(&leaf(HTTPBIN));
        let anchors = [std::sync::Arc::clone(&root.certificate)];
        let path = verify(&leaf, &[signing.certificate], &anchors, &any()).expect("a path");
        let findings = signet_certs::reservations(&path, NOW);
        findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(below("spiffe://other.example"), ["trust-domain-mismatch"]);
    assert_eq!(below(TRUST_DOMAIN), NONE);
}
