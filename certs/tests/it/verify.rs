//! Paths, and the most useful reason why there is none.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    KeyUsagePurpose, NameConstraints, SanType,
};
use signet_certs::{CODES, Certificate, Failure, Fingerprint, UnixTime, Usage, VerifyOptions, reservations};

use crate::pki::{Authority, DAY, HTTPBIN, NOW, any, ca, leaf, uri_san, valid, verify};

fn refused(
    leaf: &Arc<Certificate>,
    others: &[&Authority],
    roots: &[&Authority],
    options: &VerifyOptions<'_>,
) -> Failure {
    let failure =
        verify(leaf, &certificates(others), &certificates(roots), options).expect_err("there is no path");
    let code =
        CODES.iter().find(|code| code.name == failure.code).expect("every reason has a code of the list");
    assert!(
        !failure.message.is_empty() && failure.advice == code.advice && failure.reference == code.reference
    );
    failure
}

fn certificates(authorities: &[&Authority]) -> Vec<Arc<Certificate>> {
    authorities.iter().map(|authority| Arc::clone(&authority.certificate)).collect()
}

fn fault(failure: &Failure) -> (&str, Option<Fingerprint>) {
    (&failure.code, failure.fingerprint)
}

#[test]
fn finds_the_path_from_leaf_to_anchor() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let stranger = Authority::root("stranger");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let path = verify(
        &leaf,
        &certificates(&[&stranger, &intermediate, &root]),
        &certificates(&[&stranger, &root]),
        &any(),
    )
    .expect("a path");
    let names: Vec<_> = path.certificates.iter().map(|one| one.fingerprint).collect();
    assert_eq!(names, [leaf.fingerprint, intermediate.certificate.fingerprint, root.certificate.fingerprint]);
    assert_eq!(path.anchor().map(|anchor| anchor.fingerprint), Some(root.certificate.fingerprint));
    assert_eq!(reservations(&path, NOW), []);
}

#[test]
fn an_intermediate_may_be_the_anchor() {
    let intermediate = Authority::root("root").intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let path = verify(&leaf, &[], &certificates(&[&intermediate]), &any()).expect("a path");
    assert_eq!(path.certificates.len(), 2);
}

#[test]
fn names_the_certificate_that_expired_or_is_not_yet_valid() {
    let root = Authority::root("root");
    let mut params = ca("intermediate");
    valid(&mut params, -10 * DAY, -1);
    let expired = root.sub(params);
    let leaf_below = expired.issue(&leaf(HTTPBIN));
    let failure = refused(&leaf_below, &[&expired], &[&root], &any());
    assert_eq!(fault(&failure), ("expired", Some(expired.certificate.fingerprint)));
    assert!(
        failure.message.contains("2026-11-24T11:59:59Z") && failure.message.contains("2026-11-24T12:00:00Z")
    );

    let mut params = leaf(HTTPBIN);
    valid(&mut params, 1, DAY);
    let early = root.issue(&params);
    assert_eq!(fault(&refused(&early, &[], &[&root], &any())), ("not-yet-valid", Some(early.fingerprint)));
    let later = VerifyOptions { at: NOW.plus(1), ..any() };
    assert!(
        verify(&early, &[], &certificates(&[&root]), &later).is_ok(),
        "notBefore itself is within the validity"
    );
}

#[test]
fn tells_a_missing_issuer_from_an_untrusted_root() {
    let (root, other) = (Authority::root("root"), Authority::root("other"));
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));

    let failure = refused(&leaf, &[], &[&root], &any());
    assert_eq!(fault(&failure), ("chain-incomplete", Some(leaf.fingerprint)));
    assert_eq!(failure.evidence["issuer"], "O=intermediate");

    let failure = refused(&leaf, &[&intermediate], &[&other], &any());
    assert_eq!(fault(&failure), ("untrusted-root", Some(intermediate.certificate.fingerprint)));
    let failure = refused(&leaf, &[&intermediate, &root], &[&other], &any());
    assert_eq!(fault(&failure), ("untrusted-root", Some(root.certificate.fingerprint)));
    assert!(failure.message.contains("O=root") && failure.message.contains("O=other"), "{}", failure.message);

    assert!(refused(&leaf, &[&intermediate], &[], &any()).message.contains("no trust anchors"));
}

