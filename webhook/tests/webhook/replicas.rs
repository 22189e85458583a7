//! Replicas share one CA, and the registration is what it has to be.

use std::collections::BTreeSet;

use base64::Engine as _;
use serde_json::{Value, json};
use signet_webhook::Clock;
use signet_webhook::registration::Registration;
use signet_webhook::tls::{SecretError, SharedSecret};

use crate::scripted::Scripted;
use crate::support::NOW;

const SECRET: &str = "/api/v1/namespaces/signet-system/secrets/signet-webhook-tls";
const CONFIGURATIONS: [&str; 2] = [
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zz-signet",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/zz-signet",
];

fn secret(server: &Scripted, names: &[&str], clock: Clock) -> SharedSecret {
    let names: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
    SharedSecret::new(server.client(), "signet-system", names, clock)
}

#[tokio::test]
async fn replicas_that_start_at_once_serve_with_one_certificate() {
    let server = Scripted::default();
    let replicas: Vec<_> = (0..5).map(|_| secret(&server, &["a.svc"], Clock::Fixed(NOW))).collect();
    let made = futures::future::join_all(replicas.iter().map(SharedSecret::ensure)).await;
    let identities: Vec<_> = made.into_iter().map(|made| made.expect("material").identity()).collect();
    assert!(identities.iter().all(|identity| *identity == identities[0]));
    let created = server.writes().iter().filter(|write| write.starts_with("POST")).count();
    assert!(created > 1, "they did race: {:?}", server.writes());
}

#[tokio::test]
async fn a_replica_adopts_what_it_finds_and_writes_nothing() {
    let server = Scripted::default();
    let first = secret(&server, &["a.svc"], Clock::Fixed(NOW)).ensure().await.expect("material");
    let writes = server.writes();
    let second = secret(&server, &["a.svc"], Clock::Fixed(NOW.plus(3600))).ensure().await.expect("material");
    assert_eq!((first, writes), (second, server.writes()));
}

#[tokio::test]
async fn a_replica_with_another_name_keeps_the_names_of_the_others() {
    let server = Scripted::default();
    let clock = Clock::Fixed(NOW);
    let first = secret(&server, &["a.svc"], clock).ensure().await.expect("material");
    let second = secret(&server, &["127.0.0.1"], clock).ensure().await.expect("material");
    assert_eq!(first.identity().ca_bundle, second.identity().ca_bundle, "the CA is the same");
    let again = secret(&server, &["a.svc"], clock).ensure().await.expect("material");
    assert_eq!(again, second, "and they do not fight");
}

#[tokio::test]
async fn rubbish_in_the_secret_is_replaced() {
    let server = Scripted::default();
    let rubbish = base64::engine::general_purpose::STANDARD.encode("rubbish");
    let data = json!({"ca.crt": rubbish, "ca.key": rubbish, "tls.crt": rubbish, "tls.key": rubbish});
    for data in [data, json!({}), Value::Null] {
        server.put(SECRET, json!({"metadata": {"name": "signet-webhook-tls"}, "data": data}));
        let material = secret(&server, &["a.svc"], Clock::Fixed(NOW)).ensure().await.expect("material");
        assert!(material.identity().server_config().is_ok());
    }
}

#[tokio::test]
async fn a_namespace_that_is_missing_is_named() {
    let server = Scripted::without_namespaces();
    let error = secret(&server, &["a.svc"], Clock::Fixed(NOW)).ensure().await.expect_err("no namespace");
    assert!(matches!(&error, SecretError::NoNamespace(name) if name == "signet-system"), "{error}");
}

#[tokio::test]
async fn in_the_charts_configurations_only_the_ca_bundle_is_filled_in() {
    let server = Scripted::default();
    let entry = |name: &str| {
        json!({
            "name": name, "clientConfig": {"service": {"name": "signet-webhook", "namespace": "signet-system"}},
            "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Fail",
        })
    };
    let chart = json!({
        "metadata": {"name": "zz-signet"},
        "webhooks": [entry("pods.signet.dev"), entry("control-plane.signet.dev")],
    });
    for configuration in CONFIGURATIONS {
        server.put(configuration, chart.clone());
    }
    let registration = Registration::of_chart(server.client(), "zz-signet");
    assert!(registration.settle("PEM").await.expect("written"));

    for configuration in CONFIGURATIONS {
        let mut written = server.get(configuration).expect("a configuration");
        for entry in written["webhooks"].as_array_mut().expect("entries") {
            let client = entry["clientConfig"].as_object_mut().expect("a client");
            assert_eq!(client.remove("caBundle"), Some(json!("UEVN")));
        }
        assert_eq!(written["webhooks"], chart["webhooks"], "nothing else changed");
    }

    let writes = server.writes().len();
    assert!(registration.settle("PEM").await.expect("nothing to do"));
    assert_eq!(server.writes().len(), writes, "what is filled in is left alone");
    registration.remove().await.expect("nothing to do");
    for configuration in CONFIGURATIONS {
        assert!(server.get(configuration).is_some(), "the chart's is not ours to take away");
    }
}

#[tokio::test]
async fn without_the_charts_configurations_nothing_is_made() {
    let server = Scripted::default();
    let registration = Registration::of_chart(server.client(), "zz-signet");
    assert!(!registration.settle("PEM").await.expect("no configuration"));
    assert!(server.writes().is_empty());
}

#[tokio::test]
async fn a_registration_by_url_is_made_and_taken_away() {
    let server = Scripted::default();
    let url = "https://127.0.0.1:8443".parse().expect("a URL");
    let registration =
        Registration::by_url(server.client(), "zz-signet", url, "signet-system", "istio-system");
    registration.check().await.expect("nothing in the way");
    registration.settle("PEM").await.expect("written");
    for (configuration, path) in CONFIGURATIONS.into_iter().zip(["mutate", "validate"]) {
        let written = server.get(configuration).expect("a configuration");
        let client = json!({"url": format!("https://127.0.0.1:8443/{path}"), "caBundle": "UEVN"});
        assert_eq!(written["webhooks"][0]["clientConfig"], client);
    }
    registration.remove().await.expect("taken away");
    for configuration in CONFIGURATIONS {
        assert_eq!(server.get(configuration), None);
    }
    registration.remove().await.expect("it is gone already");
}

#[tokio::test]
async fn a_registration_by_url_never_takes_a_services_place() {
    for configuration in CONFIGURATIONS {
        let server = Scripted::default();
        let service = json!({"service": {"name": "signet-webhook", "namespace": "signet-system"}});
        let entry = json!({
            "name": "pods.signet.dev", "clientConfig": service, "admissionReviewVersions": ["v1"], "sideEffects": "None",
        });
        server.put(configuration, json!({"metadata": {"name": "zz-signet"}, "webhooks": [entry]}));
        let url = "https://127.0.0.1:8443".parse().expect("a URL");
        let registration =
            Registration::by_url(server.client(), "zz-signet", url, "signet-system", "istio-system");
        let failure = registration.check().await.expect_err("it is taken").to_string();
        assert!(failure.contains("--webhook-name"), "{failure}");
    }
}
