//! Objects in YAML or JSON: which shape each has, and where in the input it stands.

use super::json::Json;
use super::yaml::{Limit, Stream, YamlError};
use super::{
    ReadError, envoy, envoy_certs, jwks, kubernetes, mesh_config, reading::Reading, strings, yaml, ztunnel,
};
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
    let stream = Stream::read(text);
    let mut values = stream.documents();
    let several = values.len() > 1;
    if !several && let Some(Err(error)) = values.next() {
        return match error.limit {
            Some(limit) => Err(refused(limit, reading)),
            // One broken JSON text is no object; a broken manifest still says what it is.
            None if text.trim_start().starts_with(['{', '[']) => Ok(Vec::new()),
            None => Ok(vec![broken(1, error)]),
        };
    }
    let mut documents = Vec::new();
    let mut known = false;
    let mut unread = 0_usize;
    for (index, value) in stream.documents().enumerate() {
        let path = several.then(|| format!("document {}", index + 1));
        match value {
            Ok(value) => known |= one(value, path, reading, &mut documents)?,
            Err(YamlError { limit: Some(limit @ Limit::Documents), .. }) => {
                return Err(refused(*limit, reading));
            }
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
    let stream = Stream::read(text);
    let several = stream.documents().len() > 1;
    let mut documents = Vec::new();
    for (index, value) in stream.documents().enumerate() {
        if let Ok(value) = value {
            let path = several.then(|| format!("document {}", index + 1));
            one(value, path, reading, &mut documents)?;
        }
    }
    Ok(documents)
}

/// Reads one value. `false` if it is of no known shape.
fn one(
    value: Json<'_>,
    path: Option<String>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<bool, ReadError> {
    let before = documents.len();
    let format = if kubernetes::is_object(value) {
        kubernetes::read(value, path, reading, documents)?;
        Format::Kubernetes
    } else if let Some(dump) = envoy::Dump::of(value, reading)? {
        dump.read(reading, documents)?;
        Format::ConfigDump
    } else if let Some(identities) = ztunnel::identities(value, reading)? {
        ztunnel::read(&identities, reading, documents)?;
        Format::ConfigDump
    } else if let Some(contexts) = envoy_certs::contexts(value, reading)? {
        envoy_certs::read(&contexts, reading, documents)?;
        Format::EnvoyCerts
    } else if let Some(bundles) = jwks::bundles(value, reading)? {
        jwks::read(bundles, path.as_deref(), reading, documents)?;
        Format::Jwks
    } else if let Some(roots) = mesh_config::ca_certificates(value, reading)? {
        documents.push(mesh_config::read(&roots, path, reading)?);
        Format::Kubernetes
    } else {
        return other(value, path, reading, documents);
    };
    if documents.len() == before {
        // A dump or list of nothing: it was understood, and it is empty.
        documents.push(reading.document(Source { format, ..Source::default() }, Vec::new()));
    }
    Ok(true)
}

/// Any other value that carries PEM somewhere.
fn other(
    value: Json<'_>,
    path: Option<String>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<bool, ReadError> {
    let entries = strings::read(value, reading)?;
    let known = !entries.is_empty();
    if known {
        let source = Source { format: Format::Kubernetes, path, ..Source::default() };
        documents.push(reading.document(source, entries));
    }
    Ok(known)
}

fn refused(limit: Limit, reading: &Reading<'_>) -> ReadError {
    match limit {
        Limit::Depth => ReadError::TooDeep { limit: yaml::DEPTH },
        Limit::Documents => reading.too_many_objects(),
        Limit::Values => ReadError::TooManyValues,
    }
}

fn broken(number: usize, error: &YamlError) -> Document {
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
