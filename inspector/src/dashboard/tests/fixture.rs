//! A small mesh with one of most things: made by hand, so that the screens stay the same whatever
//! judges real meshes.

use std::collections::BTreeMap;
use std::sync::Arc;

use signet_certs::{Certificate, Code, Finding, Limits, UnixTime, finding};
use signet_mesh::codes;
use signet_mesh::objects::ObjectName;
use signet_mesh::observation::Connection;
use signet_mesh::resolve::{Inert, InertReason, Layer, Provenance, Resolved, Variable};
use signet_mesh::workload::{ProxyKind, SignerNames};
use signet_mesh::{Inventory, Verdict, Workload};

use crate::dashboard::answers::Answers;
use crate::dashboard::mesh_view::MeshView;

/// The names of the certificates in `certificates.pem`, in order.
const NAMES: [&str; 10] = [
    "mesh-root",
    "foo-root",
    "bar-root",
    "bar-intermediate",
    "ingress",
    "httpbin",
    "sleep",
    "reviews",
    "payments",
    "ledger",
];

/// The time of every test.
pub(super) fn now() -> UnixTime {
    "2026-11-24T06:00:00Z".parse().expect("a time")
}

/// The mesh.
pub(super) fn mesh() -> MeshView {
    let mut workloads =
        vec![reviews(), httpbin(), sleep(), unreachable(), ingress(), payments(), ledger(), ztunnel()];
    workloads.extend((0..20).map(spare));
    view(workloads)
}

/// The embedded mesh at its first moment: what is asked of a whole mesh needs more than rows.
pub(super) fn demo() -> MeshView {
    let start: UnixTime = "2026-11-24T09:00:00Z".parse().expect("a time");
    let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
    for observation in signet_demo::Demo::new(1, start).step(start) {
        inventory.apply(observation);
    }
    MeshView::of(&inventory, start)
}

/// A mesh of these pods.
pub(super) fn view(mut workloads: Vec<Workload>) -> MeshView {
    workloads.sort_by(|a, b| a.name.cmp(&b.name));
    MeshView {
        now: now(),
        workloads: workloads.into_iter().map(Arc::new).collect(),
        connection: Some(Connection::Connected),
        settled: true,
        notices: Vec::new(),
        answers: Arc::new(Answers::empty(now())),
    }
}

/// A pod with nothing but a name.
pub(super) fn pod(namespace: &str, name: &str) -> Workload {
    Workload {
        name: ObjectName::new(namespace, name),
        labels: Arc::new(BTreeMap::from([(
            "app".to_owned(),
            name.split('-').next().unwrap_or_default().to_owned(),
        )])),
        service_account: "default".to_owned(),
        proxy: ProxyKind::Sidecar,
        owner: None,
        node: Some("node-1".to_owned()),
        revision: None,
        trust_domain: Some("cluster.local".to_owned()),
        signer: SignerNames::default(),
        resolved: Arc::new(Resolved::default()),
        chain: Vec::new(),
        roots: Vec::new(),
        verdict: Verdict::Ok,
        reason: None,
        findings: Vec::new(),
        rotation_due: None,
        read_at: Some(now().plus(-20)),
        error: None,
    }
}

/// The certificates of these names.
fn certificates(names: &[&str]) -> Vec<Arc<Certificate>> {
    let pem = include_bytes!("fixtures/certificates.pem");
    let documents = signet_certs::read(pem, &Limits::default()).expect("certificates.pem is PEM");
    let all: Vec<_> = documents.iter().flat_map(signet_certs::Document::certificates).cloned().collect();
    assert_eq!(all.len(), NAMES.len());
    let find = |name: &&str| {
        let index = NAMES.iter().position(|known| known == name).expect("a known certificate");
        Arc::clone(&all[index])
    };
    names.iter().map(find).collect()
}

fn signed(mut workload: Workload, signers: [&str; 4], chain: &[&str], roots: &[&str]) -> Workload {
    let [configured, injected, requested, actual] =
        signers.map(|name| (name != "-").then(|| name.to_owned()));
    workload.signer = SignerNames { configured, injected, requested, actual };
    workload.chain = certificates(chain);
    workload.roots = certificates(roots);
    workload.rotation_due =
        workload.chain.first().map(|leaf| leaf.not_before.plus(leaf.lifetime_seconds() / 2));
    workload
}

fn faulty(mut workload: Workload, verdict: Verdict, code: &Code, message: &str) -> Workload {
    workload.verdict = verdict;
    workload.reason = Some(message.to_owned());
    let mut found = Finding::new(code, workload.name.to_string(), message);
    if let Some(leaf) = workload.chain.first() {
        found = found.of(leaf.fingerprint).with("notAfter", leaf.not_after);
    }
    workload.findings.push(found);
    workload
}

