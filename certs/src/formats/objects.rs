//! Objects in YAML or JSON: which shape each has, and where in the input it stands.

use serde_json::Value;

use super::wiped::WipedDocuments;
use super::{ReadError, envoy, envoy_certs, jwks, kubernetes, mesh_config, reading::Reading, yaml, ztunnel};
use crate::finding::UNREADABLE;
use crate::{Document, Finding, Format, Source};

/// Whether the text is JSON, a manifest or a mesh config, by the keys at the beginning of its lines:
/// PEM within it is then a value, not the document.
pub(super) fn resembles_objects(text: &str) -> bool {
    const KEYS: [&str; 2] = ["\napiVersion:", "\ncaCertificates:"];
    text.trim_start().starts_with(['{', '['])
        || KEYS.iter().any(|key| {
            text.starts_with(key.trim_start())
                || memchr::memmem::find(text.as_bytes(), key.as_bytes()).is_some()
        })
}

/// Documents that get a finding each when they cannot be read; what follows is counted in one more.
const BROKEN_DOCUMENTS: usize = 100;

/// Reads every object. What cannot be read is a document of its own with a finding; nothing is
/// returned when there is no object of a known shape and no sign of one.
pub(super) fn read(text: &str, reading: &mut Reading<'_>) -> Result<Vec<Document>, ReadError> {
    let values = WipedDocuments(yaml::documents(text, reading.limits.depth));
    if let [Err(error)] = values.0.as_slice() {
        match error.limit {
            Some(yaml::Limit::Depth) => return Err(ReadError::TooDeep { limit: reading.limits.depth }),
            Some(yaml::Limit::Values) => return Err(ReadError::TooManyValues),
            None => {}
        }
        // One broken JSON text is no object; a broken manifest still says what it is.
        if text.trim_start().starts_with(['{', '[']) {
            return Ok(Vec::new());
        }
    }
    let several = values.0.len() > 1;
    let mut documents = Vec::new();
    let mut known = false;
    let mut unread = 0;
    for (index, value) in values.0.iter().enumerate() {
        let path = several.then(|| format!("document {}", index + 1));
        match value {
            Ok(value) => known |= one(value, path, reading, &mut documents)?,
            Err(error) => {
                known = true;
                unread += 1;
                if unread <= BROKEN_DOCUMENTS {
                    documents.push(broken(index + 1, error));
                }
            }
        }
    }
    if let (Some(last), more @ 1..) = (documents.last_mut(), unread.saturating_sub(BROKEN_DOCUMENTS)) {
        let message = format!("{more} more documents cannot be read");
        last.findings.push(Finding::new(&UNREADABLE, "other documents", message));
    }
    Ok(if known { documents } else { Vec::new() })
}

/// Reads text of which nothing speaks for objects but that it is YAML of a known shape.
pub(super) fn read_known(text: &str, reading: &mut Reading<'_>) -> Result<Vec<Document>, ReadError> {
    let values = WipedDocuments(yaml::documents(text, reading.limits.depth));
    let mut documents = Vec::new();
    for (index, value) in values.0.iter().enumerate() {
        if let Ok(value) = value {
            let path = (values.0.len() > 1).then(|| format!("document {}", index + 1));
            one(value, path, reading, &mut documents)?;
        }
    }
    Ok(documents)
}

/// Reads one value. `false` if it is of no known shape.
fn one(
    value: &Value,
    path: Option<String>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<bool, ReadError> {
    let before = documents.len();
    if kubernetes::is_object(value) {
        kubernetes::read(value, path, reading, documents)?;
    } else if envoy::is_dump(value) {
        envoy::read(value, reading, documents)?;
    } else if ztunnel::is_dump(value) {
        ztunnel::read(value, reading, documents)?;
    } else if envoy_certs::is_certs(value) {
        envoy_certs::read(value, reading, documents)?;
    } else if jwks::is_bundle(value) {
        jwks::read(value, path.as_deref(), reading, documents)?;
    } else if mesh_config::is_mesh_config(value) {
        documents.push(mesh_config::read(value, path, reading)?);
    } else {
        return other(value, path, reading, documents);
    }
    if documents.len() == before {
        // A dump or list of nothing: it was understood, and it is empty.
        let format = if kubernetes::is_object(value) { Format::Kubernetes } else { Format::ConfigDump };
        documents.push(Document { source: Source { format, ..Source::default() }, ..Document::default() });
    }
    Ok(true)
}

/// Any other value that carries PEM somewhere.
fn other(
    value: &Value,
    path: Option<String>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<bool, ReadError> {
    if !value.is_object() && !value.is_array() {
        return Ok(false);
    }
    let mut findings = Vec::new();
    let entries = super::strings::read(value, "", reading, &mut findings)?;
    let known = !entries.is_empty();
    if known {
        let source = Source { format: Format::Kubernetes, path, ..Source::default() };
        documents.push(Document { source, entries, findings });
    }
    Ok(known)
}

fn broken(number: usize, error: &yaml::YamlError) -> Document {
    let about = format!("document {number}");
    let finding = Finding::new(&UNREADABLE, &*about, format!("{about} cannot be read: {error}"))
        .with("document", number)
        .with("line", error.line);
    Document {
        source: Source { format: Format::Kubernetes, path: Some(about), ..Source::default() },
        entries: Vec::new(),
        findings: vec![finding],
    }
}
