//! What `signet` says of certificates is what openssl and Envoy say.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use signet_tests::facts::{Facts, pem_blocks};
use signet_tests::testbed::{Envoy, Proxy};

use crate::mesh::{MESH, Watching};

#[test]
fn pods_and_chain_say_what_openssl_says_of_the_same_envoys() {
    for (namespace, signer) in [("agree-foo", &MESH.foo), ("agree-bar", &MESH.bar)] {
        MESH.namespace(namespace, &signer.name);
        let envoy = MESH.proxied(namespace, "web", signer);
        let expected: Vec<Facts> =
            certificates(&envoy, "default").iter().map(|pem| Facts::by_openssl(pem)).collect();

        let pods = MESH.json(&["pods", "-n", namespace]);
        let pod = &pods["items"][0];
        assert_eq!(Facts::by_signet(&pod["certificates"]), expected);
        assert_eq!(pod["verdict"], "ok", "{pod}");
        for asked in ["configured", "injected", "requested", "actual"] {
            let named = pod["signer"][asked].as_str().unwrap_or_default();
            assert!(named.ends_with(&signer.name), "{asked}: {}", pod["signer"]);
        }

        let roots: Vec<Facts> =
            certificates(&envoy, "ROOTCA").iter().map(|pem| Facts::by_openssl(pem)).collect();
        let chain = MESH.json(&["chain", &format!("{namespace}/web"), "--pem", "--roots"]);
        assert_eq!(Facts::by_signet(&chain["certificates"]), expected);
        assert_eq!(Facts::by_signet(&chain["roots"]), roots);
        let pems: Vec<_> =
            chain["certificates"].as_array().expect("a list").iter().map(|c| &c["pem"]).collect();
        let again: Vec<Facts> =
            pems.iter().map(|pem| Facts::by_openssl(pem.as_str().expect("PEM"))).collect();
        assert_eq!(again, expected, "the PEM is that of the certificates");
    }
}

#[test]
fn the_contexts_namespace_is_meant_unless_another_is_named() {
    MESH.namespace("meant", "foo");
    let _envoy = MESH.proxied("meant", "web", &MESH.foo);
    let run = MESH.signet(&["pods", "-o", "name"]);
    assert!(!run.stdout.contains("meant/web"), "the kubeconfig names no namespace: {run:?}");
    let run = MESH.signet(&["pods", "-n", "meant", "-o", "name"]);
    assert_eq!((run.code, run.stdout.trim()), (0, "meant/web"), "{run:?}");
    let run = MESH.signet(&["pods", "-A", "-l", "app=web", "-o", "name"]);
    assert!(run.stdout.lines().any(|line| line == "meant/web"), "{run:?}");
    let run = MESH.signet(&["pods", "-n", "meant", "-l", "app=other", "-o", "name"]);
    assert_eq!(run.stdout.trim(), "", "{run:?}");
}

#[test]
fn a_pod_of_a_cluster_is_explained() {
    MESH.namespace("explained", "bar");
    let _envoy = MESH.proxied("explained", "web", &MESH.foo);
    let answer = MESH.json(&["explain", "explained/web"]);
    let item = &answer["items"][0];
    assert_eq!(item["environment"][0]["value"], "bar", "{item}");
    assert_eq!(item["environment"][0]["object"], "explained/signer", "{item}");
    let pods = MESH.json(&["pods", "-n", "explained"]);
    assert_eq!(pods["items"][0]["verdict"], "drift", "injected before the ProxyConfig was: {pods}");
}

#[test]
fn a_capture_of_a_cluster_shows_the_same_later() {
    MESH.namespace("captured", "foo");
    let envoy = MESH.proxied("captured", "web", &MESH.foo);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mesh.jsonl").to_string_lossy().into_owned();
    let run = MESH.signet(&["capture", "-n", "captured", &file]);
    assert_eq!(run.code, 0, "{run:?}");
    drop(envoy);
    let run = signet_tests::programs::signet(&["pods", "--snapshot", &file, "-o", "json"], b"");
    let pods: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(pods["items"][0]["verdict"], "ok", "{pods}");
    let text = std::fs::read_to_string(&file).expect("a snapshot");
    assert!(!text.contains("PRIVATE KEY") && !text.contains("last-applied"), "nothing that is not judged");
}

