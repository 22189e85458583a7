//! What a path is accepted with: a path that has it, and one that just has not.

use std::sync::Arc;

use rcgen::{
    CertificateParams, CustomExtension, GeneralSubtree, IsCa, KeyIdMethod, NameConstraints, SanType,
    SerialNumber,
};
use signet_certs::{CODES, Finding, Severity, reservations};

use crate::pki::{Authority, DAY, HTTPBIN, NOW, any, ca, leaf, valid, verify};

/// What is found beside the path of a root, an intermediate and a leaf that were changed so.
struct Changed {
    root: CertificateParams,
    intermediate: CertificateParams,
    leaf: CertificateParams,
}

impl Changed {
    fn new() -> Self {
        Self { root: ca("root"), intermediate: ca("intermediate"), leaf: leaf(HTTPBIN) }
    }

    fn findings(self) -> Vec<Finding> {
        let root = Authority::self_signed(self.root);
        let intermediate = root.sub(self.intermediate);
        let leaf = intermediate.issue(&self.leaf);
        let anchors = [Arc::clone(&root.certificate)];
        let path = verify(&leaf, &[Arc::clone(&intermediate.certificate)], &anchors, &any()).expect("a path");
        let findings = reservations(&path, NOW);
        for finding in &findings {
            let code = CODES.iter().find(|code| code.name == finding.code).expect("a code of the list");
            assert_eq!(finding.severity, code.severity);
        }
        findings
    }

    /// Code and place of each.
    fn found(self) -> Vec<(String, String)> {
        self.findings().into_iter().map(|finding| (finding.code, finding.about)).collect()
    }
}

fn is(found: &[(String, String)], code: &str, about: &str) {
    assert_eq!(found, [(code.to_owned(), about.to_owned())]);
}

fn extension(arc: u64, critical: bool, content: &[u8]) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, arc], content.to_vec());
    extension.set_criticality(critical);
    extension
}

/// A root with a subjectKeyIdentifier and just these extensions beside it.
fn root_with(mut extensions: Vec<CustomExtension>) -> CertificateParams {
    let mut params = ca("root");
    params.is_ca = IsCa::NoCa;
    params.key_identifier_method = KeyIdMethod::PreSpecified(vec![7]);
    extensions.push(extension(14, false, &[0x04, 0x01, 7]));
    params.custom_extensions = extensions;
    params
}

const ROOT: &str = "issuer O=root";
const INTERMEDIATE: &str = "issuer O=intermediate";
const LEAF: &str = "leaf";

#[test]
fn nothing_beside_a_path_of_sound_certificates() {
    assert_eq!(Changed::new().found(), []);
}

#[test]
fn an_anchor_that_is_no_root_is_worth_knowing() {
    let root = Authority::root("root");
    let intermediate = root.intermediate("intermediate");
    let leaf = intermediate.issue(&leaf(HTTPBIN));
    let ends_in = |anchor: &Authority| {
        let path = verify(
            &leaf,
            &[Arc::clone(&intermediate.certificate)],
            &[Arc::clone(&anchor.certificate)],
            &any(),
        );
        reservations(&path.expect("a path"), NOW)
    };
    let findings = ends_in(&intermediate);
    assert_eq!((findings.len(), findings[0].code.as_str()), (1, "anchor-not-root"));
    assert_eq!(findings[0].severity, Severity::Info);
    assert_eq!(ends_in(&root), []);
}

#[test]
fn an_anchor_that_is_no_ca_or_has_an_unknown_critical_extension() {
    let mut changed = Changed::new();
    changed.root = root_with(vec![]);
    is(&changed.found(), "issuer-not-ca", ROOT);

    let mut critical = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![0x05, 0x00]);
    let mut changed = Changed::new();
    changed.root.custom_extensions = vec![critical.clone()];
    assert_eq!(changed.found(), []);
    critical.set_criticality(true);
    let mut changed = Changed::new();
    changed.root.custom_extensions = vec![critical];
    is(&changed.found(), "critical-extension-unknown", ROOT);
}

