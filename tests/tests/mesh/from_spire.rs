//! SPIRE, whose own certificate cert-manager issues: certificates and roots that do not come from istiod.

use std::time::Duration;

use serde_json::{Value, json};
use signet_tests::testbed::wait;

use crate::agreement;
use crate::mesh::{Mesh, Pod};

/// An SVID lives two minutes and is renewed at half of that.
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
fn proxies_serve_svids_below_cert_managers_root_and_renew_them() {
    let mesh = Mesh::start("spire");
    let pods = mesh.workloads();
    let first: Vec<Value> = pods.iter().map(|pod| leaf_of(&mesh, pod)).collect();
    for pod in &pods {
        let row = mesh.row(pod);
        for asked in ["configured", "injected", "requested", "actual"] {
            assert_eq!(row["signer"][asked], "spire", "{asked} of {pod:?}: {row}");
        }
        assert_eq!(row["certificates"][0]["spiffeId"]["namespace"], pod.namespace, "{row}");
        let svid = &row["certificates"][0];
        assert!(svid["subject"].as_str().unwrap_or_default().contains("O=SPIRE"), "SPIRE signed it: {row}");
        let above = &row["certificates"][1];
        assert_eq!(above["issuer"], "CN=spire-root", "cert-manager signed SPIRE's: {row}");
        assert_eq!(row["roots"][0]["subject"], "CN=spire-root", "{row}");
        assert_eq!(label_of(&mesh, pod), "true", "what a ClusterSPIFFEID would select");
        let log = mesh.log(pod, "istio-proxy");
        assert!(log.contains("Existing workload SDS socket found"), "its agent asks istiod for none: {log}");
    }
    agreement::on_certificates(&mesh);
    assert_eq!(agreement::on_trust(&mesh), (6, 0), "there is one root");
    for (pod, before) in pods.iter().zip(first) {
        wait::until(&format!("a new SVID of {pod:?}"), PATIENCE, || {
            let now = leaf_of(&mesh, pod);
            if now["serialNumber"] == before["serialNumber"] { Err(now.to_string()) } else { Ok(()) }
        })
        .expect("SPIRE renews it, and Signet sees that");
    }
    assert_eq!(agreement::on_trust(&mesh), (6, 0), "and nothing breaks");
}

fn leaf_of(mesh: &Mesh, pod: &Pod) -> Value {
    mesh.row(pod)["certificates"].get(0).cloned().unwrap_or(json!({}))
}

fn label_of(mesh: &Mesh, pod: &Pod) -> String {
    let path = r"jsonpath={.metadata.labels.spiffe\.io/spire-managed-identity}";
    let place = ["--namespace", &pod.namespace, "get", "pod", &pod.name, "--output", path];
    mesh.kubectl().run(&place).expect("a pod")
}
