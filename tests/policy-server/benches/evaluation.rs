//! The decision about a pod of 22 kB on wasmtime, beside the same code natively, which asks the same questions; and
//! beside what an example policy of Kubewarden's SDK takes to label that pod. What the webhook takes is printed
//! with it: it has the state of the mesh before it is asked.

#![expect(clippy::expect_used, reason = "what goes wrong here ends the measurement, with its reason")]

use std::collections::HashMap;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use signet_mesh::{Manifests, Policy as Settings, review};
use signet_policy::host::{Host, HostError};
use signet_policy::operation;
use signet_policy_server::Policy;
use signet_policy_server::interleaved::measure;
use signet_policy_server::policy_server::Objects;

/// A review as a kube-apiserver sends it.
const CREATE_POD: &[u8] = include_bytes!("../../fixtures/admission/create-pod.json");
/// A mesh whose signer `foo` has a root, and an istiod.
const MESH: &str = include_str!("../../../mesh/tests/fixtures/pods/agent-roots/mesh.yaml");
/// The signer of the pod's namespace, and what cert-manager says of it.
const SIGNER: &str = "
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: foo}
status: {conditions: [{type: Ready, status: 'True'}]}
---
apiVersion: networking.istio.io/v1beta1
kind: ProxyConfig
metadata: {name: signer, namespace: foo, creationTimestamp: 2026-11-01T08:00:00Z}
spec: {environmentVariables: {ISTIO_META_CERT_SIGNER: foo}}
";

/// What answers a question of a policy, by operation and payload.
type Answers = Arc<dyn Fn(&str, &[u8]) -> Result<Vec<u8>, String> + Send + Sync>;

fn main() -> ExitCode {
    let [policy, example] = ["SIGNET_POLICY", "SIGNET_EXAMPLE_POLICY"].map(|name| {
        std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run `make bench-policy`"))
    });
    let (policy, example) = (Policy::load(&policy), Policy::load(&example));

    let manifests = format!("{MESH}\n---{SIGNER}");
    let mut mesh = Manifests::default();
    mesh.read("mesh", manifests.as_bytes());
    let state = mesh.state(Settings::default());
    let answers = answers(&manifests);
    let review_in: Value = serde_json::from_slice(CREATE_POD).expect("JSON");
    let payload = json!({"request": review_in["request"], "settings": {}}).to_string();
    let payload = payload.as_bytes();

    let instance = |policy: &Policy| {
        let answers = Arc::clone(&answers);
        policy.instance(move |operation, payload| answers(operation, payload))
    };
    let (warm, example) = (instance(&policy), instance(&example));
    let decide = |instance: &wapc::WapcHost| instance.call("validate", payload).expect("an answer");
    check(&decide(&warm), &["spec", "containers"]);
    check(&decide(&example), &["metadata", "labels", "example"]);

    let native = Native(Arc::clone(&answers));
    let natively = || drop(black_box(operation::run(b"validate", payload, &native).expect("an answer")));
    let by_webhook = || drop(black_box(review(black_box(CREATE_POD), &state).expect("an answer")));
    let ratios = [
        measure("policy-warm", ("decisions", 1), 5.0, || drop(black_box(decide(&warm))), natively),
        measure(
            "policy-fresh",
            ("decisions", 1),
            6.0,
            || drop(black_box(decide(&instance(&policy)))),
            natively,
        ),
        measure(
            "policy-beside-webhook",
            ("decisions", 1),
            15.0,
            || drop(black_box(decide(&warm))),
            by_webhook,
        ),
        measure(
            "policy-beside-example",
            ("evaluations", 1),
            1.0,
            || drop(black_box(decide(&warm))),
            || drop(black_box(decide(&example))),
        ),
    ];
    let met = ratios.iter().filter(|ratio| ratio.report()).count();
    if met == ratios.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A host that knows each answer after the first time: what is measured is the policy.
fn answers(manifests: &str) -> Answers {
    let documents = signet_certs::yaml::documents(manifests).into_iter();
    let objects = Objects(documents.map(|document| document.expect("YAML")).collect());
    let known = Mutex::new(HashMap::<Vec<u8>, Vec<u8>>::new());
    Arc::new(move |operation, payload| {
        let mut known = known.lock().expect("nobody panics here");
        if let Some(answer) = known.get(payload) {
            return Ok(answer.clone());
        }
        let answer = objects.call("kubewarden", "kubernetes", operation, payload)?;
        known.insert(payload.to_owned(), answer.clone());
        Ok(answer)
    })
}

/// The host of the same code outside of WebAssembly.
struct Native(Answers);

impl Host for Native {
    fn call(&self, _: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, HostError> {
        (self.0)(operation, payload).map_err(HostError::Refused)
    }
}

/// A policy that changes nothing would be fast.
fn check(answer: &[u8], path: &[&str]) {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    let changed = path.iter().fold(&answer["mutated_object"], |value, name| &value[*name]);
    assert!(!changed.is_null(), "the pod is changed: {answer}");
}
