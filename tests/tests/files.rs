//! What `decode` and `check` say of files, at a pipe and on a terminal.
#![cfg(feature = "programs")]

use std::fs;

use serde_json::{Value, json};
use signet_tests::bless::root;
use signet_tests::fixtures::{NOW, identity, tls_secret};
use signet_tests::programs::{Run, path, signet};
use signet_tests::terminal::Terminal;
use tempfile::TempDir;

fn object(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

#[test]
fn decode_shows_a_chain_as_a_tree_and_every_fact_when_wide() {
    let sleep = identity("bar", "sleep");
    // Out of order: the tree is the same.
    let chain = [&*sleep.chain[1], &sleep.chain[0], &sleep.roots[0]].concat();
    insta::assert_snapshot!(signet(&["decode", "--now", NOW, "-o", "wide"], chain.as_bytes()).stdout);
}

#[test]
fn decode_shows_what_is_no_certificate_too() {
    let certs = json!({"certificates": [{"ca_cert": [], "cert_chain": [{"path": "<inline>", "serial_number": "a1b",
        "subject_alt_names": [{"uri": "spiffe://cluster.local/ns/foo/sa/a"}], "expiration_time": "2026-11-25T09:00:00Z"}]}]});
    let folder = "certs/tests/fixtures";
    let files = [format!("{folder}/revoked.pem"), format!("{folder}/request.pem")];
    let run = signet(&["decode", &files[0], &files[1]], b"");
    insta::assert_snapshot!(run.stdout + &signet(&["decode"], certs.to_string().as_bytes()).stdout);
}

#[test]
fn decode_of_nothing_to_name_prints_nothing() {
    let run = signet(&["decode", "-o", "name", "certs/tests/fixtures/ed25519.key"], b"");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
}

#[test]
fn decode_on_a_terminal_of_80_columns_breaks_no_line_but_its_own() {
    let signet = path("SIGNET_BIN").into_os_string().into_string().expect("UTF-8");
    let file = root().join("certs/tests/fixtures/ec-leaf.pem").into_os_string().into_string().expect("UTF-8");
    let command_line = [&signet, "decode", "--now", NOW, "-o", "wide", &file].map(str::to_owned);
    let mut terminal = Terminal::start(&command_line, &[]);
    // The second half of the fingerprint stands below the first.
    terminal.shows("the fingerprint", |screen| {
        let rows: Vec<String> = screen.rows(0, 80).collect();
        let at = rows.iter().position(|row| row.trim_start().starts_with("fingerprint"));
        at.is_some_and(|at| {
            let (first, second) = (rows[at].trim_start(), rows.get(at + 1).map_or("", |row| row.as_str()));
            let hex =
                |text: &str| text.trim().len() >= 6 && text.trim().bytes().all(|b| b.is_ascii_hexdigit());
            let column = rows[at].len() - first.len() + "fingerprint".len();
            hex(first.trim_start_matches("fingerprint"))
                && hex(second)
                && second.len() - second.trim_start().len() > column
        })
    });
}

#[test]
fn check_says_only_what_is_wrong_and_fails_by_severity() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("secret.yaml");
    let httpbin = identity("foo", "httpbin");
    fs::write(&file, tls_secret("httpbin", &httpbin.chain.concat(), &httpbin.roots[0]))
        .expect("a written file");
    let file = file.to_string_lossy().into_owned();
    let at = |time: &str, more: &[&str]| signet(&[&["check", "--now", time, &file], more].concat(), b"");

    let nothing = at(NOW, &[]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, ""), "{nothing:?}");
    assert!(nothing.stderr.contains("3 certificates: nothing wrong"), "{nothing:?}");

    let expired = at("2027-11-24T09:00:00Z", &["-o", "json"]);
    let answer = object(&expired);
    assert_eq!((expired.code, answer["kind"].as_str()), (1, Some("Findings")), "{expired:?}");
    let item = &answer["items"][0];
    assert_eq!([&item["code"], &item["namespace"], &item["name"]], ["expired", "foo", "httpbin"]);
    assert_eq!((&item["file"], &answer["summary"]["error"]), (&Value::from(&*file), &Value::from(1)));
    assert_eq!(at("2027-11-24T09:00:00Z", &["--fail-on", "never"]).code, 0);
    assert_eq!(at("2027-11-24T09:00:00Z", &["-o", "name"]).stdout, "expired\n");
    assert!(at("2027-11-24T09:00:00Z", &[]).stdout.contains("foo/httpbin\n  error expired: data['tls.crt']"));

    // A share of the life, as an operator asks for.
    assert_eq!(at(NOW, &["--fail-on", "warning", "--warn", "100%"]).code, 1);
    let missing = signet(&["check", "missing.pem"], b"");
    assert_eq!((missing.code, missing.stdout.as_str()), (3, ""), "{missing:?}");
}
