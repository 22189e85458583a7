//! Any bytes in; a well-formed answer or a typed refusal out.

#![expect(clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "admission/requests.rs"]
mod requests;

use std::sync::Arc;

use requests::{body, malformed, passed_over, pod, proxy_config, with_a_wrong_type, with_its_own_signer};
use serde_json::{Value, json};
use signet_mesh::config::MeshConfig;
use signet_mesh::objects::ProxyConfig;
use signet_mesh::plan::Conflict;
use signet_mesh::review::{Refusal, Request, STALE_AFTER_SECONDS, State};
use signet_mesh::{Policy, names, review};

/// The namespace `foo` has the signer `foo`.
fn state() -> State {
    let proxy_config = json!({
        "metadata": {"name": "signer", "namespace": "foo"},
        "spec": {"environmentVariables": {names::CERT_SIGNER: "foo"}},
    });
    let proxy_config: ProxyConfig = serde_json::from_value(proxy_config).expect("a ProxyConfig");
    State {
        mesh: Arc::new(MeshConfig::default()),
        proxy_configs: [("foo".to_owned(), Arc::from([proxy_config]))].into(),
        ..State::default()
    }
}

fn ask(fields: &Value, state: &State) -> Value {
    let answer = review(body(fields).to_string().as_bytes(), state).expect("an answer");
    let mut answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(
        (&answer["apiVersion"], &answer["kind"]),
        (&json!("admission.k8s.io/v1"), &json!("AdmissionReview"))
    );
    assert_eq!(answer["response"]["uid"], "u-1");
    answer["response"].take()
}

#[test]
fn a_pod_gets_its_patch() {
    let response = ask(&json!({}), &state());
    assert_eq!((&response["allowed"], &response["patchType"]), (&json!(true), &json!("JSONPatch")));
    // [{"op":"add","path":"/spec/containers/0/env/-","value":{"name":"ISTIO_META_CERT_SIGNER","value":"foo"}}]
    assert_eq!(
        response["patch"],
        "W3sib3AiOiJhZGQiLCJwYXRoIjoiL3NwZWMvY29udGFpbmVycy8wL2Vudi8tIiwidmFsdWUiOnsibmFtZSI6IklTVElPX01FVEFfQ0VSVF9TSUdORVIiLCJ2YWx1ZSI6ImZvbyJ9fV0="
    );
    assert_eq!(response["auditAnnotations"], json!({"decision": "inject"}));
}

#[test]
fn a_dry_run_is_answered_like_any_other_request() {
    assert_eq!(ask(&json!({"dryRun": true}), &state()), ask(&json!({}), &state()));
}

#[test]
fn the_pods_namespace_comes_before_the_requests() {
    let mut object = pod();
    object["metadata"]["namespace"] = "bar".into();
    let response = ask(&json!({"object": object}), &state());
    assert_eq!(response["auditAnnotations"], json!({"decision": "skip", "reason": "no-signer"}));
}

#[test]
fn what_is_none_of_ours_is_allowed_with_the_reason() {
    for (fields, reason) in passed_over() {
        let response = ask(&fields, &state());
        let expected = json!({
            "uid": "u-1", "allowed": true, "auditAnnotations": {"decision": "skip", "reason": reason},
        });
        assert_eq!(response, expected, "{fields}");
    }
}

#[test]
fn a_proxy_config_is_answered_with_advice() {
    for operation in ["CREATE", "UPDATE"] {
        let response = ask(&proxy_config(&json!({"operation": operation})), &state());
        assert_eq!((&response["allowed"], &response["patch"]), (&json!(true), &Value::Null));
        assert_eq!(response["auditAnnotations"], json!({"decision": "nothing-to-do"}));
        let warning = response["warnings"][0].as_str().expect("a warning");
        assert!(warning.starts_with("Leave spec.selector out"), "{warning}");
    }
    // It is in the request's namespace, where an older one is.
    let response = ask(&proxy_config(&json!({"object": {"spec": {"selector": null}}})), &state());
    assert!(response["warnings"].to_string().contains("ProxyConfig signer"), "{response}");
}

