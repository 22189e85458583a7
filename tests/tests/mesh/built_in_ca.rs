//! istiod's own CA: it signs whatever a pod asks for, and Signet is who says so.

use serde_json::Value;

use crate::agreement;
use crate::guest;
use crate::mesh::Mesh;

#[test]
fn istiods_own_ca_ignores_the_signer_and_signet_says_so() {
    let mesh = Mesh::start("built-in-ca");
    for pod in mesh.workloads() {
        let row = mesh.row(&pod);
        let asked = (pod.namespace == "foo").then(|| Value::from("foo"));
        assert_eq!(row["signer"].get("requested"), asked.as_ref(), "{row}");
        assert_eq!(row["signer"]["actual"], "istiod", "{row}");
        assert_eq!(row["verdict"], if asked.is_some() { "wrong-signer" } else { "ok" }, "{row}");
        let reason = row["reason"].as_str().unwrap_or_default();
        assert_eq!(reason.contains("EXTERNAL_CA"), asked.is_some(), "what would have to be set: {row}");
    }
    agreement::on_certificates(&mesh);
    assert_eq!(agreement::on_trust(&mesh), (6, 0), "there is one root");
    guest::comes_and_goes(&mesh);
}
