use serde_json::{Value, json};

use super::Inbound;
use crate::objects::{MutualTlsMode, ObjectName, PeerAuthentication};
use crate::trust::Verdict;

const ROOT: &str = "istio-system";

fn policy(namespace: &str, name: &str, spec: &Value) -> PeerAuthentication {
    serde_json::from_value(json!({
        "metadata": {"namespace": namespace, "name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": spec,
    }))
    .expect("a PeerAuthentication")
}

fn mode(mode: &str) -> Value {
    json!({"mtls": {"mode": mode}})
}

fn of_web(mode: &str) -> Value {
    json!({"mtls": {"mode": mode}, "selector": {"matchLabels": {"app": "web"}}})
}

/// What the pods `app: web` of `foo` take.
fn web(policies: &[PeerAuthentication]) -> Inbound {
    let policies: Vec<_> = policies.iter().collect();
    Inbound::of("foo", &[("app".to_owned(), "web".to_owned())].into(), ROOT, &policies)
}

/// Its mode and the name of the policy that says so.
fn decided(policies: &[PeerAuthentication]) -> (&'static str, String) {
    let Inbound { mode, because, .. } = web(policies);
    (mode.word(), because.map(|name| name.to_string()).unwrap_or_default())
}

#[test]
fn workload_comes_before_namespace_before_mesh() {
    assert_eq!(decided(&[]), ("PERMISSIVE", String::new()));
    let mut all = vec![policy(ROOT, "mesh", &mode("STRICT"))];
    assert_eq!(decided(&all), ("STRICT", "istio-system/mesh".to_owned()));
    all.push(policy("foo", "own", &mode("DISABLE")));
    assert_eq!(decided(&all), ("DISABLE", "foo/own".to_owned()));
    all.push(policy("foo", "web", &of_web("STRICT")));
    assert_eq!(decided(&all), ("STRICT", "foo/web".to_owned()));
}

#[test]
fn what_is_unset_is_inherited() {
    let mesh = policy(ROOT, "mesh", &mode("STRICT"));
    for unset in [json!({}), json!({"mtls": null}), json!({"mtls": {}}), mode("UNSET")] {
        assert_eq!(decided(&[mesh.clone(), policy("foo", "own", &unset)]).1, "istio-system/mesh", "{unset}");
        assert_eq!(decided(&[policy(ROOT, "mesh", &unset)]), ("PERMISSIVE", String::new()));
    }
}

#[test]
fn what_is_of_others_decides_nothing() {
    let others = [
        policy("bar", "own", &mode("STRICT")),
        policy(
            "foo",
            "api",
            &json!({"mtls": {"mode": "STRICT"}, "selector": {"matchLabels": {"app": "api"}}}),
        ),
        // A selector in the root namespace reaches no other.
        policy(ROOT, "web", &of_web("STRICT")),
    ];
    assert_eq!(decided(&others), ("PERMISSIVE", String::new()));
}

#[test]
fn the_oldest_of_a_layer_counts() {
    let mut younger = policy("foo", "a", &mode("DISABLE"));
    let older = policy("foo", "b", &mode("STRICT"));
    assert_eq!(
        decided(&[older.clone(), younger.clone()]).1,
        "foo/a",
        "of the same second the alphabet decides"
    );
    younger.metadata.creation_timestamp = younger.metadata.creation_timestamp.map(|time| time.plus(1));
    assert_eq!(decided(&[younger, older]).1, "foo/b");
}

#[test]
fn ports_are_told_apart_where_a_selector_names_the_workload() {
    let ports = json!({"8080": {"mode": "DISABLE"}, "9090": {"mode": "STRICT"}, "7070": {}});
    let mut spec = of_web("STRICT");
    spec["portLevelMtls"] = ports.clone();
    let inbound = web(&[policy("foo", "web", &spec)]);
    assert_eq!(inbound.ports, [("8080".to_owned(), MutualTlsMode::Disable)].into());
    let server = ObjectName::new("foo", "web");
    let said = |inbound: &Inbound, verdict| {
        let reasons = inbound.beside(verdict, &server);
        reasons.into_iter().map(|reason| format!("{}: {}", reason.code, reason.message)).collect::<Vec<_>>()
    };
    assert_eq!(
        said(&inbound, Verdict::Yes),
        ["mtls-disabled: foo/web takes plaintext alone on port 8080: PeerAuthentication foo/web is DISABLE"]
    );
    // Without a selector Istio passes them over.
    let of_all =
        web(&[policy("foo", "own", &json!({"mtls": {"mode": "PERMISSIVE"}, "portLevelMtls": ports}))]);
    assert_eq!(of_all.ports, [].into());
    assert_eq!(
        said(&of_all, Verdict::No),
        ["plaintext-permitted: foo/web takes plaintext too: PeerAuthentication foo/own is PERMISSIVE"]
    );
    // Certificates permit the connection as it is.
    assert_eq!(said(&of_all, Verdict::Yes), [] as [&str; 0]);
    let mut spec = of_web("DISABLE");
    spec["portLevelMtls"] = json!({"9090": {"mode": "STRICT"}});
    assert_eq!(
        said(&web(&[policy("foo", "web", &spec)]), Verdict::No),
        ["mtls-disabled: foo/web takes plaintext alone, except on port 9090: PeerAuthentication foo/web is \
             DISABLE"]
    );
}
