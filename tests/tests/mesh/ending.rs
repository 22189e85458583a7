//! A mesh that ends, at any moment and in any way, leaves nothing on the machine.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use signet_tests::testbed::wait;

use crate::mesh::PLAYGROUND;

/// What of this machine a mesh could change for others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    mounts: String,
    interfaces: String,
    rules: String,
}

impl Machine {
    pub(crate) fn now() -> Self {
        let said = |program: &str, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output().expect(program);
            assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
            String::from_utf8(output.stdout).expect("text")
        };
        Self {
            mounts: fs::read_to_string("/proc/self/mounts").expect("Linux"),
            interfaces: said("ip", &["-oneline", "address"]),
            // Without the lines that say when.
            rules: said("iptables-save", &[]).lines().filter(|line| !line.starts_with('#')).collect(),
        }
    }
}

/// Starts a mesh whose files are below `files`, and waits until it says this.
fn start(files: &Path, until: &str) -> Child {
    let mut playground = Command::new(PLAYGROUND)
        .arg("run")
        .env("TMPDIR", files)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = BufReader::new(playground.stderr.take().expect("piped")).lines();
    let mut lines = Vec::new();
    let reached = said.by_ref().map(|line| line.expect("text")).any(|line| {
        lines.push(line.clone());
        line.contains(until)
    });
    if !reached {
        let status = playground.wait();
        panic!("it ended before {until:?} with {status:?}: {lines:#?}");
    }
    playground
}

/// The processes that were started with something below this folder, or run there.
pub(crate) fn processes(files: &Path) -> Vec<String> {
    let files = files.display().to_string();
    let entries = fs::read_dir("/proc").expect("Linux").flatten();
    let named = entries.filter_map(|entry| {
        let command = fs::read_to_string(entry.path().join("cmdline")).ok()?;
        let place = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        (command.contains(&files) || place.starts_with(&files)).then(|| command.replace('\0', " "))
    });
    named.collect()
}

fn cgroups(of: u32) -> Vec<String> {
    let name = format!("signet-node-{of}");
    let output = Command::new("find").args(["/sys/fs/cgroup", "-maxdepth", "2", "-name", &name]).output();
    let places = String::from_utf8(output.expect("find").stdout).expect("text");
    places.lines().map(str::to_owned).collect()
}

#[test]
fn nothing_is_left_of_a_mesh_whose_standard_input_closes() {
    let before = Machine::now();
    let files = tempfile::tempdir().expect("a folder");
    let mut playground = start(files.path(), "Istio is installed");
    assert!(processes(files.path()).len() > 10, "{:?}", processes(files.path()));
    assert!(!cgroups(playground.id()).is_empty());

    drop(playground.stdin.take());
    assert!(playground.wait().expect("it ends").success());
    assert_eq!(processes(files.path()), Vec::<String>::new());
    assert_eq!(cgroups(playground.id()), Vec::<String>::new());
    assert_eq!(fs::read_dir(files.path()).expect("a folder").count(), 0, "no file is left");
    assert_eq!(Machine::now(), before);
}

#[test]
fn a_mesh_that_is_killed_takes_everything_along_and_the_next_one_sweeps() {
    let before = Machine::now();
    let files = tempfile::tempdir().expect("a folder");
    let mut playground = start(files.path(), "the node is ready");
    playground.kill().expect("it runs");
    playground.wait().expect("it is gone");
    wait::until("the end of all processes", Duration::from_secs(30), || {
        let left = processes(files.path());
        if left.is_empty() { Ok(()) } else { Err(left.join("\n")) }
    })
    .expect("the kernel ends them");
    assert_eq!(Machine::now(), before);

    let mut next = start(files.path(), "the API server answers");
    assert_eq!(cgroups(playground.id()), Vec::<String>::new());
    drop(next.stdin.take());
    assert!(next.wait().expect("it ends").success());
    assert_eq!(fs::read_dir(files.path()).expect("a folder").count(), 0, "no file is left");
}
