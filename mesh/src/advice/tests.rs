//! What the author of a ProxyConfig is told, and what not.

use std::sync::Arc;

use serde_json::{Value, json};

use super::advice;
use crate::config::{CaCertificate, ControlPlane, MeshConfig};
use crate::objects::ProxyConfig;
use crate::review::State;
use crate::{Signers, names};

fn read(name: &str, fields: &Value) -> ProxyConfig {
    let mut object = json!({"metadata": {"name": name, "namespace": "foo"}, "spec": {}});
    json_patch::merge(&mut object, fields);
    serde_json::from_value(object).expect("a ProxyConfig")
}

/// A mesh in which everything is ready for the signer `foo`, but for its root.
fn state(beside: &[ProxyConfig]) -> State {
    let entry = CaCertificate { cert_signers: vec!["d/foo".to_owned()], ..CaCertificate::default() };
    let mesh = MeshConfig { ca_certificates: vec![entry], ..MeshConfig::default() };
    let control_plane = ControlPlane {
        revision: "default".to_owned(),
        kubernetes_signers: true,
        cert_signer_domain: Some("d".to_owned()),
        ..ControlPlane::default()
    };
    State {
        signers: Arc::new(Signers::new(&mesh, control_plane, None)),
        mesh: Arc::new(mesh),
        proxy_configs: [("foo".to_owned(), Arc::from(beside))].into(),
        ..State::default()
    }
}

fn about(fields: &Value) -> Vec<String> {
    advice(&read("own", fields), &state(&[]))
}

fn variables(values: &Value) -> Vec<String> {
    about(&json!({"spec": {"environmentVariables": values}}))
}

/// The one advice, which begins with its remedy and keeps to kubectl's length.
#[track_caller]
fn only(advice: &[String]) -> &str {
    let [advice] = advice else { panic!("not one advice: {advice:?}") };
    assert!(advice.len() <= 250, "{} bytes: {advice}", advice.len());
    assert!(!advice.contains(char::is_control), "{advice:?}");
    advice
}

#[test]
fn what_does_as_it_says_is_left_in_peace() {
    let labels = json!({"matchLabels": {"app": "web"}});
    let plain = json!({"A": "b", "WITH_TAB": "a\tb", "EMPTY": "", "TEXT": "it's {{x}} # y: z ✓"});
    for fields in [json!({}), json!({"selector": null}), json!({"selector": labels})] {
        let mut spec = fields;
        spec["environmentVariables"] = plain.clone();
        assert_eq!(about(&json!({"spec": spec})), [] as [&str; 0]);
    }
}

#[test]
fn an_empty_selector_selects_nothing() {
    for selector in [json!({}), json!({"matchLabels": {}})] {
        let advice = about(
            &json!({"spec": {"selector": selector, "environmentVariables": {names::CERT_SIGNER: "nobody"}}}),
        );
        assert!(only(&advice).starts_with("Leave spec.selector out"), "{advice:?}");
    }
}

#[test]
fn a_selector_in_the_root_namespace_reaches_only_it() {
    let selector = json!({"selector": {"matchLabels": {"app": "web"}}});
    let advice = about(&json!({"metadata": {"namespace": "istio-system"}, "spec": selector}));
    assert!(only(&advice).starts_with("Move this ProxyConfig"), "{advice:?}");
    assert_eq!(about(&json!({"metadata": {"namespace": "istio-system"}})), [] as [&str; 0]);
}

