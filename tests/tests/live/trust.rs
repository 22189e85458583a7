//! What `signet trust` says of real Envoys is what their handshakes do and what openssl verifies; `signet
//! roots` and `signet signers` read the same cluster.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use signet_tests::testbed::Envoy;

use crate::mesh::{MESH, signet};
use crate::rights::account;

#[test]
fn the_matrix_is_what_handshakes_do_and_what_openssl_verifies() {
    MESH.namespace("matrix-foo", "foo");
    MESH.namespace("matrix-bar", "bar");
    let mut both = MESH.proxied("matrix-foo", "both", &MESH.foo);
    both.trust(&format!("{}{}", MESH.foo.root, MESH.bar.root)).expect("new roots");
    let envoys: [(&str, Envoy); 4] = [
        ("matrix-foo/both", both),
        ("matrix-foo/one", MESH.proxied("matrix-foo", "one", &MESH.foo)),
        ("matrix-bar/one", MESH.proxied("matrix-bar", "one", &MESH.bar)),
        ("matrix-bar/two", MESH.proxied("matrix-bar", "two", &MESH.bar)),
    ];
    let answer = MESH.json(&["trust"]);
    let folder = tempfile::tempdir().expect("a folder");
    for (pod, _) in &envoys {
        let chain = MESH.json(&["chain", pod, "--pem", "--roots"]);
        for list in ["certificates", "roots"] {
            let file = folder.path().join(format!("{}-{list}.pem", pod.replace('/', "-")));
            fs::write(file, pems(&chain[list])).expect("a file");
        }
    }
    let (mut connected, mut refused) = (0, 0);
    for (client, from) in &envoys {
        for (server, to) in envoys.iter().filter(|(server, _)| server != client) {
            let pairs = answer["pairs"].as_array().expect("pairs");
            let is_it = |pair: &&Value| pair["client"] == *client && pair["server"] == *server;
            let pair = pairs.iter().find(is_it).expect("every pair is answered");
            let connects = from.call(to).expect("an answer").status == 200;
            assert_eq!(pair["verdict"], if connects { "yes" } else { "no" }, "{pair}");
            for (side, verifier, presenter) in [("client", client, server), ("server", server, client)] {
                let lacks =
                    pair["reasons"].as_array().expect("reasons").iter().find(|one| one["side"] == side);
                assert_eq!(lacks.is_none(), verifies(folder.path(), verifier, presenter), "{side}: {pair}");
                if let Some(lacks) = lacks {
                    let root = &lacks["missingRoot"]["fingerprintSha256"];
                    assert_eq!(*root, root_of(presenter), "the root that the other's chain ends in: {pair}");
                }
            }
            if connects { connected += 1 } else { refused += 1 }
        }
    }
    // Two of each signer reach each other; the one that trusts both is still trusted by foo alone.
    assert_eq!((connected, refused), (4, 8));
    let run = MESH.signet(&["trust", "matrix-foo/one", "matrix-bar/one"]);
    assert_eq!(run.code, 1, "{run:?}");
    let run = MESH.signet(&["trust", "matrix-foo/one", "matrix-foo/both"]);
    assert_eq!(
        (run.code, run.stdout.lines().next().map(|line| line.starts_with("yes: "))),
        (0, Some(true)),
        "{run:?}"
    );
}

#[test]
fn roots_say_where_they_come_from_and_who_uses_them() {
    MESH.namespace("rooted", "foo");
    let _envoy = MESH.proxied("rooted", "web", &MESH.foo);
    let data = json!({"foo.pem": MESH.foo.root});
    let config_map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": "rooted", "name": "signet-ca-certs"},
        "data": data,
    });
    MESH.kubectl().apply(&config_map.to_string()).expect("a ConfigMap");
    let root = root_named(&MESH.json(&["roots"]), "rooted/web");
    let sources = root["sources"].to_string();
    assert!(sources.contains("signet-ca-certs") && sources.contains(r#""key":"mesh""#), "{root}");
    assert_eq!(root["safeToRemove"], false, "{root}");
}

#[test]
fn a_secret_of_a_ca_is_read_where_that_is_granted_and_its_key_never_leaves_it() {
    let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"namespace": "istio-system", "name": "cacerts"},
        "stringData": {"root-cert.pem": MESH.bar.root, "ca-key.pem": key},
    });
    MESH.kubectl().apply(&secret.to_string()).expect("a Secret");
    let user = account(MESH.kubectl(), "no-secrets", &["view", "proxies"]);
    let run = signet(&user, &["roots", "-n", "istio-system", "-o", "json"]);
    assert!(run.stderr.contains("resources: [secrets], resourceNames: ["), "{run:?}");
    let roots: Value = serde_json::from_str(&run.stdout).expect("the rest is shown");
    assert!(!roots.to_string().contains("cacerts"), "{roots}");

    let roots = MESH.json(&["roots"]);
    assert!(roots.to_string().contains("cacerts"), "{roots}");
    let capture = MESH.signet(&["capture", "-n", "istio-system"]);
    assert!(capture.stdout.contains("cacerts") && !capture.stdout.contains("ca-key.pem"), "{capture:?}");
}

#[test]
fn signers_say_whether_they_issue_as_far_as_it_can_be_seen() {
    MESH.namespace("issued", "foo");
    let _envoy = MESH.proxied("issued", "web", &MESH.foo);
    let answer = MESH.json(&["signers"]);
    let foo = answer["items"].as_array().expect("signers").iter().find(|signer| signer["name"] == "foo");
    let foo = foo.expect("foo");
    assert_eq!(foo["ready"], true, "{foo}");
    assert!(foo["pods"]["ok"].as_u64() >= Some(1), "{foo}");
}

/// Whether openssl verifies the chain of one pod with the roots of another.
fn verifies(folder: &Path, verifier: &str, presenter: &str) -> bool {
    let file = |pod: &str, list: &str| folder.join(format!("{}-{list}.pem", pod.replace('/', "-")));
    let chain = file(presenter, "certificates");
    let run = Command::new("openssl")
        .args(["verify", "-no-CApath", "-no-CAstore", "-CAfile"])
        .arg(file(verifier, "roots"))
        .arg("-untrusted")
        .args([&chain, &chain])
        .output()
        .expect("openssl; install it");
    run.status.success()
}

/// The fingerprint of the root that the chain of a pod ends in.
fn root_of(pod: &str) -> Value {
    root_named(&MESH.json(&["roots"]), pod)["fingerprintSha256"].clone()
}

fn root_named(roots: &Value, user: &str) -> Value {
    let mut items = roots["items"].as_array().expect("roots").iter();
    let uses = |root: &&Value| root["users"].as_array().expect("users").iter().any(|pod| *pod == user);
    items.find(uses).expect("a root that the pod's chain ends in").clone()
}

fn pems(list: &Value) -> String {
    list.as_array().expect("a list").iter().map(|one| one["pem"].as_str().expect("PEM")).collect()
}
