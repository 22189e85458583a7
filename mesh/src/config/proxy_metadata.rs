//! `proxyMetadata`: a map of strings, read as strictly as Istio's JSON reader is after Go's YAML 1.1.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The `proxyMetadata` of a mesh-style ProxyConfig; `text` is what it was read from.
///
/// `null` is the empty string, everything else that is no string is an error.
pub(super) fn of(config: &Value, text: &str) -> Result<BTreeMap<String, String>, String> {
    let fields = match config {
        Value::Null => return Ok(BTreeMap::new()),
        Value::Object(fields) => fields,
        _ => return Err("it is no mapping of fields".to_owned()),
    };
    match field(fields, "proxyMetadata", "proxy_metadata") {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(values)) => {
            values.iter().map(|(key, value)| Ok((key.clone(), string(key, value, text)?))).collect()
        }
        Some(_) => Err("proxyMetadata is no mapping".to_owned()),
    }
}

/// A field by its JSON name, else by its name in the protobuf file: Istio's JSON reader takes both.
pub(super) fn field<'a>(fields: &'a Map<String, Value>, camel: &str, snake: &str) -> Option<&'a Value> {
    fields.get(camel).or_else(|| fields.get(snake))
}

fn string(key: &str, value: &Value, text: &str) -> Result<String, String> {
    let found = match value {
        Value::Null => return Ok(String::new()),
        Value::String(value) if is_yaml_1_1_literal(value) && stands_plain(text, key, value) => {
            "a boolean or a number of YAML 1.1"
        }
        Value::String(value) => return Ok(value.clone()),
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    };
    Err(format!("proxyMetadata.{key} is {found}, not a string; put it in quotes"))
}

/// Whether Go's YAML 1.1 takes the unquoted `value` for a boolean or a number, where YAML 1.2 sees a
/// string.
fn is_yaml_1_1_literal(value: &str) -> bool {
    const BOOLEANS: [&str; 8] = ["y", "yes", "on", "n", "no", "off", "true", "false"];
    let lower = value.to_ascii_lowercase();
    if BOOLEANS.contains(&lower.as_str()) {
        // Of mixed case only the capitalised form is a boolean: `Yes`, not `yEs`.
        let rest = value.get(1..).unwrap_or_default();
        return value == lower
            || rest == lower.get(1..).unwrap_or_default()
            || value == value.to_ascii_uppercase();
    }
    let digits = lower.replace('_', "");
    let digits = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
    let radix = [("0b", 2), ("0o", 8), ("0x", 16)]
        .into_iter()
        .find_map(|(prefix, radix)| digits.strip_prefix(prefix).map(|digits| (digits, radix)));
    match radix {
        Some((digits, radix)) => u64::from_str_radix(digits, radix).is_ok(),
        None if matches!(digits, ".inf" | ".nan") => true,
        None => digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok(),
    }
}

/// Whether `value` stands without quotes behind the last `key` of `text`. The values that were read no
/// longer tell, and only for the few words of [`is_yaml_1_1_literal`] it matters.
fn stands_plain(text: &str, key: &str, value: &str) -> bool {
    let behind_key = |(start, _): (usize, &str)| {
        let (before, rest) = text.split_at(start);
        let rest = rest.get(key.len()..)?.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
        let is_key = before.chars().next_back().is_none_or(|c| c.is_whitespace() || "{,\"'".contains(c));
        is_key.then_some(rest.strip_prefix(':')?)
    };
    let Some(rest) = text.match_indices(key).filter_map(behind_key).last() else { return false };
    rest.trim_start_matches([' ', '\t'])
        .strip_prefix(value)
        .is_some_and(|end| end.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '}')))
}