#[test]
fn a_request_without_its_review_is_read_alike() {
    for fields in [json!({}), json!({"object": "none"}), proxy_config(&json!({}))] {
        let whole = body(&fields);
        let bare = whole["request"].to_string();
        let mut bare = Request::parse_bare(bare.as_bytes()).expect("a request");
        let answer = bare.take_subject().answer(&state()).into_review(bare.uid());
        assert_eq!(Some(answer), review(whole.to_string().as_bytes(), &state()).ok());
    }
    for (bare, refused) in
        [("", "NotJson"), ("7", "Malformed"), ("{}", "Malformed"), (r#"{"uid": 1}"#, "Malformed")]
    {
        let refusal = Request::parse_bare(bare.as_bytes()).map(|_| ()).expect_err(bare);
        assert!(format!("{refusal:?}").starts_with(refused), "{bare}: {refusal:?}");
    }
}

#[test]
fn only_what_a_state_decides_needs_one() {
    for (fields, needs) in [
        (json!({}), true),
        (proxy_config(&json!({})), true),
        (json!({"object": {"spec": {"containers": [{"name": "app"}]}}}), false),
        (json!({"object": "none"}), false),
        (json!({"operation": "DELETE"}), false),
    ] {
        let body = body(&fields).to_string();
        let subject = Request::parse(body.as_bytes()).expect("a request").take_subject();
        assert_eq!(subject.needs_no_state(), !needs, "{fields}");
        let same =
            subject.answer(&state()).into_review("") == subject.answer(&State::default()).into_review("");
        assert!(needs || same, "{fields}");
    }
}

#[test]
fn a_denial_says_why() {
    let fields = with_its_own_signer();
    let denying = State { policy: Policy { conflict: Conflict::Deny, ..Policy::default() }, ..state() };
    let response = ask(&fields, &denying);
    assert_eq!((&response["allowed"], &response["status"]["code"]), (&json!(false), &json!(403)));
    assert_eq!(response["auditAnnotations"], json!({"decision": "deny", "reason": "signer-conflict"}));
    assert!(response["status"]["message"].as_str().is_some_and(|message| message.starts_with("Remove ")));
    let stale = State { snapshot_age_seconds: STALE_AFTER_SECONDS + 1, ..denying };
    assert_eq!(ask(&fields, &stale)["allowed"], true);
}

#[test]
fn an_object_with_a_wrong_type_is_allowed_with_a_warning() {
    for fields in with_a_wrong_type() {
        let response = ask(&fields, &state());
        assert_eq!(response["allowed"], true);
        assert_eq!(response["auditAnnotations"]["reason"], "not-judged", "{fields}");
        let warning = response["warnings"][0].as_str().expect("a warning");
        assert!(warning.starts_with("Check the ") && !warning.contains("s3cr3t"), "{warning}");
    }
}

#[test]
fn a_body_that_is_no_review_is_refused_with_its_type() {
    let refusal = |body: &[u8]| review(body, &state()).expect_err("a refusal");
    for text in ["", "{", "nonsense", "{\"apiVersion\": \"admission"] {
        assert!(matches!(refusal(text.as_bytes()), Refusal::NotJson { .. }), "{text}");
    }
    assert!(matches!(refusal(b"\xff\xfe"), Refusal::NotJson { .. }));
    for text in ["{}", r#"{"apiVersion": "v1", "kind": "Pod"}"#] {
        assert!(matches!(refusal(text.as_bytes()), Refusal::NotAReview { .. }), "{text}");
    }
    let old = json!({"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview"});
    let refused = refusal(old.to_string().as_bytes()).to_string();
    assert!(refused.ends_with("got apiVersion admission.k8s.io/v1beta1, kind AdmissionReview"), "{refused}");
    let empty = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": null});
    assert_eq!(refusal(empty.to_string().as_bytes()), Refusal::NoRequest);
    for wrong in malformed() {
        let refused = refusal(body(&wrong).to_string().as_bytes());
        assert!(matches!(refused, Refusal::Malformed { .. }), "{wrong}: {refused:?}");
    }
    assert!(matches!(refusal(b"[1]"), Refusal::Malformed { .. }));
}

#[test]
fn escapes_in_the_request_are_read() {
    let text = body(&json!({})).to_string().replace("\"CREATE\"", "\"\\u0043REATE\"");
    let answer = review(text.as_bytes(), &state()).expect("an answer");
    assert!(String::from_utf8_lossy(&answer).contains("JSONPatch"));
}

#[test]
fn deep_nesting_is_no_panic() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(review(deep.as_bytes(), &state()).is_err());
    let text =
        body(&json!({"object": "HERE"})).to_string().replace("\"HERE\"", &format!("{{\"spec\": {deep}}}"));
    if let Ok(answer) = review(text.as_bytes(), &state()) {
        assert!(String::from_utf8_lossy(&answer).contains("not-judged"));
    }
}
