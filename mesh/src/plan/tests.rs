//! Whose value wins, and what is said about it. What a plan looks like is in the golden cases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Conflict, Plan, Policy, plan};
use crate::objects::Pod;
use crate::resolve::{Layer, Provenance, Resolved, Variable};
use crate::{Signers, names};

const STATUS: &str = r#"{"initContainers":["istio-proxy"],"containers":null}"#;

/// Everything that configures the signer `foo`.
fn configured() -> Resolved {
    let effective = Provenance { value: "foo".to_owned(), layer: Layer::Namespace, object: None };
    let environment = [(names::CERT_SIGNER.to_owned(), Variable { effective, overrode: Vec::new() })].into();
    Resolved { environment, ..Resolved::default() }
}

fn pod(env: &Value, annotations: &[(&str, &str)]) -> Pod {
    let annotations: BTreeMap<_, _> = annotations.iter().copied().collect();
    let proxy = json!({"name": "istio-proxy", "image": "proxyv2", "restartPolicy": "Always", "env": env});
    let pod = json!({"metadata": {"namespace": "foo", "annotations": annotations}, "spec": {"initContainers": [proxy]}});
    serde_json::from_value(pod).expect("a pod")
}

/// The pod's own signer `bar`, before Istio has been here.
fn own() -> Pod {
    pod(&json!([{"name": names::CERT_SIGNER, "value": "bar"}]), &[])
}

/// What is done to the environment, and the first word of each warning.
fn decide(pod: &Pod, resolved: &Resolved, conflict: Conflict) -> (Value, Vec<String>) {
    let (patch, warnings) =
        match plan(pod, resolved, &Policy { conflict, ..Policy::default() }, &Signers::default()) {
            Plan::Inject { patch, warnings } => (serde_json::to_value(patch).expect("JSON"), warnings),
            Plan::NothingToDo { warnings } => (json!([]), warnings),
            other => panic!("{other:?}"),
        };
    (patch, warnings)
}

fn replaced() -> Value {
    json!([{"op": "replace", "path": "/spec/initContainers/0/env/0/value", "value": "foo"}])
}

#[test]
fn override_replaces_the_pods_own_value_and_says_so() {
    let (patch, warnings) = decide(&own(), &configured(), Conflict::Override);
    assert_eq!(patch, replaced());
    assert!(warnings[0].contains("signer bar was replaced by foo"), "{warnings:?}");
}

#[test]
fn keep_leaves_the_pods_own_value_and_says_so() {
    let (patch, warnings) = decide(&own(), &configured(), Conflict::Keep);
    assert_eq!(patch, json!([]));
    assert!(warnings[0].contains("signer bar is kept"), "{warnings:?}");
}

#[test]
fn deny_refuses_the_pods_own_value() {
    let plan = plan(
        &own(),
        &configured(),
        &Policy { conflict: Conflict::Deny, ..Policy::default() },
        &Signers::default(),
    );
    let Plan::Deny(denial) = plan else { panic!("{plan:?}") };
    assert_eq!(denial.reason, "signer-conflict");
    assert!(denial.message.starts_with("Remove ISTIO_META_CERT_SIGNER"), "{}", denial.message);
}

#[test]
fn what_istio_rendered_is_never_replaced_whatever_the_policy() {
    let rendered =
        pod(&json!([{"name": names::CERT_SIGNER, "value": "bar"}]), &[(names::STATUS_ANNOTATION, STATUS)]);
    for conflict in [Conflict::Override, Conflict::Keep, Conflict::Deny] {
        let (patch, warnings) = decide(&rendered, &configured(), conflict);
        assert_eq!(patch, json!([]));
        assert!(warnings[0].contains("Istio gave it signer bar, but foo is configured"), "{warnings:?}");
    }
}

