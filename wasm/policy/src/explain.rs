//! The decision about pods that stand in manifests, and why, for the page: `signet explain` in a browser.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signet_mesh::objects::Pod;
use signet_mesh::patch::Patch;
use signet_mesh::report::Explanations;
use signet_mesh::{Manifests, advice};

use crate::patched::Patched;
use crate::settings;

#[derive(Deserialize)]
struct Asked {
    /// YAML or JSON: the mesh ConfigMap, istiod's Deployment, ProxyConfigs, things with pods.
    manifests: String,
    #[serde(default)]
    settings: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Admission {
    /// What `signet explain --patch -o json` prints.
    explanations: Explanations,
    /// What each patch changes, in the order of the explanations.
    changes: Vec<Vec<Change>>,
    /// What is wrong with ProxyConfigs.
    advice: Vec<Advised>,
    /// What could not be read.
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Advised {
    object: String,
    warnings: Vec<String>,
}

/// One change to a pod.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Change {
    /// The field, with the names of list elements: `spec.containers[istio-proxy].env`.
    at: String,
    /// What was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Value>,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Value>,
}

pub(crate) fn explain(payload: &[u8]) -> Result<Admission, String> {
    let text = str::from_utf8(payload).map_err(|error| error.to_string())?;
    let asked: Asked = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let (_, policy) = settings::read(&asked.settings.to_string())?;
    let mut manifests = Manifests::default();
    manifests.read("input", asked.manifests.as_bytes());
    let state = manifests.state(policy);
    let explanations = Explanations::of_manifests(&manifests, &state, true);
    let patches = explanations.items.iter().map(|item| item.decision.patch.as_ref());
    let changes = manifests.pods.iter().zip(patches).map(|(pod, patch)| changes(pod, patch));
    let advised = manifests.proxy_configs.iter().map(|proxy_config| Advised {
        object: proxy_config.metadata.object_name().to_string(),
        warnings: advice(proxy_config, &state),
    });
    Ok(Admission {
        changes: changes.collect(),
        advice: advised.filter(|advised| !advised.warnings.is_empty()).collect(),
        problems: manifests.problems.iter().map(ToString::to_string).collect(),
        explanations,
    })
}

/// What `patch` changes in `pod`, one operation after the other.
fn changes(pod: &Pod, patch: Option<&Patch>) -> Vec<Change> {
    let mut pod = serde_json::to_value(pod).unwrap_or_default();
    let mut changes = Vec::new();
    for operation in patch.iter().flat_map(|patch| &patch.0) {
        let pointer = operation.path().to_string();
        let removed = pod.pointer(&pointer).cloned();
        let at = place(&pod, &pointer);
        let mut patched = Patched::New(pod);
        if patched.apply(operation.clone()).is_none() {
            break;
        }
        pod = serde_json::to_value(&patched).unwrap_or_default();
        let added = match pointer.strip_suffix("/-") {
            Some(list) => pod.pointer(list).and_then(|list| list.as_array()?.last()).cloned(),
            // What moved up to the place of what was removed is no change.
            None if matches!(operation, json_patch::PatchOperation::Remove(_)) => None,
            None => pod.pointer(&pointer).cloned(),
        };
        changes.push(Change { at, removed, added });
    }
    changes
}

/// A path as people write it.
fn place(pod: &Value, path: &str) -> String {
    let mut place = String::new();
    let mut at = Some(pod);
    for token in path.split('/').skip(1).filter(|token| *token != "-") {
        let is_list = at.is_some_and(Value::is_array);
        at = at.and_then(|value| value.pointer(&format!("/{token}")));
        if is_list {
            let name = at.and_then(|element| element["name"].as_str()).unwrap_or(token);
            place.extend(["[", name, "]"]);
        } else {
            let dot = if place.is_empty() { "" } else { "." };
            place.extend([dot, token]);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Change, changes};

    #[test]
    fn each_operation_is_a_change_at_a_place_with_names() {
        let env = json!([{"name": "S", "value": "a"}, {"name": "S", "value": "b"}]);
        let pod = json!({"spec": {"containers": [{"name": "istio-proxy", "env": env}]}});
        let patch = json!([
            {"op": "replace", "path": "/spec/containers/0/env/1/value", "value": "c"},
            {"op": "remove", "path": "/spec/containers/0/env/0"},
            {"op": "add", "path": "/spec/containers/0/env/-", "value": {"name": "T"}},
            {"op": "add", "path": "/spec/volumes", "value": []},
        ]);
        let pod = serde_json::from_value(pod).expect("a pod");
        let patch = serde_json::from_value(patch).expect("a patch");
        let change = |at: &str, removed, added| Change { at: at.to_owned(), removed, added };
        let expected = [
            change("spec.containers[istio-proxy].env[S].value", Some(json!("b")), Some(json!("c"))),
            change("spec.containers[istio-proxy].env[S]", Some(json!({"name": "S", "value": "a"})), None),
            change("spec.containers[istio-proxy].env", None, Some(json!({"name": "T"}))),
            change("spec.volumes", None, Some(json!([]))),
        ];
        assert_eq!(changes(&pod, Some(&patch)), expected);
    }
}
