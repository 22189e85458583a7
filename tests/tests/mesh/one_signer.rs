//! Kubernetes' API for certificates, with one signer for all and a controller of one's own.

use crate::agreement;
use crate::mesh::Mesh;
use crate::multi_root;

#[test]
fn everybody_asks_the_one_signer_and_trusts_the_root_that_istiod_has_from_a_file() {
    let mesh = Mesh::start("one-signer");
    let volumes = mesh.kubectl().run(&[
        "--namespace=istio-system",
        "get",
        "pods",
        "--selector=app=istiod",
        "--output=jsonpath={.items[*].spec.volumes[*].name}",
    ]);
    assert!(volumes.expect("pods").contains("signet-external-ca-cert"), "the webhook mounts that file");
    for pod in mesh.workloads() {
        let row = mesh.row(&pod);
        assert_eq!(row["signer"]["requested"], "foo", "what K8S_SIGNER is: {row}");
        assert_eq!(row["verdict"], "ok", "{row}");
        // That root is in no mesh config, so nobody can say whose it is; but that is said.
        assert_eq!(row["signer"].get("actual"), None, "{row}");
        assert!(row["reason"].as_str().unwrap_or_default().contains("external-ca-cert"), "{row}");
        let issuer = row["certificates"][0]["issuer"].as_str().unwrap_or_default();
        assert!(issuer.contains("CN=example.com/foo"), "the controller signed: {row}");
    }
    agreement::on_certificates(&mesh);
    assert_eq!(agreement::on_trust(&mesh), (6, 0), "there is one root");
    multi_root::changes_nothing_with_one_root(&mesh);
}
