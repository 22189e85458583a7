//! Istio's mesh config: the roots of its `caCertificates`.

use serde_json::Value;

use super::{ReadError, reading::Reading, strings, yaml};
use crate::finding::UNREADABLE;
use crate::{Document, Entry, Finding, Format, Source};

/// Whether a value is a mesh config as a file of its own.
pub(super) fn is_mesh_config(value: &Value) -> bool {
    value.get("caCertificates").is_some_and(Value::is_array)
}

/// Reads a mesh config that is a file of its own.
pub(super) fn read(
    value: &Value,
    path: Option<String>,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    let mut findings = Vec::new();
    let entries = certificates(value, "", reading, &mut findings)?;
    let source =
        Source { format: Format::Kubernetes, path, kind: Some("MeshConfig".to_owned()), ..Source::default() };
    Ok(Document { source, entries, findings })
}

/// Reads the text of a mesh config, which stands at `path`.
pub(super) fn read_text(
    text: &str,
    path: &str,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, ReadError> {
    match yaml::first(text, reading.limits.depth) {
        Ok(value) => certificates(&value, &format!("{path} "), reading, findings),
        Err(error) => {
            findings.push(
                Finding::new(&UNREADABLE, path, format!("{path} is no mesh config: {error}"))
                    .with("line", error.line),
            );
            Ok(Vec::new())
        }
    }
}

/// An entry per certificate that is given as PEM; those of a SPIFFE bundle URL are not here.
fn certificates(
    mesh: &Value,
    prefix: &str,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    let list = mesh.get("caCertificates").and_then(Value::as_array);
    for (index, certificate) in list.into_iter().flatten().enumerate() {
        if let Some(pem) = certificate.get("pem").and_then(Value::as_str) {
            let path = format!("{prefix}caCertificates[{index}].pem");
            match strings::string(&path, pem, reading, findings)? {
                Some(entry) => entries.push(entry),
                None => findings.push(Finding::new(&UNREADABLE, &*path, format!("{path} has no PEM block"))),
            }
        }
    }
    Ok(entries)
}