#[test]
fn a_namesake_of_the_issuer_is_a_signature_mismatch() {
    let root = Authority::root("root");
    let renewed = root.namesake();
    let leaf = root.issue(&leaf(HTTPBIN));
    let failure = refused(&leaf, &[], &[&renewed], &any());
    assert_eq!(fault(&failure), ("signature-mismatch", Some(leaf.fingerprint)));
    assert_eq!(
        failure.evidence["authorityKeyId"],
        root.certificate.subject_key_id.clone().unwrap_or_default()
    );
    assert_eq!(
        failure.evidence["issuerSubjectKeyId"],
        renewed.certificate.subject_key_id.clone().unwrap_or_default()
    );
    assert!(
        verify(&leaf, &[], &certificates(&[&renewed, &root]), &any()).is_ok(),
        "both roots during a rotation"
    );
}

#[test]
fn an_expired_anchor_is_accepted_with_a_reservation_and_never_preferred() {
    let root = Authority::root("root");
    let mut params = ca("root");
    valid(&mut params, -20 * DAY, -DAY);
    let expired = root.renewed(&params);
    let leaf = root.issue(&leaf(HTTPBIN));

    let path = verify(&leaf, &[], &[Arc::clone(&expired)], &any()).expect("RFC 5280 does not ask");
    let findings = reservations(&path, NOW);
    assert_eq!(findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["expired"]);
    assert_eq!(findings[0].fingerprint_sha256, Some(expired.fingerprint));

    for anchors in [[&expired, &root.certificate], [&root.certificate, &expired]] {
        let path = verify(&leaf, &[], &anchors.map(Arc::clone), &any()).expect("a path");
        assert_eq!(path.anchor().map(|anchor| anchor.fingerprint), Some(root.certificate.fingerprint));
    }
}

#[test]
fn a_ca_is_no_leaf_even_when_it_is_trusted() {
    let root = Authority::root("root");
    let failure = refused(&root.certificate, &[], &[&root], &any());
    assert_eq!(failure.code, "leaf-is-ca");
    assert!(failure.message.contains("itself one of the trust anchors"));
    let intermediate = root.intermediate("intermediate");
    let failure = refused(&intermediate.certificate, &[], &[&root], &any());
    assert!(failure.message.contains("RFC 5280 itself allows it"));
}

#[test]
fn a_leaf_that_is_its_own_anchor_stands_in_the_path_once() {
    let own = Authority::self_signed(leaf(HTTPBIN));
    let path = verify(&own.certificate, &[], &certificates(&[&own]), &any()).expect("a path");
    assert_eq!(path.certificates.len(), 1);
}

#[test]
fn checks_names_of_every_type() {
    let root = Authority::root("root");
    let mut params = leaf(HTTPBIN);
    params.subject_alt_names.push(SanType::DnsName("httpbin.foo.svc".try_into().expect("a name")));
    params.subject_alt_names.push(SanType::IpAddress([10, 0, 0, 1].into()));
    let certificate = root.issue(&params);
    let with = |name| VerifyOptions { name: Some(name), ..any() };
    for name in [HTTPBIN, "httpbin.foo.svc", "10.0.0.1"] {
        assert!(verify(&certificate, &[], &certificates(&[&root]), &with(name)).is_ok(), "{name}");
    }
    for name in
        ["spiffe://cluster.local/ns/foo/sa/other", "httpbin", "10.0.0.2", "spiffe://Bad/x", "not a name"]
    {
        let failure = refused(&certificate, &[], &[&root], &with(name));
        assert_eq!(failure.code, "name-mismatch", "{name}");
        assert!(failure.message.contains(HTTPBIN), "{}", failure.message);
    }
    let mut nameless = leaf(HTTPBIN);
    nameless.subject_alt_names.clear();
    let certificate = root.issue(&nameless);
    assert_eq!(refused(&certificate, &[], &[&root], &with("httpbin")).code, "missing-san");
}

