//! Who can talk to whom: the answers, what they rest on, and what they cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use signet_certs::{Certificate, Refuser, Side, UnixTime, algorithms};
use signet_mesh::Observation;
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::objects::ObjectName;
use signet_mesh::report::RestartFirst;
use signet_mesh::trust::{Answer, Change, Difference, ImpossibleChange, Matrix, Peer, Presents, Verdict};

use crate::support::{Ca, DAY, HOUR, Mesh, START, pod_with};

const NOW: UnixTime = START;

/// A pod of a mesh, injected with signer `foo`, whose proxy answers so.
fn answers(mesh: &mut Mesh, namespace: &str, name: &str, answer: Result<Dump, ReadError>) {
    mesh.inventory.apply(pod_with(name, Some("foo"), json!({"metadata": {"namespace": namespace}})));
    mesh.inventory.apply(Observation::Proxy { pod: ObjectName::new(namespace, name), at: START, answer });
}

fn identity(namespace: &str, account: &str) -> String {
    format!("spiffe://cluster.local/ns/{namespace}/sa/{account}")
}

fn of(ca: &Ca, namespace: &str, account: &str) -> Arc<Certificate> {
    ca.leaf_with(&identity(namespace, account), &[], DAY)
}

/// `foo` and `bar` each with pods of their signer, that trust this one alone.
fn two_signers() -> Mesh {
    let mut mesh = Mesh::new();
    for (namespace, name) in [("foo", "a"), ("foo", "b"), ("bar", "c")] {
        let signer = if namespace == "foo" { &mesh.foo } else { &mesh.bar };
        let chain = vec![of(signer, namespace, name)];
        let roots = vec![Arc::clone(&signer.certificate)];
        answers(&mut mesh, namespace, name, Ok(Dump { chain, roots, ..Dump::default() }));
    }
    mesh
}

fn matrix(mesh: &Mesh) -> Matrix {
    Matrix::new(Peer::all(&mesh.inventory, NOW), NOW, Arc::clone(mesh.inventory.reuse()))
}

fn ask(matrix: &Matrix, client: &str, server: &str) -> Answer {
    let place = |name: &str| {
        matrix.peers().iter().position(|peer| peer.name.to_string() == name).expect("a pod of this name")
    };
    matrix.between(place(client), place(server)).expect("both are there")
}

/// The sides that refuse, with the code and the subject of the root that is missing.
fn refusals(answer: &Answer) -> Vec<(Refuser, &str, Option<&str>)> {
    let reasons = answer.reasons.iter();
    reasons
        .map(|reason| {
            let root = reason.missing_root.as_ref().map(|root| root.subject.as_str());
            (reason.side, reason.code.as_str(), root)
        })
        .collect()
}

#[test]
fn pods_of_one_signer_reach_each_other_and_those_of_two_lack_a_root_on_each_side() {
    let matrix = matrix(&two_signers());
    assert_eq!(ask(&matrix, "foo/a", "foo/b").verdict, Verdict::Yes);
    let answer = ask(&matrix, "foo/a", "bar/c");
    assert_eq!(answer.verdict, Verdict::No);
    assert_eq!(
        refusals(&answer),
        [
            (Refuser::Client, "untrusted-root", Some("CN=bar")),
            (Refuser::Server, "untrusted-root", Some("CN=foo")),
        ]
    );
    assert!(answer.reasons[0].message.starts_with("foo/a does not trust the root CN=bar ("), "{answer:?}");
}

#[test]
fn it_is_directional_where_only_one_side_lacks_a_root() {
    let mut mesh = two_signers();
    let chain = vec![of(&mesh.foo, "both", "d")];
    let (foo, bar) = (Arc::clone(&mesh.foo.certificate), Arc::clone(&mesh.bar.certificate));
    answers(&mut mesh, "both", "d", Ok(Dump { chain, roots: vec![foo, bar], ..Dump::default() }));
    let matrix = matrix(&mesh);
    assert_eq!(
        refusals(&ask(&matrix, "both/d", "bar/c")),
        [(Refuser::Server, "untrusted-root", Some("CN=foo"))]
    );
    assert_eq!(
        refusals(&ask(&matrix, "bar/c", "both/d")),
        [(Refuser::Client, "untrusted-root", Some("CN=foo"))]
    );
}

