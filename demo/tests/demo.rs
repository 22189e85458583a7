//! The embedded mesh through the real path: its observations folded and judged as any other mesh's.

#![expect(clippy::expect_used, reason = "what is missing fails the test")]

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use signet_certs::{UnixTime, algorithms};
use signet_demo::Demo;
use signet_mesh::observation::Connection;
use signet_mesh::workload::ProxyKind;
use signet_mesh::{Inventory, Observation, Verdict, Workload};

const START: UnixTime = UnixTime::from_seconds(1_795_500_000);
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// What each workload is meant to show at the start: its verdict and its four signers.
const INTENDED: &[(&str, &str, Verdict, [&str; 4])] = &[
    ("bar", "Deployment/httpbin", Verdict::Ok, ["bar"; 4]),
    ("bar", "Deployment/orders", Verdict::Unreachable, ["bar", "bar", "bar", "-"]),
    ("bar", "Deployment/sleep", Verdict::Ok, ["bar"; 4]),
    ("foo", "Deployment/checkout", Verdict::Drift, ["foo", "istio-system", "istio-system", "istio-system"]),
    ("foo", "Deployment/httpbin", Verdict::Ok, ["foo"; 4]),
    ("foo", "Deployment/search", Verdict::Untrusted, ["foo", "foo", "foo", "-"]),
    ("foo", "Deployment/sleep", Verdict::Ok, ["foo"; 4]),
    ("istio-system", "DaemonSet/ztunnel", Verdict::Ok, ["-"; 4]),
    ("istio-system", "Deployment/istio-ingressgateway", Verdict::Ok, ["istio-system"; 4]),
    ("istio-system", "Deployment/istiod", Verdict::Ok, ["-"; 4]),
    ("istio-system", "Deployment/istiod-legacy", Verdict::Ok, ["-"; 4]),
    ("legacy", "Deployment/billing", Verdict::Ok, ["-", "-", "-", "istiod"]),
    ("legacy", "Deployment/invoicing", Verdict::WrongSigner, ["foo", "foo", "foo", "istiod"]),
    ("payments", "Deployment/card-processor", Verdict::Ok, ["bar"; 4]),
    ("payments", "Deployment/fraud-check", Verdict::Expired, ["istio-system"; 4]),
    ("payments", "Deployment/notifications", Verdict::RotationOverdue, ["istio-system"; 4]),
    ("payments", "Deployment/payments", Verdict::Ok, ["istio-system"; 4]),
    ("payments", "StatefulSet/ledger", Verdict::Expiring, ["istio-system"; 4]),
    ("platform", "Deployment/config-server", Verdict::Ok, ["", "", "platform", "platform"]),
    ("platform", "Deployment/feature-flags", Verdict::Ok, ["", "", "platform", "-"]),
    ("platform", "Deployment/image-resizer", Verdict::NoCertificate, ["", "", "platform", "-"]),
    ("platform", "Job/backup", Verdict::Ok, ["-"; 4]),
    ("research", "Deployment/notebook", Verdict::Ok, ["istio-system", "istio-system", "spire", "spire"]),
    ("research", "Deployment/scheduler", Verdict::Ok, ["istio-system", "istio-system", "spire", "spire"]),
    ("shop", "Deployment/details-v1", Verdict::Ok, ["istio-system"; 4]),
    ("shop", "Deployment/productpage-v1", Verdict::Ok, ["istio-system"; 4]),
    ("shop", "Deployment/ratings-v1", Verdict::Ok, ["istio-system"; 4]),
    ("shop", "Deployment/reviews-v1", Verdict::Ok, ["istio-system"; 4]),
    ("shop", "Deployment/reviews-v2", Verdict::Ok, ["istio-system"; 4]),
    ("shop", "Deployment/reviews-v3", Verdict::Ok, ["istio-system"; 4]),
    ("shop", "Deployment/waypoint", Verdict::Ok, ["istio-system"; 4]),
];

/// A demo and the inventory that watches it.
struct Watched {
    demo: Demo,
    inventory: Inventory,
}

impl Watched {
    fn new(seed: u64) -> Self {
        Self { demo: Demo::new(seed, START), inventory: Inventory::new(algorithms::aws_lc_rs()) }
    }

    /// Steps to so many seconds after the start; how much was to be seen.
    fn step(&mut self, seconds: i64) -> usize {
        let news = self.demo.step(START.plus(seconds));
        let count = news.len();
        for observation in news {
            self.inventory.apply(observation);
        }
        count
    }

