//! Every root, where it comes from, who uses it and whether it may go; and the signers.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_mesh::dump::Dump;
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::report::{Roots, Signers};
use signet_mesh::roots::{Removal, Root, roots};
use signet_mesh::signers::{SignerState, signer_states};
use signet_mesh::{Observation, Verdict};

use crate::support::{Ca, DAY, Mesh, START, pod_with, put};

/// A mesh with a pod of signer foo, and bar's signer that nobody uses.
fn mesh() -> Mesh {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", DAY);
    let roots = vec![Arc::clone(&mesh.foo.certificate)];
    answers(&mut mesh, "web", Dump { chain: vec![leaf], roots, ..Dump::default() });
    mesh
}

fn answers(mesh: &mut Mesh, name: &str, dump: Dump) {
    mesh.inventory.apply(pod_with(name, Some("foo"), json!({})));
    let pod = ObjectName::new("app", name);
    mesh.inventory.apply(Observation::Proxy { pod, at: START, answer: Ok(dump) });
}

fn named(mesh: &Mesh, subject: &str) -> Root {
    let mut found = roots(&mesh.inventory, START);
    found.retain(|root| root.certificate.subject == subject);
    assert_eq!(found.len(), 1, "roots {subject}");
    found.remove(0)
}

fn signer(mesh: &Mesh, name: &str) -> SignerState {
    let mut all = signer_states(&mesh.inventory, START);
    all.retain(|signer| signer.name == name);
    assert_eq!(all.len(), 1, "signers {name}");
    all.remove(0)
}

#[test]
fn a_root_that_a_chain_ends_in_may_not_go() {
    let root = named(&mesh(), "CN=foo");
    assert_eq!(root.users, [ObjectName::new("app", "web")]);
    assert_eq!(root.trusted_by, root.users);
    assert_eq!(root.signers, ["example.com/foo"]);
    assert_eq!(root.sources[0].to_string(), "ConfigMap istio-system/istio mesh");
    assert_eq!(root.removal, Removal::No);
    assert_eq!(root.reason, "1 pod presents a chain that ends in it");
}

#[test]
fn a_root_of_a_signer_that_nobody_asks_for_may_go() {
    let root = named(&mesh(), "CN=bar");
    assert_eq!((root.users.len(), root.trusted_by.len()), (0, 0));
    assert_eq!(root.removal, Removal::Yes, "{root:?}");
}

#[test]
fn a_root_of_a_signer_that_pods_are_to_have_may_not_go() {
    let mut mesh = mesh();
    mesh.inventory.apply(put(json!({
        "kind": "ProxyConfig",
        "metadata": {"namespace": "app", "name": "signer", "creationTimestamp": "2026-11-01T00:00:00Z"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "bar"}},
    })));
    let root = named(&mesh, "CN=bar");
    assert_eq!(root.removal, Removal::No, "it is about to be used");
    assert_eq!(root.reason, "signer example.com/bar signs with it, and 1 pod is to have certificates of it");
}

#[test]
fn istiods_own_root_may_not_go() {
    let root = named(&mesh(), "CN=istiod");
    assert_eq!(root.removal, Removal::No, "agents need it");
    assert!(root.reason.contains("istio-ca-root-cert"), "{root:?}");
}

#[test]
fn while_a_pod_was_not_read_nobody_knows_whether_an_unused_root_may_go() {
    let mut mesh = mesh();
    let mut unread = |name: &str| {
        mesh.inventory.apply(pod_with(name, Some("foo"), json!({})));
        let unused = named(&mesh, "CN=bar");
        assert_eq!(unused.removal, Removal::Unknown);
        assert_eq!(named(&mesh, "CN=foo").removal, Removal::No, "what is seen to use a root says enough");
        unused.reason
    };
    let said = "not read, and may present a chain that ends in it";
    assert_eq!(unread("a"), format!("1 pod was {said}: app/a"));
    assert_eq!(unread("b"), format!("2 pods were {said}: app/a, app/b"));
    unread("c");
    assert_eq!(unread("d"), format!("4 pods were {said}: app/a, app/b, app/c, …"));
}

