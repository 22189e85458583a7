//! `proxyMetadata`: a map of strings, read as strictly as Istio's JSON reader is after Go's YAML 1.1.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The `proxyMetadata` of a mesh-style ProxyConfig.
///
/// `null` is the empty string, everything else that is no string is an error.
pub(super) fn of(config: &Value) -> Result<BTreeMap<String, String>, String> {
    let fields = match config {
        Value::Null => return Ok(BTreeMap::new()),
        Value::Object(fields) => fields,
        _ => return Err("it is no mapping of fields".to_owned()),
    };
    match field(fields, "proxyMetadata", "proxy_metadata") {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(values)) => {
            values.iter().map(|(key, value)| Ok((key.clone(), string(key, value)?))).collect()
        }
        Some(_) => Err("proxyMetadata is no mapping".to_owned()),
    }
}

/// A field by its JSON name, else by its name in the protobuf file: Istio's JSON reader takes both.
pub(super) fn field<'a>(fields: &'a Map<String, Value>, camel: &str, snake: &str) -> Option<&'a Value> {
    fields.get(camel).or_else(|| fields.get(snake))
}

fn string(key: &str, value: &Value) -> Result<String, String> {
    let found = match value {
        Value::Null => return Ok(String::new()),
        Value::String(value) => return Ok(value.clone()),
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    };
    Err(format!("proxyMetadata.{key} is {found}, not a string; put it in quotes"))
}