    fn workloads(&self, seconds: i64) -> Vec<std::sync::Arc<Workload>> {
        self.inventory.workloads(START.plus(seconds))
    }

    fn one(&self, owner: &str, seconds: i64) -> std::sync::Arc<Workload> {
        let workloads = self.workloads(seconds);
        let found = workloads.iter().find(|workload| workload.owner.as_deref() == Some(owner));
        found.expect(owner).clone()
    }
}

fn lines(observations: &[Observation]) -> Vec<String> {
    observations.iter().map(|observation| serde_json::to_string(observation).expect("JSON")).collect()
}

fn hash(seed: u64) -> [u8; 32] {
    let mut demo = Demo::new(seed, START);
    let mut hash = Sha256::new();
    for minutes in [0, 10, 45, 45, 600] {
        for line in lines(&demo.step(START.plus(minutes * MINUTE))) {
            hash.update(line);
        }
    }
    hash.finalize().into()
}

#[test]
fn each_workload_shows_what_it_is_meant_to_show() {
    // Whatever the seed is: it decides about keys and names, not about who is at fault.
    for seed in [0, 1, 4_711] {
        let mut watched = Watched::new(seed);
        watched.step(0);
        let mut seen = BTreeSet::new();
        for workload in watched.workloads(0) {
            let owner = workload.owner.as_deref().unwrap_or_default();
            // A Job's name ends in the minute of its schedule.
            let owner = if owner.starts_with("Job/") { "Job/backup" } else { owner };
            let intended = INTENDED.iter().find(|row| (row.0, row.1) == (&*workload.name.namespace, owner));
            let (_, _, verdict, signers) = intended.expect(owner);
            assert_eq!(workload.verdict, *verdict, "{owner}: {:?}", workload.findings);
            let names = &workload.signer;
            let names = [&names.configured, &names.injected, &names.requested, &names.actual];
            assert_eq!(names.map(|name| name.as_deref().unwrap_or("-")), *signers, "{owner}");
            assert_eq!(workload.findings.is_empty(), *verdict == Verdict::Ok, "{:?}", workload.findings);
            seen.insert((workload.name.namespace.clone(), owner.to_owned()));
        }
        assert_eq!(seen.len(), INTENDED.len());
    }
}

#[test]
fn every_verdict_and_every_kind_of_proxy_is_there() {
    let mut watched = Watched::new(1);
    watched.step(0);
    let workloads = watched.workloads(0);
    let verdicts: BTreeSet<Verdict> = workloads.iter().map(|workload| workload.verdict).collect();
    assert_eq!(verdicts, BTreeSet::from(Verdict::ALL));
    let kinds: BTreeSet<ProxyKind> = workloads.iter().map(|workload| workload.proxy).collect();
    assert_eq!(kinds.len(), 7, "{kinds:?}");
    assert!(watched.inventory.is_settled());
    assert_eq!(watched.inventory.connection(), Some(&Connection::Connected));
    assert_eq!(watched.inventory.config_problems().count(), 0);
    assert_eq!(watched.inventory.namespaces().len(), 8);
    assert_eq!(watched.inventory.proxy_configs().count(), 6);
}

#[test]
fn chains_have_the_shapes_of_their_authorities() {
    let mut watched = Watched::new(1);
    watched.step(0);
    let roots = |owner: &str| {
        let workload = watched.one(owner, 0);
        let subjects = workload.chain.iter().map(|certificate| certificate.subject.clone());
        (subjects.collect::<Vec<_>>(), workload.roots.len())
    };
    assert_eq!(roots("Deployment/billing").0.len(), 3, "a plugged-in CA serves its root");
    assert_eq!(roots("Deployment/card-processor").0.len(), 3, "leaf, intermediate and root of bar");
    assert_eq!(roots("Deployment/productpage-v1").0.len(), 2);
    let (spire, bundle) = roots("Deployment/notebook");
    assert_eq!((spire.len(), bundle), (2, 1), "SPIRE's root is in the bundle only");
    assert!(spire[0].contains("O=SPIRE") && spire[1].contains("O=SPIFFE"), "{spire:?}");
}

