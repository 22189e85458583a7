//! What the kubelet and Prometheus ask.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use signet_mesh::Observation;
use signet_mesh::objects::Kind;
use signet_mesh::observation::Connection;

use crate::support::{Fixture, KINDS, NOW, namespace, post, proxy_config, review};

#[tokio::test]
async fn it_is_ready_once_every_watch_has_synced() {
    let mut fixture = Fixture::new();
    assert_eq!(fixture.operators("/healthz").await.status, StatusCode::OK);
    for kind in KINDS {
        let answer = fixture.operators("/readyz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
        fixture.see([Observation::Synced { kind }]);
    }
    assert_eq!(fixture.operators("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refused_watch_is_named() {
    let mut fixture = Fixture::new();
    fixture
        .see([Kind::ConfigMap, Kind::Deployment, Kind::Namespace].map(|kind| Observation::Synced { kind }));
    fixture.see([Observation::Refused { kind: Kind::ProxyConfig, rule: "verbs: [list]".to_owned() }]);
    let text = fixture.operators("/readyz").await.text();
    assert_eq!(text, "not ready: still waiting for ProxyConfigs (the API server refuses them)\n");
    fixture.see([Observation::Synced { kind: Kind::ProxyConfig }]);
    assert_eq!(fixture.operators("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_watch_that_begins_again_does_not_make_it_unready() {
    let mut fixture = Fixture::ready([]);
    fixture.see([Observation::Refused { kind: Kind::Namespace, rule: String::new() }]);
    assert_eq!(fixture.operators("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn while_it_drains_it_answers_and_is_not_ready() {
    let fixture = Fixture::ready([namespace("foo"), proxy_config("foo", "foo")]);
    fixture.drain.begin();
    assert_eq!(fixture.operators("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(fixture.admission(post(review("foo").to_string())).await.status, StatusCode::OK);
}

#[tokio::test]
async fn metrics_count_decisions_and_tell_the_age_of_what_is_known() {
    let mut fixture = Fixture::ready([namespace("foo"), proxy_config("foo", "foo")]);
    fixture.admission(post(review("foo").to_string())).await;
    fixture.admission(post("{")).await;
    let lost = Connection::Lost { since: NOW.plus(-90), message: String::new() };
    fixture.see([Observation::Connection { state: lost }]);
    let text = fixture.operators("/metrics").await.text();
    for line in [
        r#"signet_admission_requests_total{decision="inject",reason=""} 1"#,
        r#"signet_admission_requests_total{decision="refused",reason="no-review"} 1"#,
        "signet_snapshot_age_seconds 90.0",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn every_metric_is_documented_and_every_documented_one_is_there() {
    let documented: BTreeSet<&str> = include_str!("../../../docs/webhook.md")
        .split('`')
        .filter(|code| code.starts_with("signet_"))
        .filter_map(|code| code.split('{').next())
        .map(|name| name.strip_suffix("_total").unwrap_or(name))
        .collect();
    let text = Fixture::new().operators("/metrics").await.text();
    let shown = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    assert_eq!(shown.collect::<BTreeSet<_>>(), documented);
}
