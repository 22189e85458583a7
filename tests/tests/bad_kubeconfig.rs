//! Ways to have no cluster: each is one line that names the thing, the reason and the remedy, within
//! seconds, and exits with 3.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_tests::programs::{self, Run};

/// `signet pods` with this kubeconfig.
fn with_text(text: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, text).expect("a file");
    with_file(&file.to_string_lossy(), arguments)
}

fn with_file(file: &str, arguments: &[&str]) -> Run {
    programs::signet(&[&["pods", "--kubeconfig", file], arguments].concat(), b"")
}

fn kubeconfig(server: &str, user: &Value) -> String {
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": user}],
    })
    .to_string()
}

/// Asserts that it is one line with these parts, and that nothing was answered.
fn assert_refused(run: &Run, parts: &[&str]) {
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    for part in parts {
        assert!(run.stderr.contains(part), "no `{part}` in {run:?}");
    }
}

#[test]
fn a_kubeconfig_that_points_nowhere_or_is_none() {
    assert_refused(&with_file("/nowhere/config", &[]), &["/nowhere/config: No such file", "--kubeconfig"]);
    assert_refused(&with_file("/", &[]), &["directory", "--kubeconfig"]);
    let torn = with_text("users: [{name: u, user: {token: hunter2", &[]);
    assert_refused(&torn, &["it is no kubeconfig (line 1", "--kubeconfig"]);
    assert!(!torn.stderr.contains("hunter2"), "{torn:?}");
}

#[test]
fn a_context_that_is_missing() {
    assert_refused(&with_text("{}", &[]), &["it has no current context", "--kubeconfig"]);
    let text = kubeconfig("https://127.0.0.1:1", &json!({}));
    let run = with_text(&text, &["--context", "elsewhere"]);
    assert_refused(&run, &["context elsewhere:", "choose one with --context: here"]);
}

#[test]
fn a_server_that_is_not_there() {
    let run = with_text(&kubeconfig("https://127.0.0.1:1", &json!({})), &[]);
    assert_refused(&run, &["https://127.0.0.1:1: Connection refused", "check that it runs"]);
}

#[test]
fn a_server_that_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let began = Instant::now();
    let run = with_text(&kubeconfig(&format!("https://{address}"), &json!({})), &[]);
    assert_refused(&run, &["no answer within 5 s"]);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn credentials_that_cannot_be_had() {
    let run = with_text(
        &kubeconfig(
            "https://127.0.0.1:1",
            &json!({"client-certificate": "/nowhere.crt", "client-key": "/nowhere.key"}),
        ),
        &[],
    );
    assert_refused(&run, &["context here:", "/nowhere.crt"]);

    let plugin = json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", "echo hunter2; exit 7"],
        "env": [{"name": "SECRET", "value": "hunter2"}],
        "interactiveMode": "Never",
    }});
    let run = with_text(&kubeconfig("https://127.0.0.1:1", &plugin), &[]);
    assert_refused(&run, &["the credential plugin failed (exit status: 7)", "log in again"]);
    assert!(!run.stderr.contains("hunter2"), "{run:?}");
}
