//! `ISTIO_MULTIROOT_MESH`, by which istiod tells the proxies that ask for it the roots of all signers.

use serde_json::Value;
use signet_tests::testbed::wait;

use crate::agreement;
use crate::mesh::{Mesh, PATIENCE};

const ON: &str = "ISTIO_MULTIROOT_MESH=true";
const OFF: &str = "ISTIO_MULTIROOT_MESH-";

/// With one root there is nothing to add.
pub(crate) fn changes_nothing_with_one_root(mesh: &Mesh) {
    mesh.set_istiod(ON);
    mesh.istiod_rolled_out();
    renew(mesh);
    assert_eq!(agreement::on_trust(mesh), (6, 0), "there is still one root");
}

/// Where signers are per namespace, istiod has no root of its own, and ends because of that. The one that runs
/// goes on.
pub(crate) fn keeps_istiod_from_starting(mesh: &Mesh) {
    mesh.set_istiod(ON);
    wait::until("an istiod that ends", PATIENCE, || {
        let log =
            mesh.kubectl().run(&["--namespace=istio-system", "logs", "--selector=app=istiod", "--tail=-1"]);
        match log.map_err(|failure| failure.to_string())? {
            log if log.contains("fatal: unable to add RA root as trustAnchor") => Ok(()),
            log => Err(log),
        }
    })
    .expect("it says why");
    let [pod, ..] = &mesh.workloads()[..] else { panic!("there are workloads") };
    let explained = mesh.signet(&["explain", &format!("{}/{}", pod.namespace, pod.name)]);
    let warnings = explained["items"][0]["decision"]["warnings"].to_string();
    assert!(warnings.contains("Remove ISTIO_MULTIROOT_MESH from istiod"), "Signet says so: {explained}");
    assert_eq!(agreement::on_trust(mesh), (2, 4), "nothing has changed for those who run");
    mesh.set_istiod(OFF);
    mesh.istiod_rolled_out();
}

/// With a root in a file of istiod's it starts, and pods of different signers reach each other: Signet reads from
/// their proxies which roots they were told.
pub(crate) fn joins_the_signers(mesh: &Mesh) {
    mesh.set_istiod(ON);
    mesh.istiod_rolled_out();
    for namespace in ["foo", "bar"] {
        let place = ["--namespace", namespace, "get", "proxyconfig", "signer", "--output=json"];
        let mut proxy_config = mesh.object(&place);
        // An agent that does not pass on what it hears from istiod does not hear of roots either.
        proxy_config["spec"]["environmentVariables"]["PROXY_CONFIG_XDS_AGENT"] = "true".into();
        mesh.apply(&proxy_config);
    }
    wait::until("proxies that know all roots", PATIENCE, || {
        renew(mesh);
        let rows: Vec<Value> = mesh.workloads().iter().map(|pod| mesh.row(pod)).collect();
        let know_all = rows.iter().all(|row| row["roots"].as_array().is_some_and(|roots| roots.len() == 3));
        if know_all { Ok(()) } else { Err(format!("{rows:?}")) }
    })
    .expect("istiod tells them");
    assert_eq!(agreement::on_trust(mesh), (6, 0), "each trusts the root of each");
}

/// Gives the workloads new pods.
fn renew(mesh: &Mesh) {
    for namespace in ["foo", "bar"] {
        mesh.kubectl()
            .run(&["--namespace", namespace, "rollout", "restart", "deployment"])
            .expect("new pods");
    }
    for namespace in ["foo", "bar"] {
        mesh.rolled_out(namespace, "deployment");
    }
}