#[test]
fn a_certificate_that_rotates_is_seen_by_a_watch() {
    MESH.namespace("rotates", "foo");
    let proxy = Proxy::new("rotates", "web", "foo");
    // Its agent would renew it after half of that.
    let short = MESH.foo.issue_for(&proxy, Duration::from_secs(20)).expect("a certificate");
    let mut envoy = Envoy::start_with(&proxy, &short, &MESH.foo.root).expect("an Envoy");
    MESH.pod("rotates", "web", "foo", envoy.admin());
    let serial = |item: &Value| item["certificates"][0]["serialNumber"].as_str().map(str::to_owned);
    Watching::start(MESH.kubectl(), &["-n", "rotates"]).within(Duration::from_mins(1), |watching| {
        let first = watching.until(|item| serial(item).is_some());
        envoy.present(&MESH.foo.issue(&proxy).expect("a certificate")).expect("it is taken");
        let second = watching.until(|item| serial(item) != serial(&first));
        let now = Facts::by_openssl(certificates(&envoy, "default").first().expect("a leaf"));
        assert_eq!(serial(&second), Some(now.serial));
    });
}

#[test]
fn what_verify_says_of_two_proxies_is_what_their_handshake_does() {
    MESH.namespace("hand-foo", "foo");
    MESH.namespace("hand-bar", "bar");
    let mut client = MESH.proxied("hand-foo", "client", &MESH.foo);
    let same = MESH.proxied("hand-foo", "server", &MESH.foo);
    let other = MESH.proxied("hand-bar", "server", &MESH.bar);
    // The client's request fails or succeeds by both sides' verification.
    for (server, asked) in [(&same, "hand-foo/server"), (&other, "hand-bar/server")] {
        let connects = client.call(server).expect("an answer").status == 200;
        let verified = verifies("hand-foo/client", asked) && verifies(asked, "hand-foo/client");
        assert_eq!(verified, connects, "{asked}");
        assert_eq!(connects, asked == "hand-foo/server");
    }
    let both = format!("{}{}", MESH.foo.root, MESH.bar.root);
    client.trust(&both).expect("new roots");
    assert!(verifies("hand-foo/client", "hand-bar/server"), "the client trusts the server now");
    assert!(!verifies("hand-bar/server", "hand-foo/client"), "not the other way round");
}

/// Whether `signet verify` accepts the chain of `presenter` with the roots of `verifier`, both as
/// `signet chain` read them.
fn verifies(verifier: &str, presenter: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let pems = |pod: &str, list: &str| -> String {
        let chain = MESH.json(&["chain", pod, "--pem", "--roots"]);
        let certificates = chain[list].as_array().expect("a list").iter();
        certificates.map(|certificate| certificate["pem"].as_str().expect("PEM").to_owned()).collect()
    };
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let roots = file("roots.pem", &pems(verifier, "roots"));
    let chain = file("chain.pem", &pems(presenter, "certificates"));
    let run = signet_tests::programs::signet(
        &["verify", "--roots", &roots, "--intermediates", &chain, "--usage", "any", &chain],
        b"",
    );
    assert!(run.code < 2, "{run:?}");
    run.code == 0
}

/// The PEM blocks of a secret, as the Envoy's own admin port shows it.
fn certificates(envoy: &Envoy, secret: &str) -> Vec<String> {
    let dump = envoy.ask_admin("/config_dump?resource=dynamic_active_secrets").expect("an answer");
    let dump: Value = serde_json::from_str(&dump).expect("JSON");
    let secrets = dump["configs"].as_array().expect("secrets");
    let found = secrets.iter().find(|found| found["name"] == secret).expect("the secret");
    let body = &found["secret"];
    let chain = &body["tls_certificate"]["certificate_chain"]["inline_bytes"];
    let roots = &body["validation_context"]["trusted_ca"]["inline_bytes"];
    let bytes = STANDARD.decode(chain.as_str().or(roots.as_str()).expect("bytes")).expect("base64");
    pem_blocks(&String::from_utf8(bytes).expect("PEM"))
}
