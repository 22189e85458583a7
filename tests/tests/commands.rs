//! What the commands print about the embedded mesh, and the rules that every answer keeps.

use std::fs;

use serde_json::Value;
use signet_tests::fixtures::{NOW, identity, tls_secret};
use signet_tests::programs::{Run, signet};
use tempfile::TempDir;

/// Runs `signet` at a fixed time.
fn at_nine(arguments: &[&str]) -> Run {
    let mut all = vec!["--now", NOW];
    all.extend(arguments);
    signet(&all, b"")
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

#[test]
fn pods_shows_the_four_signers_and_a_verdict_for_each_pod() {
    let run = at_nine(&["pods", "--demo", "-o", "wide"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.code, 1, "the embedded mesh has faults of severity error");
}

#[test]
fn pods_of_one_namespace_and_of_labels() {
    let run = at_nine(&["pods", "--demo", "-n", "foo", "-o", "name"]);
    assert!(run.stdout.lines().count() > 1, "{run:?}");
    assert!(run.stdout.lines().all(|name| name.starts_with("foo/")), "{run:?}");
    let run = at_nine(&["pods", "--demo", "-n", "foo", "-l", "app=httpbin", "-o", "name"]);
    assert!(run.stdout.lines().all(|name| name.starts_with("foo/httpbin-")), "{run:?}");
}

#[test]
fn chain_shows_every_certificate() {
    insta::assert_snapshot!(
        at_nine(&["chain", "--demo", "deploy/sleep", "-n", "bar", "--roots", "-o", "wide"]).stdout
    );
}

#[test]
fn trust_shows_who_reaches_whom_and_which_root_is_missing_where() {
    let run = at_nine(&["trust", "--demo"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.code, 0, "that signers do not trust each other is no fault: {run:?}");
    assert!(run.stderr.contains("have no proxy of their own and are left out"), "{run:?}");
}

#[test]
fn trust_between_two_pods_is_yes_no_or_unknown() {
    let between = |client: &str, server: &str| {
        let run = at_nine(&["trust", "--demo", client, server, "-o", "json"]);
        let answer = json(&run);
        let verdicts: Vec<_> =
            answer["pairs"].as_array().expect("pairs").iter().map(|pair| pair["verdict"].clone()).collect();
        (run.code, verdicts, answer["pairs"][0]["reasons"].clone())
    };
    assert_eq!(between("deploy/productpage-v1", "deploy/details-v1").0, 0);
    let (code, verdicts, reasons) = between("ns/bar", "deploy/checkout");
    assert_eq!(code, 1);
    assert_eq!(verdicts, ["no", "unknown", "no"], "one proxy of bar does not answer");
    assert_eq!(reasons[0]["side"], "client");
    assert_eq!(reasons[0]["missingRoot"]["subject"], "CN=istio-system");
    assert_eq!(between("deploy/productpage-v1", "deploy/feature-flags").0, 3, "an agent without Envoy");
    assert_eq!(at_nine(&["trust", "--demo", "nobody"]).code, 3);
}

#[test]
fn trust_says_what_a_change_would_break_and_who_has_to_restart_first() {
    let moved = at_nine(&["trust", "--demo", "--signer", "payments=foo"]);
    insta::assert_snapshot!(moved.stdout);
    assert_eq!(moved.code, 1, "connections break: {moved:?}");
    let roots = json(&at_nine(&["roots", "--demo", "-o", "json"]));
    let of = |subject: &str| {
        let root = roots["items"].as_array().expect("roots").iter().find(|root| root["subject"] == subject);
        root.expect("a root of this subject")["fingerprintSha256"].as_str().expect("digits").to_owned()
    };
    let gone = at_nine(&["trust", "--demo", "--remove-root", &of("CN=platform"), "-o", "json"]);
    assert_eq!(gone.code, 0, "config-server alone has it, and nobody else to reach: {gone:?}");
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("roots.pem");
    fs::write(&file, identity("foo", "httpbin").roots.concat() + &identity("bar", "sleep").roots.concat())
        .expect("a file");
    let added = at_nine(&["trust", "--demo", "--add-root", &file.to_string_lossy(), "-o", "json"]);
    let summary = &json(&added)["summary"];
    assert_eq!((added.code, &summary["breaks"]), (0, &0.into()));
    assert!(summary["mends"].as_u64() > Some(0), "{summary}");
    let wrong = at_nine(&["trust", "--demo", "--signer", "payments=nobody"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("known are bar, foo, istio-system, istiod, platform, spire"), "{wrong:?}");
}

#[test]
fn trust_looks_across_snapshots() {
    let folder = TempDir::new().expect("a folder");
    let [one, other] = ["1", "2"].map(|seed| {
        let file = folder.path().join(format!("{seed}.jsonl")).to_string_lossy().into_owned();
        assert_eq!(at_nine(&["capture", "--demo", "--seed", seed, &file]).code, 0);
        file
    });
    let client = format!("{one}:foo/{}", pod_of("1"));
    let run = signet(&["trust", "--snapshot", &one, "--snapshot", &other, &client, "-o", "json"], b"");
    let pairs = json(&run)["pairs"].as_array().expect("pairs").clone();
    let verdicts = |cluster: &str, namespace: &str| {
        let there = pairs.iter().filter(|pair| {
            pair["serverCluster"] == cluster
                && pair["server"].as_str().expect("a name").starts_with(&format!("{namespace}/sleep-"))
        });
        there.map(|pair| pair["verdict"].as_str().expect("a word").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&one, "foo"), ["yes"]);
    assert_eq!(verdicts(&other, "foo"), ["no"], "the other mesh has other keys");
}

/// The pod httpbin of foo in the embedded mesh of this seed.
fn pod_of(seed: &str) -> String {
    let run = at_nine(&["pods", "--demo", "--seed", seed, "-n", "foo", "-l", "app=httpbin", "-o", "name"]);
    run.stdout.trim().trim_start_matches("foo/").to_owned()
}

#[test]
fn roots_shows_where_each_comes_from_and_whether_it_may_go() {
    let run = at_nine(&["roots", "--demo", "-o", "wide"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.code, 0, "{run:?}");
    let one = at_nine(&["roots", "--demo", "CN=foo"]);
    assert!(one.stdout.contains("trusted by") && one.stdout.contains("foo/httpbin-"), "{one:?}");
    assert_eq!(at_nine(&["roots", "--demo", "CN=nobody"]).code, 3);
}

#[test]
fn signers_shows_roots_pods_and_readiness() {
    let run = at_nine(&["signers", "--demo"]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn signers_setup_gives_istiods_values_for_what_is_ready() {
    let run = at_nine(&["signers", "--demo", "--setup", "-o", "json"]);
    let values = json(&run);
    assert_eq!(values["pilot"]["env"]["CERT_SIGNER_DOMAIN"], "clusterissuers.cert-manager.io");
    let names = values["global"]["certSigners"].as_array().expect("names");
    assert!(names.iter().any(|name| name == "clusterissuers.cert-manager.io/foo"), "{values}");
    assert!(!values.to_string().contains("staging"), "an issuer that is not ready: {values}");
    let entry = &values["meshConfig"]["caCertificates"][0];
    assert!(
        entry["pem"].as_str().is_some_and(|pem| pem.starts_with("-----BEGIN CERTIFICATE-----")),
        "{entry}"
    );
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_snapshot_answers_like_the_mesh_it_was_taken_of() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("mesh.jsonl").to_string_lossy().into_owned();
    let run = at_nine(&["capture", "--demo", &file]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    for arguments in [
        &["pods"][..],
        &["pods", "-o", "json"],
        &["chain", "deploy/httpbin", "-n", "foo", "-o", "json"],
        &["trust", "-o", "json"],
        &["roots", "-o", "json"],
        &["signers", "-o", "json"],
    ] {
        let [command, rest @ ..] = arguments else { unreachable!("every case names a command") };
        let live: Vec<_> = [*command, "--demo"].into_iter().chain(rest.iter().copied()).collect();
        let captured: Vec<_> =
            [*command, "--snapshot", &file].into_iter().chain(rest.iter().copied()).collect();
        // The snapshot is judged at the time of its capture, without being told.
        assert_eq!(at_nine(&live), signet(&captured, b""), "{arguments:?}");
    }
    let text = fs::read_to_string(&file).expect("the snapshot");
    assert!(!text.contains("PRIVATE KEY"), "a snapshot holds no key");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let capture = |seed| at_nine(&["capture", "--demo", "--seed", seed]).stdout;
    assert_eq!(capture("7"), capture("7"));
    assert_ne!(capture("7"), capture("8"));
}

#[test]
fn decode_shows_every_certificate_of_every_value() {
    let sleep = identity("bar", "sleep");
    let secret = tls_secret("sleep", &sleep.chain.concat(), &sleep.roots.concat());
    let run = signet(&["decode", "--now", NOW], secret.as_bytes());
    insta::assert_snapshot!(run.stdout);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn verify_gives_the_path_or_the_reason() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a written file");
        file.to_string_lossy().into_owned()
    };
    let (sleep, httpbin) = (identity("bar", "sleep"), identity("foo", "httpbin"));
    let leaf = write("leaf.pem", &sleep.chain[0]);
    let intermediate = write("intermediate.pem", &sleep.chain[1]);
    let own = write("bar.pem", &sleep.roots.concat());
    let other = write("foo.pem", &httpbin.roots.concat());

    let yes = at_nine(&["verify", "--roots", &own, "--intermediates", &intermediate, &leaf, "-o", "json"]);
    assert_eq!((yes.code, &json(&yes)["valid"]), (0, &Value::Bool(true)), "{yes:?}");
    assert_eq!(json(&yes)["path"].as_array().map(Vec::len), Some(3));

    let reason = |arguments: &[&str]| {
        let run = at_nine(&[&["verify", "-o", "json"], arguments].concat());
        assert_eq!(run.code, 1, "{run:?}");
        json(&run)["reason"]["code"].as_str().expect("a code").to_owned()
    };
    assert_eq!(reason(&["--roots", &own, &leaf]), "chain-incomplete");
    assert_eq!(reason(&["--roots", &other, "--intermediates", &intermediate, &leaf]), "untrusted-root");
    let with = ["--roots", &own, "--intermediates", &intermediate];
    assert_eq!(reason(&[&with[..], &["--at", "2027-11-24T09:00:00Z", &leaf]].concat()), "expired");
    assert_eq!(
        reason(&[&with[..], &["--name", "spiffe://cluster.local/ns/bar/sa/other", &leaf]].concat()),
        "name-mismatch"
    );
}

#[test]
fn verify_fails_on_a_reservation_of_severity_error_unless_told_otherwise() {
    // A path leads to the root, but the leaf claims two identities, which no peer accepts.
    let verify = |more: &[&str]| {
        let folder = "tests/fixtures/verify";
        let files =
            ["verify", "--roots", &format!("{folder}/root.pem"), &format!("{folder}/two-identities.pem")];
        signet(&[&files[..], &["--at", "2027-01-01T00:00:00Z", "-o", "json"], more].concat(), b"")
    };
    let run = verify(&[]);
    assert_eq!((run.code, &json(&run)["valid"]), (1, &Value::Bool(true)), "{run:?}");
    assert_eq!(json(&run)["findings"][0]["code"], "spiffe-id-invalid");
    assert_eq!(verify(&["--fail-on", "never"]).code, 0);
}

#[test]
fn explain_says_which_proxy_config_won_and_what_would_be_injected() {
    let run = at_nine(&[
        "explain",
        "--patch",
        "-f",
        "tests/fixtures/explain/mesh.yaml",
        "-f",
        "tests/fixtures/explain/proxyconfigs.yaml",
        "-f",
        "tests/fixtures/explain/pod.yaml",
    ]);
    insta::assert_snapshot!(run.stdout);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

/// Every answer of every command in JSON keeps the rules of the contract.
#[test]
fn every_object_keeps_the_rules_of_the_contract() {
    let explain =
        ["explain", "-f", "tests/fixtures/explain/mesh.yaml", "-f", "tests/fixtures/explain/pod.yaml"];
    let answers = [
        (json(&at_nine(&["pods", "--demo", "-o", "json"])), "Workloads"),
        (json(&at_nine(&["chain", "--demo", "-n", "bar", "deploy/sleep", "-o", "json"])), "Workload"),
        (
            json(&signet(
                &["decode", "--now", NOW, "-o", "json"],
                identity("foo", "httpbin").chain[0].as_bytes(),
            )),
            "Documents",
        ),
        (json(&at_nine(&[&explain[..], &["-o", "json"]].concat())), "Explanations"),
    ];
    for (answer, kind) in &answers {
        assert_eq!(answer["apiVersion"], "signet.dev/v1alpha1");
        assert_eq!(answer["kind"], *kind);
        assert_absent_things_are_missing(answer, kind);
    }
}

/// No `null` anywhere and no empty text, but where an empty text is a value: a signer or a variable.
fn assert_absent_things_are_missing(value: &Value, place: &str) {
    const EMPTY_IS_A_VALUE: [&str; 6] = ["configured", "injected", "requested", "actual", "value", "signer"];
    match value {
        Value::Null => panic!("{place} is null"),
        Value::String(text) => {
            let key = place.rsplit('.').next().unwrap_or_default();
            assert!(!text.is_empty() || EMPTY_IS_A_VALUE.contains(&key), "{place} is empty");
        }
        Value::Array(items) => items.iter().for_each(|item| assert_absent_things_are_missing(item, place)),
        Value::Object(entries) => {
            for (key, item) in entries {
                assert!(!key.contains('_'), "{place}.{key} is not camelCase");
                assert_absent_things_are_missing(item, &format!("{place}.{key}"));
            }
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn yaml_says_the_same_as_json() {
    let yaml = at_nine(&["chain", "--demo", "-n", "foo", "deploy/httpbin", "-o", "yaml"]).stdout;
    let read = signet_certs::yaml::first(&yaml).expect("YAML");
    assert_eq!(read, json(&at_nine(&["chain", "--demo", "-n", "foo", "deploy/httpbin", "-o", "json"])));
}

#[test]
fn colour_only_where_it_is_asked_for() {
    assert!(!at_nine(&["pods", "--demo"]).stdout.contains('\u{1b}'), "a pipe gets no colour");
    assert!(at_nine(&["pods", "--demo", "--color", "always"]).stdout.contains('\u{1b}'));
}

#[test]
fn completion_and_manual_pages_are_made() {
    assert!(signet(&["completion", "bash"], b"").stdout.contains("signet"));
    assert!(signet(&["man"], b"").stdout.contains(".TH signet"));
    assert!(signet(&["man", "verify"], b"").stdout.contains("roots"));
}
