//! What goes wrong with several signers, made on purpose in one mesh: each time Signet says it, and the mesh
//! does it.

use serde_json::{Value, json};
use signet_tests::testbed::wait;

use crate::agreement;
use crate::mesh::{Mesh, PATIENCE};
use crate::multi_root;
use crate::namespace::Namespace;

#[test]
fn a_mesh_fails_where_signet_says_so() {
    let mesh = Mesh::start("signers-per-namespace");
    assert_eq!(agreement::on_trust(&mesh), (2, 4));
    agreement::on_signers(&mesh);
    an_issuer_that_is_not_ready(&mesh);
    a_root_of_another_signer(&mesh);
    multi_root::keeps_istiod_from_starting(&mesh);
    one_file_for_all_signers(&mesh);
    multi_root::joins_the_signers(&mesh);
}

/// A signer whose issuer has lost its key: who has a certificate keeps it, and nobody gets one.
fn an_issuer_that_is_not_ready(mesh: &Mesh) {
    let issuer = |secret: &str| {
        let patch = json!({ "spec": { "ca": { "secretName": secret } } }).to_string();
        let place = ["patch", "clusterissuer", "bar", "--type=merge", "--patch", &patch];
        mesh.kubectl().run(&place).expect("another Secret");
    };
    issuer("lost");
    mesh.kubectl()
        .run(&["wait", "--for=condition=Ready=false", "clusterissuer/bar", "--timeout=60s"])
        .expect("cert-manager sees it");
    let unready = Namespace::with_sleep(mesh, "unready", "bar");
    let is_waiting = |row: &Value| row["verdict"] == "no-certificate" && row["signer"]["requested"] == "bar";
    unready.row_of("a pod that waits for bar", is_waiting);
    let explained = mesh.signet(&["explain", "--namespace", "unready", "deploy/sleep"]);
    let warnings = explained["items"][0]["decision"]["warnings"].to_string();
    assert!(warnings.contains("Check the ClusterIssuer of signer bar"), "{explained}");
    agreement::on_signers(mesh);
    for pod in mesh.pods("bar") {
        assert_eq!(mesh.row(&pod)["verdict"], "ok", "{pod:?}");
    }
    issuer("bar-ca");
    unready.row_of("a pod that has waited", |row| row["verdict"] == "ok");
    agreement::on_signers(mesh);
    unready.kubectl(&["delete", "deployment", "sleep"]).expect("it has shown what it was for");
}

/// `caCertificates` with the roots of foo and bar exchanged: istiod refuses what foo's issuer signs, and Signet
/// says of pods that run that another signer signed than they asked.
fn a_root_of_another_signer(mesh: &Mesh) {
    let exchange = |text: &str| {
        text.replace("cert-manager.io/foo", "cert-manager.io/-")
            .replace("cert-manager.io/bar", "cert-manager.io/foo")
            .replace("cert-manager.io/-", "cert-manager.io/bar")
    };
    edit_mesh_config(mesh, exchange);
    for pod in mesh.pods("foo") {
        let row = mesh.row(&pod);
        assert_eq!(
            (&row["verdict"], &row["signer"]["actual"]),
            (&json!("wrong-signer"), &json!("bar")),
            "{row}"
        );
    }
    let exchanged = Namespace::with_sleep(mesh, "exchanged", "foo");
    exchanged.row_of("a pod that waits for foo", |row| {
        row["verdict"] == "no-certificate" && row["signer"]["requested"] == "foo"
    });
    wait::until("a refusal of istiod's", PATIENCE, || {
        let log = mesh.kubectl().run(&["--namespace=istio-system", "logs", "deployment/istiod"]);
        let log = log.map_err(|failure| failure.to_string())?;
        if log.contains("root cert from signed cert-chain is invalid") { Ok(()) } else { Err(log) }
    })
    .expect("that root did not sign it");
    exchanged.kubectl(&["delete", "deployment", "sleep"]).expect("it has shown what it was for");
    edit_mesh_config(mesh, exchange);
}

/// `external-ca-cert` in istiod, with the root of one signer: it hides the others'. Signet mounts it because it
/// is told to, and says what comes of it. The file stays.
fn one_file_for_all_signers(mesh: &Mesh) {
    let root = mesh.secret("cert-manager", "istio-system-ca", "tls.crt");
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": { "namespace": "istio-system", "name": "external-ca-cert" },
        "stringData": { "root-cert.pem": root },
    });
    mesh.apply(&secret);
    let annotation = "signet.dev/istiod-ca-secret=external-ca-cert";
    mesh.kubectl().run(&["annotate", "namespace", "istio-system", annotation]).expect("an annotation");
    mesh.restart_istiod();
    let hidden = Namespace::with_sleep(mesh, "hidden", "foo");
    let (pod, row) = hidden.restart_until("it trusts the root in the file", |row| {
        row["roots"][0]["subject"] == "CN=istio-system" && row["signer"]["injected"] == "foo"
    });
    assert_eq!(row["certificates"][0]["issuer"], "CN=foo", "though foo signed: {row}");
    let explained = mesh.signet(&["explain", &format!("hidden/{}", pod.name)]);
    let warnings = explained["items"][0]["decision"]["warnings"].to_string();
    assert!(warnings.contains("Remove /etc/external-ca-cert from istiod"), "{explained}");
    assert_eq!(mesh.call(&pod, "foo").status, 503, "the same signer signed both, and neither trusts it");
    hidden.kubectl(&["delete", "deployment", "sleep"]).expect("it has shown what it was for");
}

/// Changes the mesh config, and has istiod begin anew: it never forgets a root of `caCertificates`.
fn edit_mesh_config(mesh: &Mesh, edit: impl Fn(&str) -> String) {
    let mut config = mesh.object(&["--namespace=istio-system", "get", "configmap", "istio", "--output=json"]);
    let text = edit(config["data"]["mesh"].as_str().expect("a mesh config"));
    config["data"]["mesh"] = text.into();
    mesh.apply(&config);
    mesh.restart_istiod();
}
