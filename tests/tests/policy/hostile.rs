//! Hosts that fail, and requests that mean harm.

use std::rc::Rc;

use serde_json::{Value, json};
use signet_policy::host::LONGEST_ANSWER;
use signet_tests::wapc::HostCall;

use crate::policy::{POLICY, validate_on};
use crate::requests;

/// The bound that the module is built with.
const MOST_MEMORY: usize = 128 * 1024 * 1024;

fn always(answer: &Result<Vec<u8>, String>) -> HostCall {
    let answer = answer.clone();
    Rc::new(move |_, _, _, _| answer.clone())
}

fn request() -> Value {
    requests::body(&json!({}))["request"].clone()
}

/// A list of so many ProxyConfigs.
fn proxy_configs(count: usize) -> Vec<u8> {
    let item =
        r#"{"metadata":{"name":"signer","namespace":"foo"},"spec":{"environmentVariables":{"A":"b"}}}"#;
    format!(r#"{{"items":[{}]}}"#, vec![item; count].join(",")).into_bytes()
}

#[test]
fn a_host_that_does_not_answer_is_named_and_the_settings_decide() {
    let refusals = [
        Err("the server rejected our request: forbidden".to_owned()),
        Err("deadline has elapsed".to_owned()),
        Err(format!("two\nlines and {}", "x".repeat(10_000))),
        Err(String::new()),
        Ok(Vec::new()),
        Ok(b"s3cr3t rubbish".to_vec()),
        Ok(b"\xff\xfe".to_vec()),
        Ok(b"[]".to_vec()),
        Ok(br#"{"items": "s3cr3t"}"#.to_vec()),
        Ok(br#"{"items": [{"metadata": {"labels": "s3cr3t"}}]}"#.to_vec()),
        Ok("[".repeat(100_000).into_bytes()),
        // A million objects.
        Ok(proxy_configs(1_000_000)),
        Err("x".repeat(100 << 20)),
    ];
    for refusal in refusals {
        let host = always(&refusal);
        let ignored = validate_on(&request(), &json!({}), &host).expect("an answer");
        assert_eq!((&ignored["accepted"], &ignored["mutated_object"]), (&json!(true), &Value::Null));
        check_message(ignored["warnings"][0].as_str().expect("a warning"));
        assert_eq!(ignored["audit_annotations"], json!({"decision": "skip", "reason": "mesh-unknown"}));

        let refused = validate_on(&request(), &json!({"failurePolicy": "Fail"}), &host).expect("an answer");
        assert_eq!((&refused["accepted"], &refused["code"]), (&json!(false), &json!(403)));
        check_message(refused["message"].as_str().expect("a message"));
    }
}

#[track_caller]
fn check_message(message: &str) {
    assert!(
        message.contains("kubernetes/list_resources_by_namespace of Deployment istio-system"),
        "{message}"
    );
    assert!(message.len() <= 250, "{} bytes: {message}", message.len());
    assert!(!message.contains("s3cr3t") && !message.contains(char::is_control), "{message}");
}

#[test]
fn a_mesh_config_that_cannot_be_read_is_named() {
    let config_map = json!({"kind": "ConfigMap", "metadata": {"name": "istio", "namespace": "istio-system"}, "data": {"mesh": "- s3cr3t"}});
    let host = crate::policy::host(signet_tests::policy_server::Objects(vec![config_map])).0;
    let answer = validate_on(&request(), &json!({}), &host).expect("an answer");
    let warning = answer["warnings"][0].as_str().expect("a warning");
    assert!(warning.contains("istio-system/istio") && !warning.contains("s3cr3t"), "{warning}");
}

#[test]
fn as_many_objects_as_are_read_fit_into_its_memory() {
    // Just below the bound of one answer.
    let many = proxy_configs(42_000);
    assert!(many.len() < LONGEST_ANSWER && many.len() > LONGEST_ANSWER / 100 * 90, "{} bytes", many.len());
    let host: HostCall = Rc::new(move |_, _, _, payload| {
        let query: Value = serde_json::from_slice(payload).expect("a query");
        let is_asked = query["kind"] == "ProxyConfig" && query["namespace"] == "foo";
        Ok(if is_asked { many.clone() } else { br#"{"items":[]}"#.to_vec() })
    });
    let payload = json!({"request": request(), "settings": {}}).to_string();
    let outcome = POLICY.call("validate", payload.as_bytes(), &host);
    let response = outcome.result.expect("an answer");
    assert!(
        String::from_utf8_lossy(&response).contains("no-signer"),
        "{}",
        String::from_utf8_lossy(&response)
    );
    assert!(outcome.memory < MOST_MEMORY, "{} bytes", outcome.memory);
}

#[test]
fn a_payload_that_is_none_is_an_error_without_its_text() {
    let host = always(&Ok(Vec::new()));
    let deep = "[".repeat(100_000);
    for payload in
        ["", "7", "s3cr3t", "{}", r#"{"request": "s3cr3t"}"#, r#"{"request": {"uid": ["s3cr3t"]}}"#, &deep]
    {
        let error = POLICY.call("validate", payload.as_bytes(), &host).result.expect_err(payload);
        assert!(!error.contains("s3cr3t") && !error.contains("ended"), "{error}");
    }
    let settings = json!({"request": request(), "settings": {"conflcit": "deny"}}).to_string();
    let error = POLICY.call("validate", settings.as_bytes(), &host).result.expect_err("settings");
    assert!(error.contains("conflcit"), "{error}");
}

#[test]
fn what_is_too_large_is_refused_before_memory_is_taken_for_it() {
    let host = always(&Ok(Vec::new()));
    let outcome = POLICY.call("validate", &vec![b' '; 17 << 20], &host);
    assert_eq!(outcome.result, Err("the request is larger than 16 MiB".to_owned()));
    assert!(outcome.memory < 4 << 20, "{} bytes", outcome.memory);
    let outcome = POLICY.call(&"x".repeat(100), b"", &host);
    assert_eq!(outcome.result, Err("the operation's name is longer than 64 bytes".to_owned()));
}

#[test]
fn a_large_pod_is_judged_within_its_memory() {
    let mut request = request();
    request["object"]["metadata"]["annotations"] = json!({"filler": "x".repeat(6 << 20)});
    let proxy_config = json!({
        "kind": "ProxyConfig", "metadata": {"name": "signer", "namespace": "foo"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "foo"}},
    });
    let host = crate::policy::host(signet_tests::policy_server::Objects(vec![proxy_config])).0;
    let payload = json!({"request": request, "settings": {}}).to_string();
    let outcome = POLICY.call("validate", payload.as_bytes(), &host);
    let response: Value = serde_json::from_slice(&outcome.result.expect("an answer")).expect("JSON");
    assert_eq!(response["mutated_object"]["spec"]["containers"][0]["env"][0]["value"], "foo");
    assert!(outcome.memory < MOST_MEMORY, "{} bytes", outcome.memory);
}

#[test]
fn a_pod_that_needs_more_memory_than_there_is_ends_its_instance_alone() {
    let mut request = request();
    request["object"]["spec"]["containers"] = json!(["MORE"]);
    let payload = json!({"request": request, "settings": {}}).to_string();
    let payload = payload.replace(r#""MORE""#, &vec!["{}"; 5_000_000].join(","));
    let host = always(&Err("nobody answers".to_owned()));
    let outcome = POLICY.call("validate", payload.as_bytes(), &host);
    let error = outcome.result.expect_err("more than 128 MiB");
    assert!(error.starts_with("the guest was ended"), "{error}");
    assert!(outcome.memory <= MOST_MEMORY, "{} bytes", outcome.memory);
    validate_on(&self::request(), &json!({}), &host).expect("the next request is answered");
}
