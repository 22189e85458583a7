//! Certificates in any string of an object whose kind is not known: `caBundle`, `trustBundle`, …

use serde_json::Value;

use super::{ReadError, pem, reading::Reading, wiped};
use crate::{Entry, Finding};

/// `-----BEGIN ` in base64, by how many bytes of text stand before it: a multiple of three, one more,
/// two more.
const BEGIN_IN_BASE64: [&[u8]; 3] = [b"LS0tLS1CRUdJTi", b"0tLS0tQkVHSU4g", b"tLS0tLUJFR0lOI"];

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
    let mut entry = Entry::at(path);
    string_into(&mut entry, None, text, reading, findings)?;
    Ok((!entry.is_empty() || findings.len() > before).then_some(entry))
}

/// Reads a string that is an item of the list at the entry's path. `false` if it is no PEM in either
/// form.
pub(super) fn string_into(
    entry: &mut Entry,
    item: Option<usize>,
    text: &str,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<bool, ReadError> {
    let text = text.as_bytes();
    let may_be_base64 = BEGIN_IN_BASE64.iter().any(|begin| memchr::memmem::find(text, begin).is_some());
    let decoded = may_be_base64.then(|| wiped::base64(text)).flatten();
    let pem = decoded.as_ref().map_or(text, |decoded| decoded.as_slice());
    let is_pem = memchr::memmem::find(pem, pem::BEGIN).is_some();
    if is_pem {
        reading.pem_into(entry, item, pem, findings)?;
    }
    Ok(is_pem)
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
