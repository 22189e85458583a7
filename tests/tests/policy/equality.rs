//! The policy and the webhook's review on the same cluster: same object, same warnings, same denial, same
//! refusal. The cases are those of `mesh`'s own tests, so that one that is added there is run here.

use std::fs;

use base64::Engine as _;
use proptest::prelude::*;
use serde_json::{Value, json};
use signet_certs::yaml;
use signet_mesh::report::Explanations;
use signet_mesh::review::State;
use signet_mesh::{Manifests, review};
use signet_tests::policy_server::Objects;

use crate::policy::{POLICY, host, validate};
use crate::{cases, generated, requests};

/// What both answer, in the same words.
#[derive(Debug, PartialEq)]
struct Answer {
    allowed: bool,
    denial: Value,
    object: Option<Value>,
    warnings: Value,
    audit_annotations: Value,
}

/// The webhook's answer, with its patch carried out as the API server does.
fn by_review(review_in: &Value, state: &State) -> Result<Answer, String> {
    let answer = review(review_in.to_string().as_bytes(), state);
    let answer = answer.map_err(|refusal| without_place(&refusal.to_string()))?;
    let mut answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let response = &mut answer["response"];
    let object = response["patch"].as_str().map(|encoded| {
        let patch = base64::engine::general_purpose::STANDARD.decode(encoded).expect("base64");
        let patch: json_patch::Patch = serde_json::from_slice(&patch).expect("a patch");
        let mut object = review_in["request"]["object"].clone();
        json_patch::patch(&mut object, &patch).expect("a patch that applies");
        object
    });
    let warnings = response["warnings"].take();
    Ok(Answer {
        allowed: response["allowed"] == true,
        denial: json!([response["status"]["message"], response["status"]["code"]]),
        object,
        warnings: if warnings.is_null() { json!([]) } else { warnings },
        audit_annotations: response["auditAnnotations"].take(),
    })
}

/// The policy's answer.
fn by_policy(review_in: &Value, settings: &Value, objects: &Objects) -> Result<Answer, String> {
    let validity = validate(&review_in["request"], settings, objects);
    let mut validity = validity.map_err(|message| without_place(&message))?;
    Ok(Answer {
        allowed: validity["accepted"] == true,
        denial: json!([validity["message"], validity["code"]]),
        object: Some(validity["mutated_object"].take()).filter(|object| !object.is_null()),
        warnings: validity["warnings"].take(),
        audit_annotations: validity["audit_annotations"].take(),
    })
}

/// A refusal without its column, which counts from the beginning of the review or of the request.
fn without_place(refusal: &str) -> String {
    refusal.split(" column ").next().unwrap_or_default().to_owned()
}

/// The objects of manifests, as a cluster has them.
fn objects_of(text: &str) -> Vec<Value> {
    yaml::documents(text).into_iter().map(|document| document.expect("YAML")).collect()
}

/// The mesh of the generated cases.
fn mesh() -> Vec<Value> {
    objects_of(include_str!("../../../mesh/tests/fixtures/pods/agent-roots/mesh.yaml"))
}

#[test]
fn every_golden_case_is_decided_alike() {
    let mut changed = 0;
    for case in cases::cases() {
        let (pod, state) = cases::read(&case);
        let files = cases::files(&case).map(|file| fs::read_to_string(file).expect("a file of the case"));
        let objects = Objects(files.iter().flat_map(|text| objects_of(text)).collect());
        let namespace = pod["metadata"]["namespace"].clone();
        let review_in = requests::body(&json!({"object": pod, "namespace": namespace}));
        let settings = serde_json::to_value(cases::policy(&case)).expect("settings");
        let answer = by_policy(&review_in, &settings, &objects);
        assert_eq!(answer, by_review(&review_in, &state), "{}", case.display());
        changed += usize::from(answer.is_ok_and(|answer| answer.object.is_some()));
    }
    assert!(changed > 10, "only {changed} pods were changed, so this test reads the cases wrongly");
}

#[test]
fn every_golden_case_is_explained_alike() {
    let (nobody, _) = host(Objects::default());
    for case in cases::cases() {
        let files = cases::files(&case).into_iter().chain([case.join("pod.yaml")]);
        let texts: Vec<_> = files.map(|file| fs::read_to_string(file).expect("a file of the case")).collect();
        let text = texts.join("\n---\n");
        let policy = cases::policy(&case);
        let payload = json!({"manifests": text, "settings": policy}).to_string();
        let answer = POLICY.call("explain", payload.as_bytes(), &nobody).result.expect("an answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let mut manifests = Manifests::default();
        manifests.read("input", text.as_bytes());
        let natively = Explanations::of_manifests(&manifests, &manifests.state(policy), true);
        assert_eq!(
            answer["explanations"],
            serde_json::to_value(&natively).expect("JSON"),
            "{}",
            case.display()
        );
        let patch = &natively.items[0].decision.patch;
        let operations = patch.as_ref().map_or(0, |patch| patch.0.len());
        assert_eq!(answer["changes"][0].as_array().map(Vec::len), Some(operations), "{}", case.display());
    }
}

#[test]
fn every_request_of_another_kind_is_answered_alike() {
    let deny = json!({"conflict": "deny"});
    let cluster = json!({
        "kind": "ProxyConfig", "metadata": {"name": "signer", "namespace": "foo"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "foo"}},
    });
    let objects = Objects(mesh().into_iter().chain([cluster.clone()]).collect());
    let cluster = generated::Cluster {
        objects: vec![cluster],
        policy: serde_json::from_value(deny.clone()).expect("a policy"),
    };
    let passed_over = requests::passed_over().into_iter().map(|(fields, _)| fields);
    let proxy_configs = [
        json!({}),
        json!({"operation": "UPDATE"}),
        json!({"object": {"spec": {"selector": null, "environmentVariables": {"ISTIO_META_CERT_SIGNER": "nobody"}}}}),
        json!({"object": {"spec": {"selector": {"matchLabels": {"a": "b"}}, "environmentVariables": {"A": "b\"", "<<": ""}}}}),
    ];
    let all = [json!({}), json!({"dryRun": true}), requests::with_its_own_signer()]
        .into_iter()
        .chain(passed_over)
        .chain(requests::with_a_wrong_type())
        .chain(requests::malformed())
        .chain(proxy_configs.iter().map(requests::proxy_config));
    let mut refused = 0;
    for fields in all {
        let review_in = requests::body(&fields);
        let answer = by_policy(&review_in, &deny, &objects);
        assert_eq!(answer, by_review(&review_in, &cluster.state()), "{fields}");
        refused += usize::from(answer.is_err());
    }
    assert_eq!(refused, requests::malformed().len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_generated_pod_is_decided_alike(pod in generated::pod(), cluster in generated::cluster()) {
        let objects = Objects(mesh().into_iter().chain(cluster.objects.clone()).collect());
        let settings = serde_json::to_value(&cluster.policy).expect("settings");
        let review_in = requests::body(&json!({"object": pod}));
        let answer = by_policy(&review_in, &settings, &objects);
        prop_assert_eq!(answer, by_review(&review_in, &cluster.state()));
    }
}