#[test]
fn groups_are_of_a_namespace_and_a_signer_and_say_which_root_is_missing_where() {
    let matrix = matrix(&two_signers());
    let groups = matrix.groups();
    let named: Vec<_> = groups
        .iter()
        .map(|group| (&*group.namespace, group.signer.as_deref(), group.members.len()))
        .collect();
    assert_eq!(named, [("bar", Some("bar"), 1), ("foo", Some("foo"), 2)]);
    let cell = |client: usize, server: usize| matrix.cell(&groups[client], &groups[server]);
    assert_eq!((cell(1, 1).verdict(), cell(1, 1).yes), (Some(Verdict::Yes), 4));
    assert_eq!((cell(0, 1).verdict(), cell(0, 1).no), (Some(Verdict::No), 2));
    let lacks: Vec<_> =
        matrix.lacks(&groups).into_iter().map(|lack| (lack.root.subject.clone(), lack.of, lack.at)).collect();
    assert_eq!(lacks, [("CN=bar".to_owned(), vec![0], vec![1]), ("CN=foo".to_owned(), vec![1], vec![0])]);
}

#[test]
fn what_is_not_known_is_neither_yes_nor_no() {
    let mut mesh = two_signers();
    mesh.inventory.apply(crate::support::put(json!({
        "kind": "Pod",
        "metadata": {"namespace": "foo", "name": "bare"},
        "spec": {"containers": [{"name": "app"}]},
    })));
    answers(&mut mesh, "foo", "silent", Err(ReadError::Unreachable { message: "refused".to_owned() }));
    let matrix = matrix(&mesh);
    let codes = |client, server| {
        let answer = ask(&matrix, client, server);
        assert_eq!(answer.verdict, Verdict::Unknown);
        answer.reasons.into_iter().map(|reason| (reason.side, reason.code)).collect::<Vec<_>>()
    };
    assert_eq!(codes("foo/bare", "foo/a"), [(Refuser::Client, "no-proxy".to_owned())]);
    assert_eq!(codes("foo/a", "foo/silent"), [(Refuser::Server, "unreachable".to_owned())]);
    assert!(
        matrix
            .groups()
            .iter()
            .flat_map(|group| &group.members)
            .all(|place| { matrix.peers()[*place].name.name != "bare" })
    );
}

#[test]
fn a_proxy_without_a_certificate_is_refused() {
    let mut mesh = two_signers();
    answers(&mut mesh, "foo", "new", Ok(Dump { warming: true, ..Dump::default() }));
    let matrix = matrix(&mesh);
    let answer = ask(&matrix, "foo/a", "foo/new");
    assert_eq!(answer.verdict, Verdict::No);
    assert!(refusals(&answer).contains(&(Refuser::Client, "no-peer-certificate", None)), "{answer:?}");
}

#[test]
fn an_expired_chain_is_told_of_the_pod_that_presents_it() {
    let mut mesh = two_signers();
    let short = |mesh: &Mesh, name| mesh.foo.leaf_with(&identity("foo", name), &[], HOUR);
    let (old, older) = (short(&mesh, "old"), short(&mesh, "older"));
    let root = Arc::clone(&mesh.foo.certificate);
    for (name, leaf) in [("old", old), ("older", older)] {
        let dump = Dump { chain: vec![leaf], roots: vec![Arc::clone(&root)], ..Dump::default() };
        answers(&mut mesh, "foo", name, Ok(dump));
    }
    let later = START.plus(2 * HOUR);
    let peers = Peer::all(&mesh.inventory, later);
    let matrix = Matrix::new(peers, later, Arc::clone(mesh.inventory.reuse()));
    for name in ["foo/old", "foo/older"] {
        let answer = ask(&matrix, "foo/a", name);
        assert_eq!(refusals(&answer), [(Refuser::Client, "expired", None)]);
        assert!(answer.reasons[0].message.contains(&format!("chain of {name}: ")), "{answer:?}");
        assert!(answer.reasons[0].message.contains(&name.replace("foo/", "/sa/")), "{answer:?}");
    }
}

