//! `POST /mutate`: every request gets a well-formed answer, or a 4xx that says why.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use serde_json::{Value, json};
use signet_mesh::Observation;
use signet_mesh::observation::Connection;

use crate::support::{Fixture, NOW, mesh_config, namespace, post, proxy_config, review};

fn foo() -> Fixture {
    Fixture::ready([namespace("foo"), namespace("bar"), proxy_config("foo", "foo")])
}

/// The patch of an answer.
fn patch(answer: &Value) -> Option<Value> {
    let encoded = answer["response"]["patch"].as_str()?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).expect("base64");
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

async fn ask(fixture: &Fixture, namespace: &str) -> Value {
    let answer = fixture.admission(post(review(namespace).to_string())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_pod_gets_the_signer_of_its_namespace() {
    let answer = ask(&foo(), "foo").await;
    assert_eq!(answer["response"]["allowed"], true);
    let patch = patch(&answer).expect("a patch").to_string();
    assert!(patch.contains(r#"{"name":"ISTIO_META_CERT_SIGNER","value":"foo"}"#), "{patch}");
}

#[tokio::test]
async fn a_pod_that_needs_nothing_is_left_as_it_was() {
    let answer = ask(&foo(), "bar").await;
    assert_eq!((&answer["response"]["allowed"], patch(&answer)), (&json!(true), None));
    assert_eq!(answer["response"]["auditAnnotations"]["reason"], "no-signer");
}

#[tokio::test]
async fn a_dry_run_is_answered_as_the_real_one() {
    let fixture = foo();
    let real = ask(&fixture, "foo").await;
    let mut body = review("foo");
    body["request"]["dryRun"] = json!(true);
    assert_eq!(fixture.admission(post(body.to_string())).await.json(), real);
}

#[tokio::test]
async fn the_mesh_config_decides_where_no_proxy_config_does() {
    let mesh = mesh_config("defaultConfig: {proxyMetadata: {ISTIO_META_CERT_SIGNER: mesh}}");
    let fixture = Fixture::ready([namespace("bar"), mesh]);
    let patch = patch(&ask(&fixture, "bar").await).expect("a patch").to_string();
    assert!(patch.contains(r#""value":"mesh""#), "{patch}");
}

#[tokio::test]
async fn a_proxy_config_that_reaches_nothing_is_warned_about() {
    let mut body = review("foo");
    let request = &mut body["request"];
    request["kind"] = json!({"group": "networking.istio.io", "version": "v1beta1", "kind": "ProxyConfig"});
    request["object"] = json!({"metadata": {"name": "mine"}, "spec": {"selector": {}}});
    let request = Request::post("/validate?timeout=5s").header("content-type", "application/json");
    let answer = foo().admission(request.body(Body::from(body.to_string())).expect("a request")).await;
    let response = &answer.json()["response"];
    assert_eq!(response["allowed"], true, "{}", answer.text());
    assert!(response["warnings"][0].as_str().is_some_and(|warning| warning.contains("selects no pod")));
}

#[tokio::test]
async fn what_is_no_review_is_refused_with_the_reason() {
    let fixture = foo();
    for (body, reason) in [
        ("", "the body is no JSON"),
        ("{", "the body is no JSON"),
        ("{}", "expected apiVersion admission.k8s.io/v1"),
        (r#"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}"#, "v1beta1"),
        (r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#, "has no request"),
        (r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":7}"#, "malformed"),
    ] {
        let answer = fixture.admission(post(body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let status = answer.json();
        assert_eq!((&status["kind"], &status["code"]), (&json!("Status"), &json!(400)));
        let message = status["message"].as_str().expect("a message");
        assert!(message.contains(reason), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_pod_with_a_field_of_a_wrong_type_is_allowed_with_a_warning() {
    let mut body = review("foo");
    body["request"]["object"]["spec"]["containers"] = json!("none");
    let answer = foo().admission(post(body.to_string())).await;
    assert_eq!(answer.status, StatusCode::OK);
    let response = &answer.json()["response"];
    assert_eq!(
        (&response["allowed"], response["warnings"].as_array().map(Vec::len)),
        (&json!(true), Some(1))
    );
}

#[tokio::test]
async fn only_json_is_read() {
    let body = review("foo").to_string();
    for (content_type, status) in [
        (Some("application/json; charset=utf-8"), StatusCode::OK),
        (Some("Application/JSON"), StatusCode::OK),
        (Some("application/vnd.kubernetes.protobuf"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (Some("text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (None, StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let mut request = Request::post("/mutate");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let request = request.body(Body::from(body.clone())).expect("a request");
        let answer = foo().admission(request).await;
        assert_eq!(answer.status, status, "{content_type:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_by_its_size() {
    let mut body = review("foo");
    body["request"]["object"]["metadata"]["annotations"] = json!({"filler": "x".repeat(1 << 24)});
    let answer = foo().admission(post(body.to_string())).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.json()["message"].as_str().is_some_and(|message| message.contains("16 MiB")));
}

#[tokio::test]
async fn a_large_pod_below_the_limit_is_judged() {
    let mut body = review("foo");
    body["request"]["object"]["metadata"]["annotations"] = json!({"filler": "x".repeat(6 << 20)});
    let answer = foo().admission(post(body.to_string())).await;
    assert!(patch(&answer.json()).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let body = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = foo().admission(post(body)).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT, "{}", answer.text());
}

#[tokio::test]
async fn a_wrong_method_and_a_wrong_path_are_named() {
    let fixture = foo();
    let get = Request::get("/mutate").body(Body::empty()).expect("a request");
    let answer = fixture.admission(get).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.json()["message"], "/mutate answers POST, not GET");
    let elsewhere = Request::post("/inject").body(Body::empty()).expect("a request");
    let answer = fixture.admission(elsewhere).await;
    assert_eq!(
        (answer.status, answer.json()["message"].as_str()),
        (StatusCode::NOT_FOUND, Some("there is nothing at /inject"))
    );
}

#[tokio::test]
async fn before_the_mesh_is_seen_nothing_is_decided() {
    let answer = Fixture::new().admission(post(review("foo").to_string())).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.json()["message"].as_str().is_some_and(|message| message.starts_with("not ready")));
}

#[tokio::test]
async fn a_lost_api_server_stops_no_admission() {
    let mut fixture = foo();
    let lost = Connection::Lost { since: NOW.plus(-3600), message: "connection refused".to_owned() };
    fixture.see([Observation::Connection { state: lost }]);
    assert!(patch(&ask(&fixture, "foo").await).is_some(), "it goes on with what is known");
    // An old snapshot adds, and never overrules.
    let mut body = review("foo");
    body["request"]["object"]["spec"]["containers"][1]["env"] =
        json!([{"name": "ISTIO_META_CERT_SIGNER", "value": "other"}]);
    let answer = fixture.admission(post(body.to_string())).await.json();
    let patch = patch(&answer).map(|patch| patch.to_string()).unwrap_or_default();
    assert!(!patch.contains("ISTIO_META_CERT_SIGNER"), "{patch}");
}

#[tokio::test(start_paused = true)]
async fn a_pod_waits_for_a_namespace_that_is_just_being_seen() {
    let mut fixture = Fixture::ready([namespace("bar")]);
    let webhook = fixture.webhook.clone();
    let pending = tokio::spawn(async move {
        let request = post(review("foo").to_string());
        let response = tower::ServiceExt::oneshot(signet_webhook::router(webhook), request).await;
        let body = response.expect("an answer").into_body();
        http_body_util::BodyExt::collect(body).await.expect("a body").to_bytes()
    });
    tokio::task::yield_now().await;
    let seen = [proxy_config("foo", "foo"), namespace("foo")];
    fixture.see(seen.map(|object| Observation::Put { object }));
    let answer: Value = serde_json::from_slice(&pending.await.expect("an answer")).expect("JSON");
    assert!(patch(&answer).is_some(), "{answer}");
}
