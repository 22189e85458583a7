//! How `signet-webhook` ends when it cannot begin: the documented exit code, and one line that says
//! what is wrong and how to mend it.

#![expect(clippy::expect_used, clippy::panic, reason = "what goes wrong in the helpers of a test fails it")]

use std::process::{Command, Output};

use signet_tests::programs::path;
use tempfile::TempDir;

fn run(arguments: &[&str]) -> Output {
    Command::new(path("SIGNET_WEBHOOK_BIN"))
        .args(arguments)
        .env_remove("KUBECONFIG")
        .env("HOME", "/nonexistent")
        .output()
        .expect("signet-webhook starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

/// The one line of its standard error.
fn line(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).expect("text");
    let [line] = text.lines().collect::<Vec<_>>()[..] else { panic!("one line: {text}") };
    line.to_owned()
}

#[test]
fn wrong_flags_exit_with_2() {
    for arguments in [
        &["--listen", "here"][..],
        &["--nothing-like-that"],
        &["--tls", "provided"],
        &["--webhook-url", "http://plain.example"],
        &["--log-format", "xml"],
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn help_names_each_flag_with_its_environment_variable() {
    let output = run(&["--help"]);
    assert_eq!(code(&output), 0);
    let help = String::from_utf8(output.stdout).expect("text");
    for flag in [
        "listen",
        "metrics-listen",
        "namespace",
        "mesh-namespace",
        "revision",
        "kubeconfig",
        "context",
        "webhook-url",
        "webhook-name",
        "service-name",
        "tls",
        "tls-dir",
        "config",
        "log-format",
    ] {
        let variable = format!("SIGNET_{}", flag.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("--{flag} ")) && help.contains(&variable), "--{flag}: {help}");
    }
}

#[test]
fn what_ends_it_is_named_with_its_remedy() {
    let folder = TempDir::new().expect("a folder");
    let file = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        file.to_string_lossy().into_owned()
    };
    let policy = file("policy.yaml", "conflcit: deny\n");
    let nowhere = file(
        "nowhere",
        r#"{"apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}], "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}"#,
    );
    let missing = folder.path().join("missing").to_string_lossy().into_owned();
    let ports = ["--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0"];
    for (arguments, named) in [
        (vec!["--config", &policy], "there is no setting `conflcit`"),
        (vec!["--config", &missing], "mend the file that --config names"),
        (vec!["--kubeconfig", &missing], missing.as_str()),
        (vec!["--kubeconfig", &nowhere], "127.0.0.1:1"),
        (vec!["--kubeconfig", &nowhere, "--context", "other"], "other"),
        (vec!["--listen", "192.0.2.1:443"], "choose a free address of this machine with --listen"),
    ] {
        let all: Vec<&str> = ports.iter().copied().chain(arguments.iter().copied()).collect();
        // The last of a flag counts nowhere: clap refuses it twice.
        let all = if arguments.contains(&"--listen") { arguments.clone() } else { all };
        let output = run(&all);
        assert_eq!(code(&output), 1, "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let line = line(&output);
        assert!(line.starts_with("signet-webhook: ") && line.contains(named), "{arguments:?}: {line}");
    }
}
