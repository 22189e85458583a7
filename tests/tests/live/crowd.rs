//! More pods than are read at once, and more than kubectl creates in one go.

use std::collections::HashSet;

use serde_json::Value;
use signet_tests::programs;
use signet_tests::testbed::Crowd;

const PODS: usize = 300;

#[test]
fn every_pod_of_a_crowd_has_a_row_with_its_chain() {
    let mut crowd = Crowd::start().expect("servers");
    crowd.grow_to(PODS).expect("pods");
    let kubeconfig = crowd.kubectl().kubeconfig().display().to_string();
    let run = programs::signet(&["pods", "-A", "--kubeconfig", &kubeconfig, "-o", "json"], b"");
    let answer: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let rows = answer["items"].as_array().expect("rows");
    let names: HashSet<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names.len(), PODS);
    for row in rows {
        assert_eq!((&row["signer"]["actual"], &row["verdict"]), (&"bar".into(), &"ok".into()), "{row}");
    }
}
