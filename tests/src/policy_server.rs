//! The Kubernetes capabilities of a policy server, answered from objects in memory.

use serde_json::{Value, json};

/// What a cluster with Istio serves. Of other kinds it serves those of which there is an object.
const SERVED: [&str; 4] = ["ConfigMap", "Deployment", "Namespace", "ProxyConfig"];

/// Objects that are asked about, each with its `kind`; one without an `apiVersion` is of any.
#[derive(Clone, Debug, Default)]
pub struct Objects(pub Vec<Value>);

impl Objects {
    /// Answers one call of a policy.
    ///
    /// # Errors
    ///
    /// For what a policy server refuses: another capability, a kind or an object that is not there.
    pub fn call(
        &self,
        binding: &str,
        namespace: &str,
        operation: &str,
        payload: &[u8],
    ) -> Result<Vec<u8>, String> {
        if (binding, namespace) != ("kubewarden", "kubernetes") {
            return Err(format!("there is no capability {binding}/{namespace}/{operation}"));
        }
        let query: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let is_served =
            |kind: &str| SERVED.contains(&kind) || self.0.iter().any(|object| is_of_kind(object, &query));
        if !query["kind"].as_str().is_some_and(is_served) {
            return Err(format!("{} {} is not served", query["api_version"], query["kind"]));
        }
        let mut found = self.0.iter().filter(|object| is_asked_for(object, &query)).cloned();
        let answer = match operation {
            "list_resources_by_namespace" | "list_resources_all" => {
                let items: Vec<Value> = found.map(|object| masked(object, &query)).collect();
                json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": items})
            }
            "get_resource" => {
                let missing = || format!("{} {} is not found", query["kind"], query["name"]);
                masked(found.next().ok_or_else(missing)?, &query)
            }
            other => return Err(format!("there is no operation {other}")),
        };
        Ok(answer.to_string().into_bytes())
    }
}

fn is_of_kind(object: &Value, query: &Value) -> bool {
    let version = &object["apiVersion"];
    object["kind"] == query["kind"] && (version.is_null() || *version == query["api_version"])
}

fn is_asked_for(object: &Value, query: &Value) -> bool {
    let metadata = &object["metadata"];
    let is = |path: &Value, wanted: &Value| wanted.is_null() || path == wanted;
    let selected = |selector: &Value, fields: &Value, prefix: &str| {
        let pairs = selector.as_str().unwrap_or_default().split(',').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().all(|(name, value)| fields[name.trim_start_matches(prefix)] == *value)
    };
    is_of_kind(object, query)
        && is(&metadata["namespace"], &query["namespace"])
        && is(&metadata["name"], &query["name"])
        && selected(&query["label_selector"], &metadata["labels"], "")
        && selected(&query["field_selector"], metadata, "metadata.")
}

/// The object without what the query's `field_masks` leave out.
fn masked(object: Value, query: &Value) -> Value {
    let masks = query["field_masks"].as_array().into_iter().flatten();
    let masks: Vec<Vec<&str>> =
        masks.filter_map(Value::as_str).map(|mask| mask.split('.').collect()).collect();
    if masks.is_empty() { object } else { kept(object, &masks) }
}

fn kept(value: Value, masks: &[Vec<&str>]) -> Value {
    if masks.iter().any(Vec::is_empty) {
        return value;
    }
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter_map(|(name, value)| {
                let below = masks.iter().filter(|mask| mask.first() == Some(&name.as_str()));
                let below: Vec<Vec<&str>> = below.map(|mask| mask[1..].to_vec()).collect();
                (!below.is_empty()).then(|| (name, self::kept(value, &below)))
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.into_iter().map(|item| kept(item, masks)).collect(),
        other => other,
    }
}
