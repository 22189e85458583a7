//! A playground that is kept: `up` returns when it is up, a second one says so, `down` ends it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::ending::{Machine, processes};
use crate::mesh::PLAYGROUND;

fn playground(files: &Path, what: &str) -> Command {
    let mut command = Command::new(PLAYGROUND);
    command.arg(what).env("TMPDIR", files).env_remove("KUBECONFIG");
    command
}

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(text).expect("text")
}

#[test]
fn a_playground_stays_until_it_is_ended_and_there_is_one() {
    let before = Machine::now();
    let files = tempfile::tempdir().expect("a folder");
    let first = playground(files.path(), "up").output().expect("it starts");
    assert!(first.status.success(), "{}", said(&first));
    let line = said(&first)
        .lines()
        .find(|line| line.contains("export KUBECONFIG="))
        .expect("it says where")
        .to_owned();
    let pods = Command::new("sh")
        .args(["-c", &format!("{line}; kubectl get pods --all-namespaces")])
        .output()
        .expect("a shell");
    assert!(said(&pods).contains("sleep"), "what it says to paste works: {}", said(&pods));

    let second = playground(files.path(), "up").output().expect("it starts");
    assert!(!second.status.success());
    assert!(said(&second).contains("is up already"), "{}", said(&second));
    let kubeconfig = line.split_whitespace().nth(1).expect("KUBECONFIG=…");
    assert!(said(&second).contains(kubeconfig), "{}", said(&second));

    let down = playground(files.path(), "down").output().expect("it starts");
    assert!(down.status.success(), "{}", said(&down));
    assert_eq!(processes(files.path()), Vec::<String>::new());
    assert_eq!(fs::read_dir(files.path()).expect("a folder").count(), 0, "no file is left");
    assert_eq!(Machine::now(), before);
    let again = playground(files.path(), "down").output().expect("it starts");
    assert_eq!(said(&again), "there is no playground\n");
}

/// Later moments are those of `ending.rs`.
#[test]
fn an_interrupt_at_any_moment_of_coming_up_ends_all_of_it() {
    for moment in [
        "a part of this machine is its own",
        "the API server answers",
        "the node is ready",
        "cert-manager runs",
        "the images are there",
        "the signers are ready",
    ] {
        interrupt_at(moment);
    }
}

fn interrupt_at(moment: &str) {
    let before = Machine::now();
    let files = tempfile::tempdir().expect("a folder");
    let mut up = playground(files.path(), "up").stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(up.stderr.take().expect("piped")).lines().map(|line| line.expect("text"));
    let reached = lines.any(|line| line.contains(moment));
    let interrupt = Command::new("kill").args(["-INT", &up.id().to_string()]).status();
    assert!(interrupt.expect("there is kill").success());
    assert_eq!(lines.last().as_deref(), Some("interrupted; nothing is left of it"), "{moment}");
    assert!(!up.wait().expect("it ends").success());
    assert!(reached, "{moment}");
    assert_eq!(processes(files.path()), Vec::<String>::new(), "{moment}");
    assert_eq!(fs::read_dir(files.path()).expect("a folder").count(), 0, "no file is left: {moment}");
    assert_eq!(Machine::now(), before, "{moment}");
}