#[test]
fn every_kind_of_source_is_named() {
    let mut mesh = mesh();
    let old = Ca::root("old");
    let encoded = STANDARD.encode(old.pem());
    mesh.inventory.apply(put(json!({
        "kind": "Secret",
        "metadata": {"namespace": "istio-system", "name": "cacerts"},
        "data": {"root-cert.pem": encoded},
    })));
    mesh.inventory.apply(put(json!({
        "kind": "ClusterTrustBundle",
        "metadata": {"name": "old"},
        "spec": {"signerName": "example.com/old", "trustBundle": old.pem()},
    })));
    mesh.inventory.apply(put(json!({
        "kind": "ConfigMap",
        "metadata": {"namespace": "app", "name": "signet-ca-certs"},
        "data": {"old.pem": old.pem()},
    })));
    let named =
        |mesh: &Mesh| named(mesh, "CN=old").sources.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        named(&mesh),
        [
            "ClusterTrustBundle old spec.trustBundle",
            "ConfigMap app/signet-ca-certs old.pem",
            "Secret istio-system/cacerts root-cert.pem",
        ]
    );
    for (kind, namespace, name) in
        [(Kind::ClusterTrustBundle, "", "old"), (Kind::RootConfigMap, "app", "signet-ca-certs")]
    {
        mesh.inventory.apply(Observation::Gone { kind, name: ObjectName::new(namespace, name) });
    }
    assert_eq!(named(&mesh), ["Secret istio-system/cacerts root-cert.pem"]);
}

#[test]
fn a_root_that_only_proxies_have_is_found_too() {
    let mut mesh = mesh();
    let gone = Ca::root("gone");
    let dump = Dump {
        chain: vec![gone.leaf("old", DAY)],
        roots: vec![Arc::clone(&gone.certificate)],
        ..Dump::default()
    };
    answers(&mut mesh, "old", dump);
    let root = named(&mesh, "CN=gone");
    assert_eq!((root.sources.len(), root.users.len()), (0, 1));
}

#[test]
fn a_signer_counts_the_pods_that_ask_for_it_by_verdict() {
    let mut mesh = mesh();
    let dump = Dump { chain: vec![mesh.bar.leaf("wrong", DAY)], ..Dump::default() };
    answers(&mut mesh, "wrong", dump);
    let foo = signer(&mesh, "foo");
    assert_eq!(foo.pods, BTreeMap::from([(Verdict::Ok, 1), (Verdict::WrongSigner, 1)]));
    assert_eq!((foo.full_name.as_str(), foo.ready), ("example.com/foo", Some(true)));
    assert_eq!(foo.reason.as_deref(), Some("1 pod has a certificate of it"));
    let bar = signer(&mesh, "bar");
    assert_eq!((bar.pods.len(), bar.ready), (0, Some(true)), "it signed for a pod that asked for foo");
    assert_eq!(signer(&mesh, "istiod").ready, None);
}