#[test]
fn a_peer_of_a_foreign_trust_domain_is_refused_unless_the_mesh_config_names_it() {
    let mut mesh = two_signers();
    let leaf = mesh.foo.leaf_with("spiffe://other.example/ns/foo/sa/x", &[], DAY);
    let root = Arc::clone(&mesh.foo.certificate);
    let dump = Dump { chain: vec![leaf], roots: vec![root], ..Dump::default() };
    answers(&mut mesh, "foo", "x", Ok(dump));
    let answer = ask(&matrix(&mesh), "foo/x", "foo/a");
    assert_eq!(refusals(&answer), [(Refuser::Server, "foreign-trust-domain", None)]);
    mesh.inventory.apply(crate::support::put(json!({
        "kind": "ConfigMap",
        "metadata": {"namespace": "istio-system", "name": "istio"},
        "data": {"mesh": json!({"trustDomainAliases": ["other.example"]}).to_string()},
    })));
    assert_eq!(ask(&matrix(&mesh), "foo/x", "foo/a").verdict, Verdict::Yes);
}

#[test]
fn a_bundle_counts_for_its_trust_domain_alone() {
    let mut mesh = two_signers();
    let leaf = of(&mesh.foo, "foo", "federated");
    let (foo, bar) = (Arc::clone(&mesh.foo.certificate), Arc::clone(&mesh.bar.certificate));
    let bundles = BTreeMap::from([
        ("cluster.local".to_owned(), [foo.fingerprint].into()),
        ("other.example".to_owned(), [bar.fingerprint].into()),
    ]);
    let dump = Dump { chain: vec![leaf], roots: vec![foo, bar], bundles, ..Dump::default() };
    answers(&mut mesh, "foo", "federated", Ok(dump));
    let matrix = matrix(&mesh);
    assert_eq!(ask(&matrix, "foo/federated", "foo/a").verdict, Verdict::Yes);
    assert_eq!(
        refusals(&ask(&matrix, "foo/federated", "bar/c"))[0],
        (Refuser::Client, "untrusted-root", Some("CN=bar")),
        "the root is there, for another trust domain"
    );
}

#[test]
fn a_name_that_no_client_expects_is_named_apart() {
    let mut mesh = two_signers();
    let leaf = of(&mesh.foo, "foo", "somebody-else");
    let root = Arc::clone(&mesh.foo.certificate);
    answers(&mut mesh, "foo", "thief", Ok(Dump { chain: vec![leaf], roots: vec![root], ..Dump::default() }));
    let answer = ask(&matrix(&mesh), "foo/a", "foo/thief");
    assert_eq!(answer.verdict, Verdict::Yes, "the certificates permit it");
    assert_eq!(answer.apart[0].code, "spiffe-id-not-this-workload");
}