fn owned(mut workload: Workload, owner: &str, account: &str) -> Workload {
    workload.owner = Some(owner.to_owned());
    account.clone_into(&mut workload.service_account);
    workload
}

fn reviews() -> Workload {
    let pod = owned(pod("bar", "reviews-v1-545db77b95-7g4xz"), "Deployment/reviews-v1", "reviews");
    signed(pod, ["bar"; 4], &["reviews", "bar-intermediate"], &["mesh-root", "foo-root", "bar-root"])
}

/// Asked for foo, got istiod: the built-in CA ignores the signer silently.
fn httpbin() -> Workload {
    let pod = owned(pod("foo", "httpbin-7d9f8c6b5-x2x4k"), "Deployment/httpbin", "httpbin");
    let mut pod = signed(pod, ["foo", "foo", "foo", "istiod"], &["httpbin"], &["mesh-root", "foo-root"]);
    pod.resolved = Arc::new(Resolved {
        environment: BTreeMap::from([(
            "ISTIO_META_CERT_SIGNER".to_owned(),
            Variable {
                effective: Provenance {
                    value: "foo".to_owned(),
                    layer: Layer::Namespace,
                    object: Some(ObjectName::new("foo", "signer")),
                },
                overrode: vec![Provenance {
                    value: "istio-system".to_owned(),
                    layer: Layer::MeshDefault,
                    object: Some(ObjectName::new("istio-system", "istio")),
                }],
            },
        )]),
        inert: vec![Inert {
            object: Some(ObjectName::new("foo", "newer")),
            reason: InertReason::TieLoser,
            message: "foo/signer is older (2026-11-01T00:00:00Z against 2026-11-02T00:00:00Z)".to_owned(),
        }],
        ..Resolved::default()
    });
    faulty(
        pod,
        Verdict::WrongSigner,
        &codes::WRONG_SIGNER,
        "it asked for foo, but istiod signed: istiod runs without EXTERNAL_CA",
    )
}

fn sleep() -> Workload {
    let pod = owned(pod("foo", "sleep-5577c64d7c-9wq2m"), "Deployment/sleep", "sleep");
    let pod = signed(pod, ["bar", "foo", "foo", "foo"], &["sleep"], &["mesh-root", "foo-root"]);
    faulty(
        pod,
        Verdict::Drift,
        &codes::DRIFT,
        "ProxyConfig foo/sleep says bar now, but the pod was injected with foo",
    )
}

/// Its last chain is kept.
fn unreachable() -> Workload {
    let pod = owned(pod("foo", "curl-6b8f5d4c9-lm2pq"), "Deployment/curl", "curl");
    let mut pod = signed(pod, ["foo"; 4], &["sleep"], &["mesh-root", "foo-root"]);
    pod.read_at = Some(now().plus(-754));
    pod.error = Some("the proxy's admin port does not answer: connection refused".to_owned());
    faulty(
        pod,
        Verdict::Unreachable,
        &codes::UNREACHABLE,
        "the proxy's admin port does not answer: connection refused",
    )
}

fn ingress() -> Workload {
    let mut pod = owned(
        pod("istio-system", "istio-ingressgateway-6f7c9b8d5f-kk8vn"),
        "Deployment/istio-ingressgateway",
        "ingress",
    );
    pod.proxy = ProxyKind::Gateway;
    signed(pod, ["istio-system"; 4], &["ingress"], &["mesh-root", "foo-root"])
}

fn payments() -> Workload {
    let pod = owned(pod("payments", "payments-0"), "StatefulSet/payments", "payments");
    let mut pod = signed(pod, ["foo"; 4], &["payments"], &["foo-root"]);
    pod.proxy = ProxyKind::NativeSidecar;
    faulty(pod, Verdict::Expired, &finding::EXPIRED, "its certificate ended at 2026-11-24T04:00:00Z")
}

fn ledger() -> Workload {
    let pod = owned(pod("payments", "ledger-84b5c6f9d-tt7wz"), "Deployment/ledger", "ledger");
    let pod = signed(pod, ["foo"; 4], &["ledger"], &["foo-root"]);
    faulty(
        pod,
        Verdict::RotationOverdue,
        &finding::ROTATION_OVERDUE,
        "it should have been renewed at 2026-11-23T22:00:00Z",
    )
}

fn ztunnel() -> Workload {
    let mut pod = pod("istio-system", "ztunnel-4k9bz");
    pod.proxy = ProxyKind::Ztunnel;
    pod
}

fn spare(number: usize) -> Workload {
    let name = format!("worker-{number:02}-5d4f7b8c9-abcde");
    let pod = owned(pod("spare", &name), "Deployment/worker", "worker");
    signed(pod, ["foo"; 4], &["sleep"], &["mesh-root", "foo-root"])
}