#[test]
fn extensions_are_critical_where_rfc_5280_wants_them() {
    // basicConstraints cA TRUE
    let constraints = [0x30, 0x03, 0x01, 0x01, 0xff];
    for (critical, expected) in [(true, None), (false, Some("extension-criticality"))] {
        let mut changed = Changed::new();
        changed.root = root_with(vec![extension(19, critical, &constraints)]);
        assert_eq!(changed.found().first().map(|(code, _)| code.as_str()), expected);
    }
    // policyConstraints requireExplicitPolicy 0, which rustls-webpki takes only when it is not critical
    let mut changed = Changed::new();
    changed.intermediate.custom_extensions = vec![extension(36, false, &[0x30, 0x03, 0x80, 0x01, 0x00])];
    is(&changed.found(), "extension-criticality", INTERMEDIATE);
}

#[test]
fn serial_numbers_are_positive_and_of_at_most_20_octets() {
    let with = |serial: &[u8]| {
        let mut changed = Changed::new();
        changed.leaf.serial_number = Some(SerialNumber::from_slice(serial));
        changed.found()
    };
    is(&with(&[0]), "serial-number-invalid", LEAF);
    is(&with(&[0x7f; 21]), "serial-number-invalid", LEAF);
    is(&with(&[0x80; 20]), "serial-number-invalid", LEAF);
    assert_eq!(with(&[0x7f; 20]), []);
    assert_eq!(with(&[1]), []);
}

#[test]
fn certificates_say_which_key_signed_them() {
    let mut changed = Changed::new();
    changed.leaf.use_authority_key_identifier_extension = false;
    is(&changed.found(), "key-identifier-missing", LEAF);

    let root = Authority::root("root");
    let mut other = ca("root");
    other.key_identifier_method = KeyIdMethod::PreSpecified(vec![1, 2, 3]);
    let renumbered = root.renewed(&other);
    let leaf = root.issue(&leaf(HTTPBIN));
    let path = verify(&leaf, &[], &[renumbered], &any()).expect("rustls-webpki does not compare");
    let findings = reservations(&path, NOW);
    assert_eq!(findings.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["key-identifier-mismatch"]);
    assert!(findings[0].message.contains("010203"), "{}", findings[0].message);
}

#[test]
fn name_constraints_say_something_and_stand_in_a_ca() {
    let constraints = |names: Vec<GeneralSubtree>| NameConstraints {
        permitted_subtrees: names,
        excluded_subtrees: Vec::new(),
    };
    let with = |name: &str| {
        let mut changed = Changed::new();
        changed.root.name_constraints = Some(constraints(vec![GeneralSubtree::DnsName(name.to_owned())]));
        changed.leaf.subject_alt_names.push(SanType::DnsName("a.example.com".try_into().expect("a name")));
        changed.found()
    };
    is(&with(".example.com"), "name-constraints-invalid", ROOT);
    assert_eq!(with("example.com"), []);
    let mut changed = Changed::new();
    // NameConstraints { permittedSubtrees [0] { { base [2] "a" } } }
    changed.leaf.custom_extensions =
        vec![extension(30, true, &[0x30, 0x07, 0xa0, 0x05, 0x30, 0x03, 0x82, 0x01, b'a'])];
    is(&changed.found(), "name-constraints-invalid", LEAF);
}

#[test]
fn a_ca_has_a_subject() {
    let mut changed = Changed::new();
    changed.intermediate.distinguished_name = rcgen::DistinguishedName::new();
    assert!(changed.found().contains(&("missing-subject".to_owned(), "issuer ".to_owned())));
}

#[test]
fn dns_names_are_host_names() {
    let with = |name: &str| {
        let mut changed = Changed::new();
        changed.leaf.subject_alt_names.push(SanType::DnsName(name.try_into().expect("ASCII")));
        changed.found()
    };
    for name in ["httpbin_x.example.com", "-a.example.com", "a..b", "*.*.example.com"] {
        is(&with(name), "name-syntax", LEAF);
    }
    for name in ["httpbin-x.example.com", "*.example.com", "1.example"] {
        assert_eq!(with(name), [], "{name}");
    }
}

#[test]
fn lifetime_longer_than_issuer_to_the_second() {
    let until = |end| {
        let mut changed = Changed::new();
        valid(&mut changed.intermediate, -DAY, DAY);
        valid(&mut changed.leaf, -1, end);
        changed.found()
    };
    is(&until(DAY + 1), "lifetime-longer-than-issuer", LEAF);
    assert_eq!(until(DAY), []);
}
