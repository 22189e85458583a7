use rcgen::string::Ia5String;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType, date_time_ymd};
use signet_certs::UnixTime;
use signet_certs::formats::pem::encode;

use super::report::Verdict;
use super::{Desk, Window};

const ALL: Window = Window { documents: 100, certificates: 100 };

fn now() -> UnixTime {
    "2026-11-24T09:00:00Z".parse().expect("a time")
}

/// A root, and what it signs.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let pem = encode("CERTIFICATE", params.self_signed(&key).expect("a certificate").der());
    Authority { issuer: Issuer::new(params, key), pem }
}

impl Authority {
    /// A leaf and its private key as PEM.
    fn leaf(&self, id: &str) -> (String, String) {
        let mut params = CertificateParams::default();
        params.subject_alt_names.push(SanType::URI(Ia5String::try_from(id).expect("ASCII")));
        params.not_before = date_time_ymd(2026, 11, 24);
        params.not_after = date_time_ymd(2026, 11, 25);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (encode("CERTIFICATE", certificate.der()), encode("PRIVATE KEY", &key.serialize_der()))
    }
}

/// A Secret with a chain and the root beside it.
fn secret(name: &str, chain: &str, root: &str) -> String {
    let value = |text: &str| text.replace('\n', "\\n");
    format!(
        r#"{{"apiVersion": "v1", "kind": "Secret", "metadata": {{"name": "{name}", "namespace": "foo"}},
            "stringData": {{"tls.crt": "{}", "ca.crt": "{}"}}}}"#,
        value(chain),
        value(root)
    )
}

#[test]
fn a_key_leaves_nothing_but_its_kind() {
    let (leaf, key) = authority("a").leaf("spiffe://td/ns/foo/sa/a");
    let mut desk = Desk::default();
    let received = desk.put(1, "both.pem", format!("{leaf}{key}").as_bytes());
    assert!(received.sealed && desk.is_sealed());
    let secret: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let out = [
        received.text.clone().expect("a text"),
        desk.pem(),
        serde_json::to_string(&desk.look(now(), ALL)).expect("JSON"),
        serde_json::to_string(&desk.decoded(now())).expect("JSON"),
        format!("{desk:?}"),
    ];
    for text in &out {
        assert!(!text.replace('\n', "").contains(&secret[20..60]), "{text}");
    }
    assert!(out[0].contains("# private key, ec 256 (not shown)"), "{}", out[0]);
    assert!(out[0].contains(&leaf[..60]), "the certificate stays");
}

#[test]
fn what_may_be_shown_reads_as_the_same_certificates() {
    let root = authority("a");
    let (leaf, _) = root.leaf("spiffe://td/ns/foo/sa/a");
    let mut desk = Desk::default();
    desk.put(1, "secret.json", secret("-----BEGIN x", &leaf, &root.pem).as_bytes());
    let mut again = Desk::default();
    let received = again.put(1, "again.pem", desk.pem().as_bytes());
    assert_eq!(received.error, None);
    let all = |desk: &Desk| desk.certificates().map(|one| one.fingerprint).collect::<Vec<_>>();
    assert_eq!(all(&again), all(&desk));
    assert_eq!(again.look(now(), ALL).summary.error, 0);
}

#[test]
fn each_side_trusts_the_roots_that_came_with_it() {
    let (foo, bar) = (authority("foo"), authority("bar"));
    let mut desk = Desk::default();
    for (number, name, signer, root) in [(1, "a", &foo, &foo), (2, "b", &foo, &foo), (3, "c", &bar, &bar)] {
        let (leaf, _) = signer.leaf(&format!("spiffe://td/ns/foo/sa/{name}"));
        desk.put(number, name, secret(name, &leaf, &root.pem).as_bytes());
    }
    let encounters = desk.encounters(now());
    assert_eq!(encounters.workloads.len(), 3);
    let verdict = |client, server| {
        let pair = encounters.pairs.iter().find(|pair| (pair.client, pair.server) == (client, server));
        pair.expect("each with each").verdict
    };
    assert_eq!(verdict(0, 1), Verdict::Yes);
    assert_eq!(verdict(0, 2), Verdict::No);
    assert_eq!(verdict(2, 0), Verdict::No);
}

#[test]
fn without_any_root_nothing_is_known_until_one_is_marked() {
    let root = authority("a");
    let mut desk = Desk::default();
    for number in [1, 2] {
        let (leaf, _) = root.leaf(&format!("spiffe://td/ns/foo/sa/{number}"));
        desk.put(number, "leaf.pem", leaf.as_bytes());
    }
    desk.put(3, "root.pem", root.pem.as_bytes());
    assert!(desk.encounters(now()).pairs.iter().all(|pair| pair.verdict == Verdict::Unknown));
    let marked = desk.look(now(), ALL).roots.first().expect("the root").certificate.fingerprint_sha256;
    desk.trust_these([marked]);
    assert!(desk.encounters(now()).pairs.iter().all(|pair| pair.verdict == Verdict::Yes));
    let view = desk.look(now(), ALL);
    let chain = view.cards.first().and_then(|card| card.chains.first()).expect("a chain");
    assert!(chain.verification.as_ref().is_some_and(|verification| verification.valid));
}

#[test]
fn the_window_limits_what_is_shown_and_not_what_is_counted() {
    let root = authority("a");
    let leaves: String =
        (0..10).map(|number| root.leaf(&format!("spiffe://td/ns/foo/sa/{number}")).0).collect();
    let mut desk = Desk::default();
    desk.put(1, "leaves.pem", leaves.as_bytes());
    desk.put(2, "root.pem", root.pem.as_bytes());
    let view = desk.look(now(), Window { documents: 1, certificates: 3 });
    assert_eq!((view.summary.documents, view.summary.certificates), (2, 11));
    let [card] = view.cards.as_slice() else { panic!("one card: {:?}", view.cards) };
    assert_eq!((card.certificates, card.document.certificates.len(), card.chains.len()), (10, 3, 3));
}

#[test]
fn an_input_that_cannot_be_read_is_named_with_its_reason() {
    let mut desk = Desk::default();
    let received = desk.put(1, "a.pdf", b"%PDF-1.7");
    let error = received.error.expect("an error");
    assert!(error.starts_with("a.pdf: it holds no certificate") && error.contains("PDF"), "{error}");
    assert_eq!(desk.look(now(), ALL).inputs.first().and_then(|input| input.error.clone()), Some(error));
    desk.remove(1);
    assert!(desk.look(now(), ALL).inputs.is_empty());
}
