//! Golden cases: each folder of `fixtures/pods` is a pod, the ProxyConfigs around it and, where they
//! differ from the common ones, the mesh and the policy; `expected.json` is the explanation with its patch.
//!
//! Those of `fixtures/watched` rest on what only a watch shows, ClusterTrustBundles, cert-manager's and SPIRE's objects: the policy
//! does not ask for it.
//!
//! A new case is a new folder. `SIGNET_BLESS=1 cargo test -p signet-mesh --test decisions` writes what
//! is expected; read the difference before it is committed.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test stops at what it did not expect, and reads its cases"
)]

mod admission;
#[path = "admission/cases.rs"]
mod cases;

use std::fs;
use std::path::{Path, PathBuf};

use admission::{apply, review_pod};
use cases::{cases, read};
use serde_json::Value;
use signet_mesh::decide;
use signet_mesh::objects::Pod;
use signet_mesh::report::Explanation;
use signet_mesh::review::State;

fn every_case() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/watched");
    let watched =
        fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path());
    let mut watched: Vec<_> = watched.collect();
    watched.sort();
    cases().into_iter().chain(watched).collect()
}

fn explain(pod: &Value, state: &State) -> Explanation {
    let pod: Pod = serde_json::from_value(pod.clone()).expect("a pod");
    let (resolved, plan) = decide(&pod, &pod.metadata.namespace, state);
    Explanation::new(&pod, &resolved, &plan, true)
}

#[test]
fn every_case_is_decided_as_expected() {
    let bless = std::env::var_os("SIGNET_BLESS").is_some();
    let mut differences = Vec::new();
    for case in every_case() {
        let (pod, state) = read(&case);
        let mut found = serde_json::to_string_pretty(&explain(&pod, &state)).expect("JSON");
        found.push('\n');
        let file = case.join("expected.json");
        if bless {
            fs::write(&file, found).expect("expected.json is written");
        } else if fs::read_to_string(&file).ok().as_deref() != Some(found.as_str()) {
            differences.push(format!("{}: {found}", case.file_name().unwrap_or_default().display()));
        }
    }
    assert!(differences.is_empty(), "{}\nSIGNET_BLESS=1 writes what was found", differences.join("\n"));
}

#[test]
fn the_review_carries_out_what_is_explained_and_a_second_one_adds_nothing() {
    for case in every_case() {
        let (pod, state) = read(&case);
        let explained = explain(&pod, &state).decision;
        let namespace = pod["metadata"]["namespace"].as_str().expect("a namespace");
        let response = review_pod(&pod, namespace, &state);
        assert_eq!(response.patch, explained.patch, "{}", case.display());
        assert_eq!(response.warnings, explained.warnings, "{}", case.display());
        let patched = apply(&pod, response.patch.as_ref());
        assert_eq!(review_pod(&patched, namespace, &state).patch, None, "{}", case.display());
    }
}