#[test]
fn checks_what_the_leaf_is_good_for() {
    let root = Authority::root("root");
    let only = |usage| {
        let mut params = leaf(HTTPBIN);
        params.extended_key_usages = vec![usage];
        root.issue(&params)
    };
    let client = VerifyOptions { usage: Usage::Client, ..any() };
    let server = only(ExtendedKeyUsagePurpose::ServerAuth);
    assert!(verify(&server, &[], &certificates(&[&root]), &any()).is_ok());
    let failure = refused(&server, &[], &[&root], &client);
    assert_eq!(
        (failure.code.as_str(), failure.evidence["present"].as_str()),
        ("usage-mismatch", "server-auth")
    );
    let failure = refused(&only(ExtendedKeyUsagePurpose::Any), &[], &[&root], &client);
    assert!(failure.message.contains("RFC 5280"), "webpki refuses more than RFC 5280: {}", failure.message);
}

#[test]
fn says_where_webpki_refuses_more_than_rfc_5280() {
    let mut critical = CustomExtension::from_oid_content(&[2, 5, 29, 36], vec![0x30, 0x03, 0x80, 0x01, 0x00]);
    critical.set_criticality(true);
    let root = Authority::root("root");
    let mut params = ca("intermediate");
    params.custom_extensions = vec![critical];
    let intermediate = root.sub(params);
    let certificate = intermediate.issue(&leaf(HTTPBIN));
    let failure = refused(&certificate, &[&intermediate], &[&root], &any());
    assert_eq!(fault(&failure), ("critical-extension-unknown", Some(intermediate.certificate.fingerprint)));
    assert_eq!(failure.evidence["oids"], "2.5.29.36");
    assert!(failure.message.contains("rustls-webpki does not"));
}

#[test]
fn a_matching_uri_constraint_is_refused_and_called_too_strict() {
    let root = Authority::root("root");
    let mut params = ca("constrained");
    // NameConstraints { permittedSubtrees [0] { { base [6] "cluster.local" } } }
    let mut der = vec![0x30, 0x13, 0xa0, 0x11, 0x30, 0x0f, 0x86, 0x0d];
    der.extend_from_slice(b"cluster.local");
    params.custom_extensions = vec![CustomExtension::from_oid_content(&[2, 5, 29, 30], der)];
    let constrained = root.sub(params);
    let certificate = constrained.issue(&leaf(HTTPBIN));
    let failure = refused(&certificate, &[&constrained], &[&root], &any());
    assert_eq!(fault(&failure), ("name-constraint", Some(constrained.certificate.fingerprint)));
    assert_eq!(failure.evidence["permitted"], "URI:cluster.local");
    assert!(failure.message.contains("by RFC 5280 the certificate may be fine"), "{}", failure.message);
}

#[test]
fn an_unknown_critical_extension_names_its_certificate() {
    let root = Authority::root("root");
    let mut params = leaf(HTTPBIN);
    let mut critical = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![0x05, 0x00]);
    critical.set_criticality(true);
    params.custom_extensions = vec![critical];
    let certificate = root.issue(&params);
    assert_eq!(certificate.unknown_critical_extensions, ["1.2.3.4"]);
    assert_eq!(refused(&certificate, &[], &[&root], &any()).code, "critical-extension-unknown");
}

#[test]
fn names_the_issuer_whose_limits_are_exceeded() {
    let mut params = ca("root");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let root = Authority::self_signed(params);
    let intermediate = root.intermediate("intermediate");
    assert_eq!(intermediate.certificate.path_length, None);
    let mut params = ca("lower");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let middle = intermediate.sub(params);
    let lowest = middle.intermediate("lowest");
    let certificate = lowest.issue(&leaf(HTTPBIN));
    let failure = refused(&certificate, &[&intermediate, &middle, &lowest], &[&root], &any());
    assert_eq!(fault(&failure), ("path-length-exceeded", Some(middle.certificate.fingerprint)));
    assert_eq!((failure.evidence["allowed"].as_str(), failure.evidence["present"].as_str()), ("0", "1"));

    let no_ca = root.sub(leaf(HTTPBIN));
    let below = no_ca.issue(&leaf(HTTPBIN));
    assert_eq!(refused(&below, &[&no_ca], &[&root], &any()).code, "issuer-not-ca");
}

