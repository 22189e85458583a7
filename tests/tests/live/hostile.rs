//! Proxies that hang, lie or flood, beside one that does not; and more objects than usual.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signet_tests::testbed::{Fault, FaultServer};

use crate::mesh::{MESH, proxy_config};

/// What a pod's proxy answered, as `signet pods` says it.
fn error<'a>(pods: &'a Value, name: &str) -> &'a str {
    let items = pods["items"].as_array().expect("a list");
    let pod = items.iter().find(|pod| pod["name"] == name).expect("the pod");
    assert_eq!(pod["verdict"], "unreachable", "{pod}");
    pod["error"].as_str().expect("an error")
}

#[test]
fn a_hostile_proxy_costs_its_own_row_and_no_other() {
    MESH.namespace("hostile", "foo");
    let _envoy = MESH.proxied("hostile", "good", &MESH.foo);
    let elsewhere = "http://169.254.169.254/latest/meta-data/".to_owned();
    let faults = [
        ("hangs", Fault::Hang),
        ("rubbish", Fault::Rubbish),
        ("floods", Fault::Flood(100_000_000)),
        ("redirects", Fault::Redirect(elsewhere)),
        ("closes", Fault::Close),
    ];
    let servers: Vec<FaultServer> = faults
        .into_iter()
        .map(|(name, fault)| {
            let server = FaultServer::start(fault).expect("a fault");
            MESH.pod("hostile", name, "foo", server.address());
            server
        })
        .collect();
    let began = Instant::now();
    let pods = MESH.json(&["pods", "-n", "hostile"]);
    let took = began.elapsed();
    drop(servers);

    assert!(took < Duration::from_secs(20), "{took:?}");
    let items = pods["items"].as_array().expect("a list");
    let good = items.iter().find(|pod| pod["name"] == "good").expect("the pod");
    assert_eq!(good["verdict"], "ok", "{good}");
    for (name, said) in [
        ("hangs", "no whole answer within 5 s"),
        ("rubbish", "it is no HTTP"),
        ("floods", "it is larger than 16 MiB"),
        ("redirects", "it is HTTP 302"),
        ("closes", "does not answer"),
    ] {
        let error = error(&pods, name);
        assert!(error.contains(said), "{name}: {error}");
    }
}

#[test]
fn a_thousand_proxyconfigs_in_one_namespace_are_read_and_the_oldest_counts() {
    MESH.namespace("thousand", "foo");
    let _envoy = MESH.proxied("thousand", "web", &MESH.foo);
    let items: Vec<Value> =
        (0..1000).map(|index| proxy_config("thousand", &format!("z{index:04}"), "bar")).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    MESH.kubectl().apply(&list.to_string()).expect("a thousand ProxyConfigs");
    let answer = MESH.json(&["explain", "thousand/web"]);
    let item = &answer["items"][0];
    assert_eq!(item["environment"][0]["object"], "thousand/signer", "{item}");
    assert_eq!(item["ignored"].as_array().map(Vec::len), Some(1000), "each with its reason");
}

#[test]
fn names_at_their_limits_are_shown() {
    let namespace = format!("n{}", "a".repeat(62));
    // A pod's name may be longer than a label's value, which kwok's pod carries it in.
    let name = format!("p{}", "b".repeat(62));
    MESH.namespace(&namespace, "foo");
    let _envoy = MESH.proxied(&namespace, &name, &MESH.foo);
    let run = MESH.signet(&["pods", "-n", &namespace, "-o", "name"]);
    assert_eq!(run.stdout.trim(), format!("{namespace}/{name}"), "{run:?}");
    let run = MESH.signet(&["chain", &format!("{namespace}/{name}")]);
    assert_eq!(run.code, 0, "{run:?}");
}
