//! The API server's side of admission: it asks about a pod, and applies the patch.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use json_patch::Patch;
use serde_json::{Value, json};
use signet_mesh::review;
use signet_mesh::review::State;

/// What was answered about a pod.
pub(crate) struct Response {
    pub(crate) patch: Option<Patch>,
    pub(crate) warnings: Vec<String>,
}

/// Asks about the creation of `pod`.
pub(crate) fn review_pod(pod: &Value, namespace: &str, state: &State) -> Response {
    let request = json!({
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "operation": "CREATE",
        "namespace": namespace,
        "object": pod,
    });
    let review_in =
        json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request});
    let answer = review(review_in.to_string().as_bytes(), state).expect("an AdmissionReview");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let response = &answer["response"];
    let patch = response["patch"].as_str().map(|encoded| {
        let bytes = STANDARD.decode(encoded).expect("base64");
        serde_json::from_slice(&bytes).expect("a JSON patch")
    });
    let warnings = response["warnings"].as_array().into_iter().flatten();
    Response {
        patch,
        warnings: warnings.map(|warning| warning.as_str().expect("a text").to_owned()).collect(),
    }
}

/// The pod as the API server has it afterwards.
pub(crate) fn apply(pod: &Value, patch: Option<&Patch>) -> Value {
    let mut patched = pod.clone();
    if let Some(patch) = patch {
        json_patch::patch(&mut patched, patch).expect("a patch that applies");
    }
    patched
}
