//! The golden cases: each folder of `fixtures/pods`. A new folder is a new case of every test that reads
//! them, the webhook's and the policy's.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use signet_certs::yaml;
use signet_mesh::review::State;
use signet_mesh::{Manifests, Policy};

/// The folders of the cases.
pub(crate) fn cases() -> Vec<PathBuf> {
    // Whichever crate it is whose tests these are.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mesh/tests/fixtures/pods");
    let entries =
        fs::read_dir(&folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(cases.len() >= 50, "only {} cases", cases.len());
    cases
}

/// The files with all that is in the cluster before the pod.
pub(crate) fn files(case: &Path) -> [PathBuf; 2] {
    let own_mesh = case.join("mesh.yaml");
    let common_mesh = case.with_file_name("mesh.yaml");
    let mesh = if own_mesh.exists() { own_mesh } else { common_mesh };
    [mesh, case.join("proxyconfigs.yaml")]
}

/// The case's pod as it stands in the file, and the state that is decided on.
pub(crate) fn read(case: &Path) -> (Value, State) {
    let mut manifests = Manifests::default();
    for file in files(case) {
        manifests.read(&file.display().to_string(), &fs::read(&file).expect("a file of the case"));
    }
    assert_eq!(manifests.problems, []);
    let text = fs::read_to_string(case.join("pod.yaml")).expect("the case's pod");
    (yaml::first(&text).expect("YAML"), manifests.state(policy(case)))
}

/// The case's policy; without one the default.
pub(crate) fn policy(case: &Path) -> Policy {
    let file = case.join("policy.yaml");
    if !file.exists() {
        return Policy::default();
    }
    let text = fs::read_to_string(&file).expect("the case's policy");
    serde_json::from_value(yaml::first(&text).expect("YAML")).expect("a policy")
}
