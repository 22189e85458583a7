//! What is said of a mesh that was captured and then changed: what the embedded mesh does not show.

use std::fs;

use serde_json::{Value, json};
use signet_tests::programs::{Run, signet};
use tempfile::TempDir;

/// A snapshot of the embedded mesh, one value a line.
struct Captured {
    folder: TempDir,
    lines: Vec<Value>,
}

impl Captured {
    fn new() -> Self {
        let run = signet(&["capture", "--demo", "--now", signet_tests::fixtures::NOW], b"");
        assert_eq!(run.code, 0, "{run:?}");
        let lines = run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        Self { folder: TempDir::new().expect("a folder"), lines: lines.collect() }
    }

    /// The object of this kind and name.
    fn object(&mut self, kind: &str, name: &str) -> &mut Value {
        let mut objects = self.lines.iter_mut().filter_map(|line| line.get_mut("object"));
        let found = objects.find(|object| object["kind"] == kind && object["metadata"]["name"] == name);
        found.unwrap_or_else(|| panic!("the embedded mesh has no {kind} {name}"))
    }

    /// The variables of the istiod that most pods have.
    fn istiod(&mut self) -> &mut Vec<Value> {
        let env =
            &mut self.object("Deployment", "istiod")["spec"]["template"]["spec"]["containers"][0]["env"];
        env.as_array_mut().expect("a list of variables")
    }

    fn ask(&self, arguments: &[&str]) -> Run {
        let file = self.folder.path().join("mesh.jsonl").to_string_lossy().into_owned();
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&file, text).expect("the snapshot is written");
        let [command, rest @ ..] = arguments else { unreachable!("every question names a command") };
        let all: Vec<_> = [*command, "--snapshot", &file].into_iter().chain(rest.iter().copied()).collect();
        signet(&all, b"")
    }
}

#[test]
fn an_istiod_of_several_roots_is_said_not_to_start_again() {
    let fault = "Remove ISTIO_MULTIROOT_MESH from istiod";
    let mut mesh = Captured::new();
    assert!(!mesh.ask(&["signers"]).stderr.contains(fault));
    mesh.istiod().push(json!({"name": "ISTIO_MULTIROOT_MESH", "value": "true"}));
    let said = mesh.ask(&["signers"]).stderr;
    assert!(said.contains(&format!("istiod of revision default: {fault}")), "{said}");
    let explained = mesh.ask(&["explain", "-n", "foo", "deploy/httpbin"]).stdout;
    assert!(explained.contains(fault), "{explained}");
}

#[test]
fn the_values_of_signers_are_not_given_to_an_istiod_that_they_end() {
    let mut mesh = Captured::new();
    // Its own CA signs as yet, and has a root.
    *mesh.istiod() = vec![json!({"name": "ISTIO_MULTIROOT_MESH", "value": "true"})];
    let fault = "Remove ISTIO_MULTIROOT_MESH from istiod";
    assert!(!mesh.ask(&["signers"]).stderr.contains(fault));
    let said = mesh.ask(&["signers", "--setup"]).stderr;
    assert_eq!(said.matches(fault).count(), 1, "{said}");
}