#[test]
fn a_value_recorded_in_the_overrides_is_the_pods_own() {
    let overrides = |value: &str| {
        json!({"containers": [{"name": "istio-proxy", "env": [{"name": names::CERT_SIGNER, "value": value}]}]})
            .to_string()
    };
    let env = json!([{"name": names::CERT_SIGNER, "value": "bar"}]);
    let recorded = overrides("bar");
    let annotations = [(names::STATUS_ANNOTATION, STATUS), (names::OVERRIDES_ANNOTATION, recorded.as_str())];
    assert_eq!(decide(&pod(&env, &annotations), &configured(), Conflict::Override).0, replaced());
    // Istio has rendered another value since.
    let recorded = overrides("older");
    let annotations = [(names::STATUS_ANNOTATION, STATUS), (names::OVERRIDES_ANNOTATION, recorded.as_str())];
    assert_eq!(decide(&pod(&env, &annotations), &configured(), Conflict::Override).0, json!([]));
}

#[test]
fn a_status_that_does_not_list_the_proxy_makes_its_value_the_pods_own() {
    let env = json!([{"name": names::CERT_SIGNER, "value": "bar"}]);
    for status in [r#"{"containers":["other"]}"#, "not JSON"] {
        let pod = pod(&env, &[(names::STATUS_ANNOTATION, status)]);
        assert_eq!(decide(&pod, &configured(), Conflict::Override).0, replaced());
    }
}

#[test]
fn an_old_snapshot_adds_and_never_replaces_or_denies() {
    let stale = Resolved { stale: true, ..configured() };
    for conflict in [Conflict::Override, Conflict::Keep, Conflict::Deny] {
        let (patch, warnings) = decide(&own(), &stale, conflict);
        assert_eq!(patch, json!([]));
        assert!(warnings[0].contains("too old to replace signer bar by foo"), "{warnings:?}");
    }
    let (patch, _) = decide(&pod(&json!([]), &[]), &stale, Conflict::Override);
    assert_eq!(patch[0]["op"], "add");
}

#[test]
fn an_entry_without_a_value_is_the_empty_signer() {
    let (patch, warnings) =
        decide(&pod(&json!([{"name": names::CERT_SIGNER}]), &[]), &configured(), Conflict::Override);
    assert_eq!(
        patch,
        json!([{
            "op": "replace",
            "path": "/spec/initContainers/0/env/0",
            "value": {"name": names::CERT_SIGNER, "value": "foo"},
        }])
    );
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    let mut empty = configured();
    empty
        .environment
        .entry(names::CERT_SIGNER.to_owned())
        .and_modify(|variable| variable.effective.value.clear());
    let (patch, warnings) =
        decide(&pod(&json!([{"name": names::CERT_SIGNER}]), &[]), &empty, Conflict::Override);
    assert_eq!((patch, warnings), (json!([]), vec![]));
}

#[test]
fn the_last_duplicate_is_replaced_and_the_others_go() {
    let env = json!([
        {"name": names::CERT_SIGNER, "value": "foo"},
        {"name": "A", "value": "a"},
        {"name": names::CERT_SIGNER, "value": "bar"},
    ]);
    let (patch, _) = decide(&pod(&env, &[]), &configured(), Conflict::Override);
    assert_eq!(
        patch,
        json!([
            {"op": "replace", "path": "/spec/initContainers/0/env/2/value", "value": "foo"},
            {"op": "remove", "path": "/spec/initContainers/0/env/0"},
        ])
    );
}

#[test]
fn a_signer_that_only_an_env_from_could_set_is_written_plainly() {
    let mut pod = pod(&json!([]), &[]);
    pod.spec.init_containers[0].env_from =
        serde_json::from_value(json!([{"secretRef": {"name": "x"}}])).expect("a source");
    assert_eq!(decide(&pod, &configured(), Conflict::Keep).0[0]["op"], "add");
}

#[test]
fn settings_are_strict_about_their_keys() {
    assert_eq!(Policy::parse("conflict: keep").expect("settings").conflict, Conflict::Keep);
    assert_eq!(Policy::parse(""), Ok(Policy::default()));
    for (text, named) in
        [("conflcit: keep", "conflcit"), ("conflict: never", "unknown variant"), ("[]", "mapping")]
    {
        let reason = Policy::parse(text).expect_err(text);
        assert!(reason.contains(named), "{text}: {reason}");
    }
}