#[test]
fn a_cluster_issuer_says_whether_it_is_ready() {
    let mut mesh = Mesh::bare();
    mesh.apply_all(mesh.control_plane(json!([
        {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
        {"name": "CERT_SIGNER_DOMAIN", "value": "clusterissuers.cert-manager.io"},
    ])));
    let issuer = |name: &str, status: &str| {
        put(json!({
            "kind": "ClusterIssuer",
            "metadata": {"name": name},
            "status": {"conditions": [{"type": "Ready", "status": status, "message": "so it is"}]},
        }))
    };
    mesh.apply_all(vec![issuer("good", "True"), issuer("bad", "False")]);
    let state = |mesh: &Mesh, name: &str| (signer(mesh, name).ready, signer(mesh, name).reason);
    assert_eq!(state(&mesh, "good"), (Some(true), Some("so it is".to_owned())));
    assert_eq!(state(&mesh, "bad"), (Some(false), Some("so it is".to_owned())));
    mesh.inventory.apply(pod_with("lost", Some("nowhere"), json!({})));
    let lost = |mesh: &Mesh| {
        let all = signer_states(&mesh.inventory, START);
        all.iter()
            .find(|signer| signer.name == "nowhere")
            .map(|signer| (signer.ready, signer.full_name.clone()))
    };
    let full_name = "clusterissuers.cert-manager.io/nowhere".to_owned();
    assert_eq!(lost(&mesh), Some((None, full_name.clone())), "issuers may still come");
    mesh.inventory.apply(Observation::Synced { kind: Kind::ClusterIssuer });
    assert_eq!(lost(&mesh), Some((Some(false), full_name)));
}

#[test]
fn an_issuer_of_a_namespace_is_a_signer_with_its_own_domain_and_secret() {
    let mut mesh = Mesh::bare();
    mesh.apply_all(mesh.control_plane(json!([
        {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
        {"name": "CERT_SIGNER_DOMAIN", "value": "issuers.cert-manager.io"},
    ])));
    let issuer = |name: &str, spec: Value| {
        let ready = json!({"conditions": [{"type": "Ready", "status": "True"}]});
        put(
            json!({"kind": "Issuer", "metadata": {"name": name, "namespace": "team"}, "spec": spec, "status": ready}),
        )
    };
    let secret = |namespace: &str, ca: &Ca| {
        let data = json!({"ca.crt": STANDARD.encode(ca.pem())});
        put(json!({"kind": "Secret", "metadata": {"name": "ca", "namespace": namespace}, "data": data}))
    };
    mesh.apply_all(vec![
        issuer("pki", json!({"ca": {"secretName": "ca"}})),
        issuer("letters", json!({"acme": {}})),
        secret("team", &mesh.foo),
        secret("cert-manager", &mesh.bar),
    ]);
    let found = signer(&mesh, "team.pki");
    assert_eq!((found.full_name.as_str(), found.ready), ("issuers.cert-manager.io/team.pki", Some(true)));
    let names: Vec<String> = signer_states(&mesh.inventory, START).into_iter().map(|one| one.name).collect();
    assert!(!names.contains(&"team.letters".to_owned()), "no signer of a mesh: {names:?}");
    let authorities = mesh.inventory.authorities();
    let roots = authorities.roots_of_issuer(&authorities.issuers()[&ObjectName::new("team", "pki")]);
    assert_eq!(roots.iter().map(|root| root.subject.as_str()).collect::<Vec<_>>(), ["CN=foo"]);
    // Pods that ask for one that is not there.
    mesh.inventory.apply(pod_with("lost", Some("team.nobody"), json!({})));
    mesh.inventory.apply(Observation::Synced { kind: Kind::Issuer });
    let lost = signer(&mesh, "team.nobody");
    assert_eq!((lost.ready, lost.reason.as_deref()), (Some(false), Some("there is no Issuer team/nobody")));
}

#[test]
fn a_signer_whose_issuer_has_a_root_that_is_not_configured_drifts_at_the_next_renewal() {
    let mut mesh = Mesh::bare();
    mesh.apply_all(mesh.control_plane(json!([
        {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
        {"name": "CERT_SIGNER_DOMAIN", "value": "clusterissuers.cert-manager.io"},
    ])));
    let entry = json!({"pem": mesh.foo.pem(), "certSigners": ["clusterissuers.cert-manager.io/foo"]});
    let config = json!({"caCertificates": [entry]}).to_string();
    let issuer =
        json!({"kind": "ClusterIssuer", "metadata": {"name": "foo"}, "spec": {"ca": {"secretName": "ca"}}});
    mesh.apply_all(vec![
        put(json!({"kind": "ConfigMap", "metadata": {"name": "istio", "namespace": "istio-system"}, "data": {"mesh": config}})),
        put(issuer),
    ]);
    let secret = |certificates: &[&Ca]| {
        let text: String = certificates.iter().map(|ca| ca.pem()).collect();
        let metadata = json!({"name": "ca", "namespace": "cert-manager"});
        put(json!({"kind": "Secret", "metadata": metadata, "data": {"tls.crt": STANDARD.encode(text)}}))
    };
    let renewed = Ca::root("foo");
    let found = |mesh: &Mesh| signer(mesh, "foo").findings;
    assert_eq!(found(&mesh), [], "the Secret was not read");
    mesh.inventory.apply(secret(&[&mesh.foo]));
    assert_eq!(found(&mesh), [], "its root is configured");
    mesh.inventory.apply(secret(&[&mesh.foo.intermediate("between")]));
    assert_eq!(found(&mesh), [], "it holds no root");
    mesh.inventory.apply(secret(&[&renewed]));
    let [finding] = &found(&mesh)[..] else { panic!("one finding: {:?}", found(&mesh)) };
    assert_eq!(
        (&*finding.code, finding.fingerprint_sha256),
        ("signer-root-drift", Some(renewed.certificate.fingerprint))
    );
    assert_eq!(finding.evidence["secret"], "cert-manager/ca");
    assert!(finding.message.contains("from the next renewal on"), "{}", finding.message);
}

#[test]
fn both_are_printed_as_documented() {
    let mesh = mesh();
    let report = Roots::new(&roots(&mesh.inventory, START), START);
    let json = serde_json::to_value(&report).expect("JSON");
    let foo = json["items"].as_array().expect("a list").iter().find(|root| root["subject"] == "CN=foo");
    let foo = foo.expect("foo's root");
    assert_eq!((&foo["safeToRemove"], &foo["removal"]), (&json!(false), &json!("no")));
    assert_eq!(foo["users"], json!(["app/web"]));
    let source = json!({"kind": "ConfigMap", "namespace": "istio-system", "name": "istio", "key": "mesh"});
    assert_eq!(foo["sources"], json!([source]));
    assert_eq!(serde_json::from_value::<Roots>(json).expect("the same shape"), report);

    let report = Signers::new(&signer_states(&mesh.inventory, START), START);
    let json = serde_json::to_value(&report).expect("JSON");
    let foo =
        &json["items"].as_array().expect("a list").iter().find(|one| one["name"] == "foo").expect("foo");
    assert_eq!((&foo["ready"], &foo["pods"]), (&json!(true), &json!({"ok": 1})), "{foo}");
    assert_eq!(foo["roots"][0]["subject"], "CN=foo");
    assert_eq!(serde_json::from_value::<Signers>(json).expect("the same shape"), report);
}
