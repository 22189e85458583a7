//! The fold: what observations make of an inventory, in whatever order they come.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::observation::Connection;
use signet_mesh::{Inventory, Observation, Verdict};

use crate::support::{DAY, HOUR, Mesh, START, answer, pod, pod_with, presenting, put};

/// A mesh with something of everything.
fn observations(mesh: &Mesh) -> Vec<Observation> {
    let (ok, wrong) = (mesh.foo.leaf("ok", DAY), mesh.bar.leaf("wrong", DAY));
    let (old, stale) = (mesh.foo.leaf("fresh", HOUR), mesh.foo.leaf("silent", HOUR));
    let new = mesh.foo.leaf("fresh", DAY);
    let mut all = mesh.control_plane(json!([
        {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
        {"name": "CERT_SIGNER_DOMAIN", "value": "example.com"},
    ]));
    let silent = ReadError::Unreachable { message: "refused".to_owned() };
    all.extend([
        pod("ok", Some("foo")),
        pod("wrong", Some("foo")),
        pod("fresh", Some("foo")),
        pod("silent", Some("foo")),
        answer("ok", START, Ok(presenting(&[&ok]))),
        answer("wrong", START, Ok(presenting(&[&wrong]))),
        answer("fresh", START, Ok(presenting(&[&old]))),
        answer("fresh", START.plus(60), Ok(presenting(&[&new]))),
        answer("silent", START, Ok(presenting(&[&stale]))),
        answer("silent", START.plus(60), Err(silent)),
        put(json!({
            "kind": "ProxyConfig",
            "metadata": {"namespace": "app", "name": "signer", "creationTimestamp": "2026-11-01T00:00:00Z"},
            "spec": {
                "selector": {"matchLabels": {"app": "ok"}},
                "environmentVariables": {"ISTIO_META_CERT_SIGNER": "bar"},
            },
        })),
    ]);
    all
}

fn fold(observations: &[Observation]) -> Inventory {
    let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
    observations.iter().cloned().for_each(|observation| inventory.apply(observation));
    inventory
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_order_of_observations_does_not_matter(
        shuffled in Just(observations(&Mesh::bare())).prop_shuffle(),
        cut in 0_usize..20,
    ) {
        let now = START.plus(2 * HOUR);
        // Looking in between must change nothing either.
        let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
        for (index, observation) in shuffled.iter().enumerate() {
            inventory.apply(observation.clone());
            if index == cut {
                inventory.workloads(now);
            }
        }
        let workloads = inventory.workloads(now);
        let verdicts: Vec<_> = workloads.iter().map(|workload| workload.verdict).collect();
        prop_assert_eq!(verdicts, [Verdict::Ok, Verdict::Drift, Verdict::Unreachable, Verdict::WrongSigner]);
        let mut sorted = shuffled;
        sorted.sort_by_key(|observation| format!("{observation:?}"));
        prop_assert_eq!(workloads, fold(&sorted).workloads(now));
        prop_assert!(inventory.is_settled());
    }
}

#[test]
fn a_snapshot_of_the_observations_gives_the_same_mesh() {
    let observations = observations(&Mesh::bare());
    let lines: Vec<String> =
        observations.iter().map(|observation| serde_json::to_string(observation).expect("JSON")).collect();
    let read: Vec<Observation> =
        lines.iter().map(|line| serde_json::from_str(line).expect("an observation")).collect();
    assert_eq!(read, observations);
    assert_eq!(fold(&read).workloads(START), fold(&observations).workloads(START));
}

#[test]
fn a_mesh_that_stands_still_is_judged_once() {
    let inventory = fold(&observations(&Mesh::bare()));
    let (first, second) = (inventory.workloads(START.plus(100)), inventory.workloads(START.plus(101)));
    assert!(first.iter().zip(&second).all(|(first, second)| Arc::ptr_eq(first, second)));
}

#[test]
fn identical_certificates_are_stored_once() {
    let mut mesh = Mesh::new();
    for name in ["a", "b"] {
        let root = Arc::new(signet_certs::Certificate::clone(&mesh.foo.certificate));
        let leaf = mesh.foo.leaf(name, DAY);
        mesh.inventory.apply(pod(name, Some("foo")));
        mesh.inventory.apply(answer(name, START, Ok(presenting(&[&leaf, &root]))));
    }
    let workloads = mesh.inventory.workloads(START);
    let [a, b] = &workloads[..] else { panic!("two pods, not {}", workloads.len()) };
    assert!(Arc::ptr_eq(&a.chain[1], &b.chain[1]));
}

#[test]
fn pods_that_are_gone_disappear_with_what_their_proxies_said() {
    let mut mesh = Mesh::new();
    let leaf = mesh.bar.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let name = ObjectName::new("app", "web");
    mesh.inventory.apply(Observation::Gone { kind: Kind::Pod, name: name.clone() });
    assert!(mesh.inventory.workloads(START).is_empty());
    mesh.inventory.apply(pod("web", Some("foo")));
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.chain.len(), web.reason.as_deref()), (Verdict::Ok, 0, Some("not read yet")));
}

