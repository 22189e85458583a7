//! A CA that was plugged in: leaf, intermediate, root; and an intermediate that is exchanged.

use std::time::Duration;

use serde_json::Value;
use signet_tests::testbed::wait;

use crate::agreement;
use crate::mesh::Mesh;

/// The kubelet hands a changed Secret on, and istiod waits a little before it reads it.
const PATIENCE: Duration = Duration::from_mins(3);

#[test]
fn proxies_serve_the_intermediate_and_the_next_one_once_it_is_there() {
    let mesh = Mesh::start("plugged-in-ca");
    for pod in mesh.workloads() {
        let row = mesh.row(&pod);
        assert_eq!((&row["verdict"], &row["signer"]["actual"]), (&"ok".into(), &"istiod".into()), "{row}");
        assert_eq!(subjects(&row)[1..], ["CN=intermediate-1", "CN=offline-root"], "{row}");
    }
    agreement::on_certificates(&mesh);
    assert_eq!(agreement::on_trust(&mesh), (6, 0), "there is one root");

    let next = r#"{"spec":{"commonName":"intermediate-2"}}"#;
    let kubectl = mesh.kubectl();
    kubectl
        .run(&[
            "--namespace=istio-system",
            "patch",
            "certificate",
            "cacerts",
            "--type=merge",
            "--patch",
            next,
        ])
        .expect("another intermediate");
    wait::until("istiod to have read it", PATIENCE, || {
        let log = kubectl.run(&["--namespace=istio-system", "logs", "deployment/istiod"]);
        let log = log.map_err(|failure| failure.to_string())?;
        let read = log.rsplit_once("Subject: \"CN=intermediate-2\"");
        read.filter(|(_, after)| after.contains("certificates are reloaded")).map(drop).ok_or(log)
    })
    .expect("istiod reads it");
    kubectl.run(&["--namespace=foo", "rollout", "restart", "deployment/httpbin"]).expect("a new pod");
    mesh.rolled_out("foo", "deployment/httpbin");
    for pod in mesh.pods("foo") {
        let intermediate = if pod.app == "httpbin" { "CN=intermediate-2" } else { "CN=intermediate-1" };
        assert_eq!(subjects(&mesh.row(&pod))[1..], [intermediate, "CN=offline-root"], "{pod:?}");
    }
    agreement::on_certificates(&mesh);
    assert_eq!(agreement::on_trust(&mesh), (6, 0), "old and new have one root");
}

fn subjects(row: &Value) -> Vec<&str> {
    let certificates = row["certificates"].as_array().expect("a list").iter();
    certificates.map(|certificate| certificate["subject"].as_str().unwrap_or_default()).collect()
}
