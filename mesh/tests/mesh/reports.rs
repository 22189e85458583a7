//! The documented JSON of workloads and findings.

use signet_mesh::report::{Findings, Workload, Workloads};

use crate::support::{DAY, HOUR, Mesh, START, pod};

fn mesh() -> Mesh {
    let mut mesh = Mesh::new();
    let leaf = mesh.bar.leaf("web", HOUR);
    mesh.run(Some("foo"), &[&leaf]);
    mesh.inventory.apply(pod("unread", None));
    mesh
}

#[test]
fn a_workload_is_printed_as_documented() {
    let now = START.plus(2 * HOUR);
    let workloads = mesh().inventory.workloads(now);
    let report = Workloads::new(workloads.iter().map(AsRef::as_ref), now);
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!((&json["apiVersion"], &json["kind"]), (&"signet.dev/v1alpha1".into(), &"Workloads".into()));
    let [unread, web] = json["items"].as_array().map(Vec::as_slice).unwrap_or_default() else {
        panic!("two items in {json}")
    };
    assert_eq!(web["verdict"], "expired");
    assert_eq!(web["severity"], "error");
    assert_eq!(web["remainingSeconds"], -HOUR);
    assert_eq!(web["proxy"], "sidecar");
    assert_eq!(web["signer"]["actual"], "bar");
    assert_eq!(web["certificates"][0]["role"], "leaf");
    assert_eq!(web["certificates"][0].get("pem"), None);
    assert_eq!(web["roots"], serde_json::json!([]));
    for absent in ["notAfter", "remainingSeconds", "rotationDue", "readAt", "error", "node"] {
        assert_eq!(unread.get(absent), None, "{absent} is absent, not null");
    }
    assert_eq!(serde_json::from_value::<Workloads>(json).expect("the same shape"), report);
}

#[test]
fn one_workload_has_pem_only_when_asked() {
    let mesh = mesh();
    let web = mesh.web(START);
    let report = Workload::new(&web, START).with_pem(&web);
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!((&json["kind"], &json["name"]), (&"Workload".into(), &"web".into()));
    let pem = json["certificates"][0]["pem"].as_str().unwrap_or_default();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
    assert_eq!(serde_json::from_value::<Workload>(json).expect("the same shape"), report);
}

#[test]
fn findings_come_gravest_first_and_are_counted() {
    let now = START.plus(DAY);
    let workloads = mesh().inventory.workloads(now);
    let report = Findings::new(workloads.iter().map(AsRef::as_ref));
    let codes: Vec<_> = report.items.iter().map(|item| (&*item.name, &*item.finding.code)).collect();
    assert_eq!(codes, [("web", "expired"), ("web", "wrong-signer"), ("unread", "drift")]);
    assert_eq!((report.summary.error, report.summary.warning, report.summary.info), (2, 1, 0));
}
