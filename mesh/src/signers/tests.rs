use super::{Signer, Signers};
use crate::config::{CaCertificate, ControlPlane, MeshConfig};

fn root(name: &str) -> String {
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    signet_certs::formats::pem::encode("CERTIFICATE", certificate.der())
}

fn mesh(entries: &[(&str, &[&str])]) -> MeshConfig {
    let entry = |&(pem, signers): &(&str, &[&str])| CaCertificate {
        pem: pem.to_owned(),
        cert_signers: signers.iter().map(ToString::to_string).collect(),
        ..CaCertificate::default()
    };
    MeshConfig { ca_certificates: entries.iter().map(entry).collect(), ..MeshConfig::default() }
}

fn kubernetes_signers(domain: &str) -> ControlPlane {
    ControlPlane {
        revision: "default".to_owned(),
        kubernetes_signers: true,
        cert_signer_domain: Some(domain.to_owned()),
        ..ControlPlane::default()
    }
}

fn name(signer: Option<&Signer>) -> Option<&str> {
    signer.map(|signer| signer.name.as_str())
}

#[test]
fn a_signer_is_found_by_its_short_and_by_its_full_name() {
    let pem = root("foo");
    let signers = Signers::new(&mesh(&[(&pem, &["a.io/foo", "b.io/foo"])]), kubernetes_signers("a.io"), None);
    assert_eq!(name(signers.get("foo")), Some("a.io/foo"));
    assert_eq!(name(signers.get("b.io/foo")), Some("b.io/foo"));
    assert_eq!(name(signers.get("bar")), None);
    assert_eq!((signers.short_name("a.io/foo"), signers.short_name("b.io/foo")), ("foo", "b.io/foo"));
}

#[test]
fn without_istiods_settings_a_short_name_must_be_the_only_one() {
    let pem = root("foo");
    let entries: &[(&str, &[&str])] = &[(&pem, &["a.io/foo", "a.io/bar", "b.io/bar"])];
    let signers = Signers::new(&mesh(entries), ControlPlane::default(), None);
    assert_eq!(name(signers.get("foo")), Some("a.io/foo"));
    assert_eq!(name(signers.get("bar")), None);
    assert_eq!(signers.short_name("a.io/foo"), "foo");
}

#[test]
fn a_root_belongs_to_the_signer_that_names_it_before_the_built_in_ca() {
    let (foo, istiod) = (root("foo"), root("istiod"));
    let signers = Signers::new(
        &mesh(&[(&foo, &["z.io/foo"])]),
        kubernetes_signers("z.io"),
        Some(&format!("{foo}{istiod}")),
    );
    let built_in = signers.get("istiod").expect("the built-in CA");
    let owners: Vec<_> = built_in.roots.iter().map(|root| name(signers.of_root(root))).collect();
    assert_eq!(owners, [Some("z.io/foo"), Some("istiod")]);
}

#[test]
fn roots_that_cannot_be_read_are_a_problem_of_their_signer() {
    let signers = Signers::new(
        &mesh(&[("no pem", &["a.io/foo"]), ("", &["a.io/bar"])]),
        kubernetes_signers("a.io"),
        None,
    );
    for name in ["foo", "bar"] {
        let signer = signers.get(name).expect(name);
        assert!(signer.roots.is_empty() && signer.problem.is_some(), "{signer:?}");
    }
}

#[test]
fn entries_without_signers_are_nobodys_roots() {
    let pem = root("foo");
    assert_eq!(Signers::new(&mesh(&[(&pem, &[])]), ControlPlane::default(), None).signers.len(), 0);
}

#[test]
fn a_key_is_legal_readable_and_its_own() {
    let names =
        ["clusterissuers.cert-manager.io/foo", "clusterissuers.cert-manager.io-foo", "A/b", "a/b", "é", ""];
    let keys = names.map(Signers::ca_key);
    assert!(keys[0].starts_with("clusterissuers.cert-manager.io-foo-"), "{}", keys[0]);
    for (i, key) in keys.iter().enumerate() {
        assert!(key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')), "{key}");
        assert!(!keys[..i].contains(key), "{key} stands for two signers");
    }
    assert!(Signers::ca_key(&"n".repeat(1000)).len() <= 253);
}