#[test]
fn name_constraints_name_the_constraint_and_the_names() {
    let root = Authority::root("root");
    let mut params = ca("constrained");
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("example.com".into())],
        excluded_subtrees: Vec::new(),
    });
    let constrained = root.sub(params);
    let mut params = leaf(HTTPBIN);
    params.subject_alt_names = vec![SanType::DnsName("example.org".try_into().expect("a name"))];
    let certificate = constrained.issue(&params);
    let failure = refused(&certificate, &[&constrained], &[&root], &any());
    assert_eq!(fault(&failure), ("name-constraint", Some(constrained.certificate.fingerprint)));
    assert_eq!(
        (failure.evidence["permitted"].as_str(), failure.evidence["names"].as_str()),
        ("DNS:example.com", "DNS:example.org")
    );
    params.subject_alt_names = vec![SanType::DnsName("a.example.com".try_into().expect("a name"))];
    let inside = constrained.issue(&params);
    assert!(verify(&inside, &certificates(&[&constrained]), &certificates(&[&root]), &any()).is_ok());
}

#[test]
fn the_reason_of_a_name_constraint_says_what_is_permitted_and_what_the_leaf_has() {
    let root = Authority::root("root");
    let mut params = ca("constrained");
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("example.com".into())],
        excluded_subtrees: Vec::new(),
    });
    let constrained = root.sub(params);
    let mut params = leaf(HTTPBIN);
    params.subject_alt_names = vec![SanType::DnsName("example.org".try_into().expect("a name"))];
    let failure = refused(&constrained.issue(&params), &[&constrained], &[&root], &any());
    assert_eq!(
        failure.message,
        "`O=constrained` may only issue for names within [DNS:example.com]; `example.org` has [DNS:example.org]"
    );
}

#[test]
fn reserves_judgement_on_a_leaf_that_does_not_say_whose_it_is() {
    let root = Authority::root("root");
    let about = |names: Vec<SanType>| {
        let mut params = leaf(HTTPBIN);
        params.subject_alt_names = names;
        let path =
            verify(&root.issue(&params), &[], &certificates(&[&root]), &any()).expect("webpki accepts");
        let findings = reservations(&path, NOW).into_iter().map(|finding| (finding.code, finding.about));
        findings.collect::<Vec<_>>()
    };
    assert_eq!(about(vec![]), [("missing-san".to_owned(), "leaf".to_owned())]);
    let two = vec![uri_san(HTTPBIN), uri_san("spiffe://cluster.local/ns/foo/sa/other")];
    assert_eq!(about(two), [("spiffe-id-invalid".to_owned(), "leaf".to_owned())]);
    assert_eq!(about(vec![uri_san(HTTPBIN)]), []);
}

#[test]
fn reserves_judgement_on_an_issuer_that_may_not_sign() {
    let root = Authority::root("root");
    let mut params = ca("intermediate");
    params.key_usages = vec![KeyUsagePurpose::CrlSign];
    let intermediate = root.sub(params);
    let certificate = intermediate.issue(&leaf(HTTPBIN));
    let path = verify(&certificate, &certificates(&[&intermediate]), &certificates(&[&root]), &any())
        .expect("webpki accepts");
    assert_eq!(reservations(&path, NOW)[0].code, "ca-without-key-cert-sign");
}

#[test]
fn an_inverted_validity_is_named_as_such() {
    let root = Authority::root("root");
    let mut params: CertificateParams = leaf(HTTPBIN);
    valid(&mut params, DAY, -DAY);
    assert_eq!(refused(&root.issue(&params), &[], &[&root], &any()).code, "validity-inverted");
}

#[test]
fn times_before_1970_are_no_panic() {
    let root = Authority::root("root");
    let certificate = root.issue(&leaf(HTTPBIN));
    let past = VerifyOptions { at: UnixTime::from_seconds(-1), ..any() };
    assert_eq!(refused(&certificate, &[], &[&root], &past).code, "not-yet-valid");
}