#[test]
fn the_oldest_of_a_layer_is_used_alone() {
    let at = |second: &str| json!({"metadata": {"creationTimestamp": format!("2026-11-24T00:00:{second}Z")}});
    let selecting = |labels: &Value| json!({"spec": {"selector": {"matchLabels": labels}}});
    let both = |a: &Value, b: &Value| {
        let mut fields = a.clone();
        json_patch::merge(&mut fields, b);
        fields
    };
    let web = selecting(&json!({"app": "web"}));
    let web_v2 = selecting(&json!({"app": "web", "version": "v2"}));
    for (other, own, loses) in [
        (at("01"), at("02"), true),
        (at("02"), at("01"), false),
        // Of the same second the alphabet decides, and "other" comes before "own".
        (at("01"), at("01"), true),
        // What is being created has no time yet.
        (at("01"), json!({}), true),
        (both(&at("01"), &web), both(&at("02"), &web), true),
        (both(&at("01"), &web), both(&at("02"), &web_v2), true),
        // Some of its pods are left.
        (both(&at("01"), &web_v2), both(&at("02"), &web), false),
        // Another layer.
        (at("01"), both(&at("02"), &web), false),
        (both(&at("01"), &web), at("02"), false),
        (both(&at("01"), &selecting(&json!({}))), both(&at("02"), &web), false),
    ] {
        let advice = advice(&read("own", &own), &state(&[read("other", &other)]));
        assert_eq!(!advice.is_empty(), loses, "{other} against {own}: {advice:?}");
        if loses {
            assert!(only(&advice).starts_with("Add these variables to ProxyConfig other"), "{advice:?}");
        }
    }
    // An update is no rival of what it replaces.
    assert_eq!(advice(&read("own", &at("02")), &state(&[read("own", &at("02"))])), [] as [&str; 0]);
}

#[test]
fn what_istio_renders_as_something_else_is_named_without_its_value() {
    for (value, named) in [
        ("s3cr3t\"", "the double quote"),
        ("s3cr3t\\q", "the backslash"),
        ("s3cr3t\n  - name: EVIL", "the line break"),
        ("s3cr3t\0", "U+0000"),
        ("s3cr3t\r", "U+000D"),
    ] {
        let advice = variables(&json!({"A": value}));
        let advice = only(&advice);
        assert!(
            advice.contains(named) && advice.contains("from A") && !advice.contains("s3cr3t"),
            "{advice}"
        );
    }
    for key in ["A: b", "", "A #", "- A", "A\nB", "ключ", "a\"b"] {
        assert!(only(&variables(&json!({key: "x"}))).starts_with("Rename the variable"), "{key:?}");
    }
}

#[test]
fn what_the_merge_loses_is_named() {
    for value in ["a\u{7f}", "a\u{9f}", "a\u{fffe}"] {
        assert!(only(&variables(&json!({"A": value}))).contains("drops all variables"), "{value:?}");
    }
    assert!(only(&variables(&json!({"<<": "x"}))).starts_with("Rename the variable <<"));
    // A space, after Istio's merge.
    assert_eq!(variables(&json!({"A": "a\u{85}b"})), [] as [&str; 0]);
}

#[test]
fn what_stands_in_the_way_of_the_signer_is_said_as_to_a_pod() {
    let signer = |signer: &str| variables(&json!({names::CERT_SIGNER: signer}));
    assert!(only(&signer("nobody")).starts_with("Add the root of signer nobody"));
    assert!(only(&signer("foo")).starts_with("Correct the pem of signer foo"));
    // Which one this is shows in the pod alone.
    assert_eq!(signer("$(TEAM)"), [] as [&str; 0]);
    assert_eq!(signer(""), [] as [&str; 0]);
}

#[test]
fn the_longest_names_fit() {
    let name = "\u{1f512}".repeat(253);
    let older = read(&name, &json!({}));
    let values = json!({&name: "\u{fffe}", "<<": "\u{fffe}\"", names::CERT_SIGNER: name});
    let own = read(
        "own",
        &json!({"metadata": {"namespace": name}, "spec": {"environmentVariables": values, "selector": {"matchLabels": {"a": "b"}}}}),
    );
    let mut state = state(std::slice::from_ref(&older));
    state.mesh = Arc::new(MeshConfig { root_namespace: name.clone(), ..MeshConfig::default() });
    let found = advice(&own, &state).into_iter().chain(advice(&read("own", &json!({})), &state));
    let found: Vec<String> = found.collect();
    assert!(found.len() >= 6, "{found:?}");
    for advice in found {
        only(&[advice]);
    }
}