#[test]
fn pods_went_through_the_webhook() {
    let mut watched = Watched::new(1);
    watched.step(0);
    let has_ca = |namespace: &str| {
        watched
            .inventory
            .pods(Some(namespace))
            .any(|pod| pod.spec.volumes.iter().any(|volume| volume.name == signet_mesh::names::CA_VOLUME))
    };
    assert!(has_ca("foo") && has_ca("shop"));
    assert!(!has_ca("legacy"), "its control plane knows no signer's root");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_other_keys() {
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(1), hash(2));
    let keys = |seed| {
        let mut watched = Watched::new(seed);
        watched.step(0);
        let workloads = watched.workloads(0);
        let chains = workloads.iter().flat_map(|workload| workload.chain.iter().map(|c| c.fingerprint));
        chains.collect::<BTreeSet<_>>()
    };
    assert!(keys(1).is_disjoint(&keys(2)));
}

#[test]
fn an_hour_of_steps_rotates_replaces_and_silences() {
    let mut watched = Watched::new(1);
    watched.step(0);
    let serials = |watched: &Watched, seconds: i64| -> BTreeMap<String, String> {
        let workloads = watched.workloads(seconds);
        let leaves = workloads.iter().filter_map(|workload| {
            Some((workload.name.to_string(), workload.chain.first()?.serial_number.clone()))
        });
        leaves.collect()
    };
    let before = serials(&watched, 0);
    let mut flapped = BTreeSet::new();
    for minute in 1..=60 {
        watched.step(minute * MINUTE);
        flapped.insert(watched.one("Deployment/reviews-v3", minute * MINUTE).verdict);
        for owner in ["Deployment/sleep", "Deployment/card-processor", "Deployment/reviews-v2"] {
            assert_eq!(watched.one(owner, minute * MINUTE).verdict, Verdict::Ok, "{owner} at {minute}");
        }
    }
    let after = serials(&watched, HOUR);
    let rotated = |app: &str| {
        let of_app = |(name, _): &(&String, &String)| name.contains(app);
        let (before, after) = (before.iter().find(of_app), after.iter().find(of_app));
        let ((old_name, old), (new_name, new)) = before.zip(after).expect(app);
        (old_name == new_name, old != new)
    };
    assert_eq!(rotated("shop/reviews-v2"), (true, true), "an hour's certificate is renewed at half of it");
    assert_eq!(rotated("research/notebook"), (true, true));
    assert_eq!(rotated("shop/ratings-v1"), (false, true), "the pod was replaced");
    assert_eq!(rotated("payments/ledger"), (true, false), "its agent is stuck");
    assert_eq!(flapped, BTreeSet::from([Verdict::Ok, Verdict::Unreachable]));
    assert_eq!(before.len(), after.len(), "as many as before");
}

#[test]
fn nothing_is_said_twice() {
    let mut watched = Watched::new(1);
    assert!(watched.step(0) > 60);
    assert_eq!(watched.step(0), 0);
    assert_eq!(watched.step(-HOUR), 0, "a step back shows nothing");
    let mut demo = Demo::new(1, START);
    let mut said = BTreeSet::new();
    for minute in 0..=90 {
        for observation in demo.step(START.plus(minute * MINUTE)) {
            if !matches!(observation, Observation::At { .. }) {
                let line = serde_json::to_string(&observation).expect("JSON");
                assert!(said.insert(line.clone()), "{line}");
            }
        }
    }
}

#[test]
fn the_size_of_the_steps_does_not_matter() {
    let late = 30 * HOUR;
    let chains = |watched: &Watched| {
        let workloads = watched.workloads(late);
        let chains = workloads.iter().map(|workload| (workload.name.clone(), workload.chain.clone()));
        chains.collect::<Vec<_>>()
    };
    let (mut small, mut large) = (Watched::new(1), Watched::new(1));
    (0..=30 * 12).for_each(|step| {
        small.step(step * 5 * MINUTE);
    });
    large.step(late);
    assert_eq!(chains(&small), chains(&large));
}

#[test]
fn a_late_first_look_sees_a_healthy_mesh() {
    let mut watched = Watched::new(1);
    let late = 1_000 * HOUR;
    watched.step(late);
    for owner in ["Deployment/sleep", "Deployment/reviews-v2", "Deployment/billing", "Deployment/notebook"] {
        assert_eq!(watched.one(owner, late).verdict, Verdict::Ok, "{owner}");
    }
    assert_eq!(watched.one("StatefulSet/ledger", late).verdict, Verdict::Expired);
}