#[test]
fn an_answer_older_than_the_pod_came_from_another_of_its_name() {
    let mut mesh = Mesh::new();
    let leaf = mesh.bar.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let created = json!({"metadata": {"creationTimestamp": START.plus(60)}});
    mesh.inventory.apply(pod_with("web", Some("foo"), created));
    assert!(mesh.web(START.plus(61)).chain.is_empty());
}

#[test]
fn it_has_settled_when_every_kind_and_every_readable_proxy_was_seen() {
    let mut mesh = Mesh::bare();
    let (last, rest) = {
        let mut all = mesh.control_plane(json!([]));
        (all.pop().expect("an observation"), all)
    };
    mesh.apply_all(rest);
    assert!(!mesh.inventory.is_settled(), "a kind is missing");
    mesh.inventory.apply(last);
    assert!(mesh.inventory.is_settled());
    mesh.inventory.apply(pod("web", Some("foo")));
    assert!(!mesh.inventory.is_settled(), "a proxy has not answered");
    mesh.inventory.apply(pod_with("web", Some("foo"), json!({"status": {"phase": "Succeeded"}})));
    assert!(mesh.inventory.is_settled(), "a pod that ended will not answer");
    mesh.inventory.apply(pod("web", Some("foo")));
    mesh.inventory.apply(answer("web", START, Err(ReadError::Unreachable { message: String::new() })));
    assert!(mesh.inventory.is_settled(), "a failure is an answer");
}

#[test]
fn a_kind_that_may_not_be_read_settles_and_leaves_its_facts_open() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", DAY);
    mesh.run(Some("bar"), &[&leaf]);
    let rule = "apiGroups: [networking.istio.io]".to_owned();
    mesh.inventory.apply(Observation::Refused { kind: Kind::ProxyConfig, rule: rule.clone() });
    let web = mesh.web(START);
    assert_eq!(web.signer.configured, None);
    assert!(web.findings.iter().all(|finding| finding.code != "drift"));
    assert_eq!(mesh.inventory.refused().get(&Kind::ProxyConfig), Some(&rule));
    assert!(mesh.inventory.is_settled());
}

#[test]
fn signers_that_are_still_to_come_accuse_nobody() {
    let mut mesh = Mesh::bare();
    let leaf = mesh.foo.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let web = mesh.web(START);
    assert_eq!((web.verdict, web.signer.actual.as_deref()), (Verdict::Ok, None));
}

#[test]
fn each_revision_has_its_own_signers() {
    let mut mesh = Mesh::new();
    let config_map = json!({
        "kind": "ConfigMap",
        "metadata": {"namespace": "istio-system", "name": "istio-old"},
        "data": {"mesh": "{}"},
    });
    mesh.inventory.apply(put(config_map));
    mesh.inventory.apply(put(json!({
        "kind": "Deployment",
        "metadata": {
            "namespace": "istio-system",
            "name": "istiod-old",
            "labels": {"app": "istiod", "istio.io/rev": "old"},
        },
        "spec": {"template": {"spec": {"containers": [{"name": "discovery"}]}}},
    })));
    let leaf = mesh.istiod.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    let reason = mesh.web(START).reason.clone();
    assert!(reason.is_some_and(|reason| !reason.contains("EXTERNAL_CA")), "the default revision has one");
    let revision = json!({"metadata": {"annotations": {"istio.io/rev": "old"}}});
    mesh.inventory.apply(pod_with("web", Some("foo"), revision));
    let web = mesh.web(START);
    assert_eq!(web.revision.as_deref(), Some("old"));
    assert!(web.reason.as_deref().is_some_and(|reason| reason.contains("EXTERNAL_CA")), "{:?}", web.reason);
}

#[test]
fn an_inventory_can_be_handed_to_another_thread() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Inventory>();
}

#[test]
fn connection_and_time_are_the_last_ones_said() {
    let mut inventory = Inventory::new(signet_certs::algorithms::aws_lc_rs());
    assert_eq!((inventory.connection(), inventory.time()), (None, None));
    inventory.apply(Observation::Connection { state: Connection::Connected });
    inventory.apply(Observation::At { time: START });
    assert_eq!((inventory.connection(), inventory.time()), (Some(&Connection::Connected), Some(START)));
}

#[test]
fn one_dump_more_without_news_keeps_the_time_of_reading() {
    let mut mesh = Mesh::new();
    let leaf = mesh.foo.leaf("web", DAY);
    mesh.run(Some("foo"), &[&leaf]);
    mesh.inventory.apply(answer("web", START.plus(300), Ok(presenting(&[&leaf]))));
    assert_eq!(mesh.web(START.plus(301)).read_at, Some(START.plus(300)));
    mesh.inventory.apply(answer("web", START.plus(200), Ok(Dump::default())));
    assert_eq!(mesh.web(START.plus(301)).read_at, Some(START.plus(300)), "an older answer came late");
}