/// The verdict by classes is that of two chains and two sets of roots, for every pair.
#[test]
fn every_pair_gets_the_verdict_of_its_own_certificates() {
    let mut mesh = two_signers();
    let intermediate = mesh.foo.intermediate("foo 1");
    let renewed = Ca::root("foo");
    let short = mesh.foo.leaf_with(&identity("mix", "short"), &[], HOUR);
    let chains: Vec<(&str, Vec<Arc<Certificate>>)> = vec![
        ("through", vec![of(&intermediate, "mix", "through"), Arc::clone(&intermediate.certificate)]),
        ("broken", vec![of(&intermediate, "mix", "broken")]),
        ("renewed", vec![of(&renewed, "mix", "renewed"), Arc::clone(&renewed.certificate)]),
        ("short", vec![short]),
        ("ca", vec![Arc::clone(&mesh.foo.certificate)]),
        ("none", Vec::new()),
    ];
    let sets: Vec<Vec<Arc<Certificate>>> = vec![
        vec![Arc::clone(&mesh.foo.certificate)],
        vec![Arc::clone(&mesh.foo.certificate), Arc::clone(&renewed.certificate)],
        vec![Arc::clone(&intermediate.certificate)],
        Vec::new(),
    ];
    for (number, (name, chain)) in chains.iter().enumerate() {
        for (set, roots) in sets.iter().enumerate() {
            let dump = Dump { chain: chain.clone(), roots: roots.clone(), ..Dump::default() };
            answers(&mut mesh, "mix", &format!("{name}-{number}-{set}"), Ok(dump));
        }
    }
    for at in [NOW, START.plus(2 * HOUR)] {
        let mut peers = Peer::all(&mesh.inventory, at);
        for peer in &mut peers {
            peer.accepts = None;
        }
        let matrix = Matrix::new(peers, at, Arc::clone(mesh.inventory.reuse()));
        let chain = |peer: &Peer| match &peer.presents {
            Presents::Chain(chain) => chain.clone(),
            other => panic!("every proxy answered, not {other:?}"),
        };
        let mut yes = 0;
        for (client, from) in matrix.peers().iter().enumerate() {
            for (server, to) in matrix.peers().iter().enumerate() {
                let (a, b) = (chain(from), chain(to));
                let sides = [
                    Side { chain: &a, roots: &from.trusts.roots },
                    Side { chain: &b, roots: &to.trusts.roots },
                ];
                let expected =
                    signet_certs::trust(sides[0], sides[1], at, algorithms::aws_lc_rs()).permitted();
                let answer = matrix.between(client, server).expect("both are there");
                let verdict = if expected { Verdict::Yes } else { Verdict::No };
                assert_eq!(answer.verdict, verdict, "{} -> {}: {answer:?}", from.name, to.name);
                assert_eq!(answer.reasons.is_empty(), expected);
                yes += usize::from(expected);
            }
        }
        assert!(yes > 20, "{yes} pairs of many trust each other");
    }
}

#[test]
fn ten_thousand_pods_of_three_signers_cost_what_three_cost() {
    let cost = |pods: usize| {
        let mut mesh = two_signers();
        let signers = [&mesh.foo, &mesh.bar, &mesh.istiod];
        let leaves: Vec<_> = (0..pods)
            .map(|number| {
                let signer = signers[number % 3];
                let leaf = of(signer, "app", &format!("pod-{number}"));
                Dump { chain: vec![leaf], roots: vec![Arc::clone(&signer.certificate)], ..Dump::default() }
            })
            .collect();
        for (number, dump) in leaves.into_iter().enumerate() {
            answers(&mut mesh, "app", &format!("pod-{number}"), Ok(dump));
        }
        assert_eq!(mesh.inventory.workloads(NOW).len(), pods + 3, "judged, so that each leaf was verified");
        let before = mesh.inventory.reuse().verified();
        let matrix = matrix(&mesh);
        let groups = matrix.groups();
        let cells: usize = groups.iter().flat_map(|a| groups.iter().map(|b| matrix.cell(a, b).yes)).sum();
        assert!(cells >= pods * pods / 3, "{cells}");
        mesh.inventory.reuse().verified() - before
    };
    assert_eq!(cost(10_000), cost(3));
}

fn changed(mesh: &Mesh, change: &Change) -> (Matrix, Matrix) {
    let before = matrix(mesh);
    let after = before.after(change).expect("a change that can be thought through");
    (before, after)
}

fn first(before: &Matrix, after: &Matrix) -> Vec<(String, String)> {
    let all = RestartFirst::all(before, after);
    all.into_iter().map(|first| (format!("{}/{}", first.namespace, first.owner), first.reason)).collect()
}

#[test]
fn a_root_that_everybody_gets_mends_and_breaks_nothing() {
    let mesh = two_signers();
    let add = vec![Arc::clone(&mesh.foo.certificate), Arc::clone(&mesh.bar.certificate)];
    let (before, after) = changed(&mesh, &Change { add, ..Change::default() });
    assert_eq!(ask(&after, "foo/a", "bar/c").verdict, Verdict::Yes);
    let difference = Difference::between(&before, &after);
    assert_eq!((difference.breaks, difference.mends, difference.first.len()), (0, 4, 0));
}

