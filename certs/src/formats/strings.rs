//! Certificates in any string of an object whose kind is not known: `caBundle`, `trustBundle`, …

use base64::Engine;
use serde_json::Value;

use super::pem::{self, BASE64};
use super::{ReadError, reading::Reading};
use crate::{Entry, Finding};

/// `-----BEGIN ` in base64.
const BEGIN_IN_BASE64: &str = "LS0tLS1CRUdJTi";

/// Reads every string that is PEM, or base64 of PEM, with the path that leads to it.
pub(super) fn read(
    value: &Value,
    path: &str,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    walk(value, path, &mut |path, text| {
        if let Some(entry) = string(path, text, reading, findings)? {
            entries.push(entry);
        }
        Ok(())
    })?;
    Ok(entries)
}

/// Reads a string that may be PEM or base64 of PEM; nothing if it is neither, or holds nothing.
pub(super) fn string(
    path: &str,
    text: &str,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Entry>, ReadError> {
    let before = findings.len();
    let entry = if text.trim_start().starts_with(BEGIN_IN_BASE64) {
        let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        match BASE64.decode(digits) {
            Ok(pem) => reading.pem(path, &pem, findings)?,
            Err(_) => return Ok(None),
        }
    } else if memchr::memmem::find(text.as_bytes(), pem::BEGIN).is_some() {
        reading.pem(path, text.as_bytes(), findings)?
    } else {
        return Ok(None);
    };
    Ok((!is_empty(&entry) || findings.len() > before).then_some(entry))
}

/// Whether nothing was found.
pub(super) fn is_empty(entry: &Entry) -> bool {
    entry.certificates.is_empty() && entry.keys.is_empty() && entry.requests.is_empty()
}

/// `key` below `path`, as a reader would write it: `a.b`, `a['b.c']`.
pub(super) fn child(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match (plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}['{key}']"),
    }
}

fn walk(
    value: &Value,
    path: &str,
    found: &mut dyn FnMut(&str, &str) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .filter(|(_, item)| !matches!(item, Value::Null | Value::Bool(_) | Value::Number(_)))
            .try_for_each(|(index, item)| walk(item, &format!("{path}[{index}]"), found)),
        Value::Object(map) => map
            .iter()
            .filter(|(_, item)| !matches!(item, Value::Null | Value::Bool(_) | Value::Number(_)))
            .try_for_each(|(key, item)| walk(item, &child(path, key), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}
