//! An API server that goes away and comes back, and a cluster to which Istio comes late.

use std::time::Duration;

use signet_tests::testbed::{ControlPlane, Envoy, Kwok, PROXY_CONFIG_CRD, Proxy, Signer};

use crate::mesh::{Watching, install, proxy_config, run_pod, signet};

#[test]
fn a_watch_outlives_its_api_server() {
    let mut plane = ControlPlane::start().expect("a control plane");
    let kwok = Kwok::start(&plane, 1).expect("kwok");
    let (foo, bar) = (Signer::foo().expect("a signer"), Signer::bar().expect("a signer"));
    install(plane.kubectl(), &foo, &bar);
    plane.kubectl().namespace("apps").expect("a namespace");
    plane.kubectl().apply(&proxy_config("apps", "signer", "foo").to_string()).expect("a ProxyConfig");
    let envoy = Envoy::start(&Proxy::new("apps", "before", "foo"), &foo).expect("an Envoy");
    for pod in ["before", "after"] {
        kwok.forward("apps", pod, 15_000, envoy.admin()).expect("a PortForward");
    }
    run_pod(plane.kubectl(), "apps", "before", "foo");

    let watching = Watching::start(plane.kubectl(), &["-n", "apps"]);
    watching.within(Duration::from_mins(2), |watching| {
        watching.until(|item| item["name"] == "before" && item["verdict"] == "ok");
        plane.kill_api_server();
        let run = signet(plane.kubectl(), &["pods", "-n", "apps"]);
        assert_eq!(run.code, 3, "{run:?}");
        assert!(run.stderr.contains("Connection refused"), "{run:?}");
        plane.start_api_server().expect("it comes back");
        run_pod(plane.kubectl(), "apps", "after", "foo");
        watching.until(|item| item["name"] == "after" && item["verdict"] == "ok");
    });
}

#[test]
fn a_cluster_without_istio_is_shown_and_istio_may_come_later() {
    let plane = ControlPlane::start().expect("a control plane");
    let _kwok = Kwok::start(&plane, 1).expect("kwok");
    plane.kubectl().namespace("apps").expect("a namespace");
    run_pod(plane.kubectl(), "apps", "web", "foo");
    // The proxy does not answer, so that a change of the ProxyConfig alone is what changes the row.
    let run = signet(plane.kubectl(), &["pods", "-n", "apps"]);
    assert!(run.stdout.contains("web"), "{run:?}");
    assert!(run.stderr.contains("there are no ProxyConfigs: this cluster does not know the kind"), "{run:?}");

    let watching = Watching::start(plane.kubectl(), &["-n", "apps"]);
    watching.within(Duration::from_mins(2), |watching| {
        watching.until(|item| item["name"] == "web");
        let (foo, bar) = (Signer::foo().expect("a signer"), Signer::bar().expect("a signer"));
        install(plane.kubectl(), &foo, &bar);
        plane.kubectl().apply(PROXY_CONFIG_CRD).expect("a kind");
        plane.kubectl().apply(&proxy_config("apps", "signer", "foo").to_string()).expect("a ProxyConfig");
        watching.until(|item| item["signer"]["configured"] == "foo");
    });
}