#[test]
fn a_root_that_goes_wants_whoever_presents_it_signed_anew_first() {
    let mut mesh = two_signers();
    let chain = vec![of(&mesh.bar, "bar", "d")];
    let roots = vec![Arc::clone(&mesh.bar.certificate)];
    answers(&mut mesh, "bar", "d", Ok(Dump { chain, roots, ..Dump::default() }));
    let remove = vec![mesh.bar.certificate.fingerprint];
    let (before, after) = changed(&mesh, &Change { remove, ..Change::default() });
    let first = first(&before, &after);
    let owners: Vec<_> = first.iter().map(|(owner, _)| owner.as_str()).collect();
    assert_eq!(owners, ["bar/Deployment/c", "bar/Deployment/d"]);
    assert!(first[0].1.starts_with("its chain ends in the root CN=bar ("), "{first:?}");
    assert_eq!(Difference::between(&before, &after).breaks, 2);
}

#[test]
fn another_signer_leaves_behind_whoever_does_not_trust_it() {
    let mut mesh = two_signers();
    let leaf = of(&mesh.foo, "app", "web");
    let root = Arc::clone(&mesh.foo.certificate);
    answers(&mut mesh, "app", "web", Ok(Dump { chain: vec![leaf], roots: vec![root], ..Dump::default() }));
    let signers = BTreeMap::from([("app".to_owned(), "bar".to_owned())]);
    let (before, after) = changed(&mesh, &Change { signers, ..Change::default() });
    assert_eq!(ask(&before, "foo/a", "app/web").verdict, Verdict::Yes);
    assert_eq!(ask(&after, "foo/a", "app/web").verdict, Verdict::No);
    assert_eq!(ask(&after, "bar/c", "app/web").verdict, Verdict::Yes);
    let first = first(&before, &after);
    let owners: Vec<_> = first.iter().map(|(owner, _)| owner.as_str()).collect();
    assert_eq!(owners, ["app/Deployment/web", "foo/Deployment/a", "foo/Deployment/b"]);
    assert!(first[0].1.contains("trust the root CN=foo"), "it still has to reach foo: {first:?}");
    assert!(first[1].1.contains("trust the root CN=bar"), "{first:?}");
}

#[test]
fn a_signer_that_nobody_has_yet_is_known_by_its_root() {
    let mut mesh = two_signers();
    mesh.inventory.apply(Observation::Gone {
        kind: signet_mesh::objects::Kind::Pod,
        name: ObjectName::new("bar", "c"),
    });
    let signers = |signer: &str| BTreeMap::from([("foo".to_owned(), signer.to_owned())]);
    let (_, after) = changed(&mesh, &Change { signers: signers("bar"), ..Change::default() });
    assert_eq!(ask(&after, "foo/a", "foo/b").verdict, Verdict::Yes, "both trust bar's root then");
    let unknown = Change { signers: signers("nobody"), ..Change::default() };
    let error = matrix(&mesh).after(&unknown).expect_err("no root");
    assert_eq!(error.to_string(), "no root of signer `nobody` is known; known are bar, foo, istiod");
    let nobody = Change { signers: [("empty".to_owned(), "bar".to_owned())].into(), ..Change::default() };
    let error = matrix(&mesh).after(&nobody).expect_err("no pod");
    assert_eq!(error, ImpossibleChange::NobodyThere { namespace: "empty".to_owned() });
}

#[test]
fn what_is_printed_has_the_documented_shape() {
    let mesh = two_signers();
    let matrix = matrix(&mesh);
    let all: Vec<usize> = (0..matrix.peers().len()).collect();
    let question =
        signet_mesh::report::Question { matrix: &matrix, before: None, clients: &all, servers: &all };
    assert_eq!(question.pairs(), 6);
    let report = signet_mesh::report::Trust::new(&question);
    let json: Value = serde_json::to_value(&report).expect("JSON");
    assert_eq!(json["kind"], "Trust");
    assert_eq!((report.summary.yes, report.summary.no), (2, 4));
    let pair = &json["pairs"][0];
    assert_eq!((&pair["client"], &pair["server"]), (&json!("bar/c"), &json!("foo/a")), "{pair}");
    assert_eq!((&pair["verdict"], &pair["severity"]), (&json!("no"), &json!("error")));
    assert_eq!(pair["reasons"][0]["side"], "client");
    assert_eq!(pair["reasons"][0]["missingRoot"]["subject"], "CN=foo");
    assert_eq!(pair.get("before"), None);
    assert_eq!(serde_json::from_value::<signet_mesh::report::Trust>(json).expect("the same shape"), report);
}
