//! Istio's mesh config: the roots of its `caCertificates`.

use super::json::Json;
use super::yaml::Stream;
use super::{ReadError, reading::Reading, strings};
use crate::finding::UNREADABLE;
use crate::{Document, Entry, Finding, Format, Source};

/// The `caCertificates` of a mesh config; nothing if the value is none.
pub(super) fn ca_certificates<'t>(
    value: Json<'t>,
    reading: &Reading<'_>,
) -> Result<Option<Vec<Json<'t>>>, ReadError> {
    value.field("caCertificates").filter(|list| list.is_list()).map(|list| reading.items(list)).transpose()
}

/// Reads a mesh config that is a file of its own.
pub(super) fn read(
    ca_certificates: &[Json<'_>],
    path: Option<String>,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    let entries = roots(ca_certificates, "", reading)?;
    let source =
        Source { format: Format::Kubernetes, path, kind: Some("MeshConfig".to_owned()), ..Source::default() };
    Ok(reading.document(source, entries))
}

/// Reads the text of a mesh config, which stands at `path`.
pub(super) fn read_text(text: &str, path: &str, reading: &mut Reading<'_>) -> Result<Vec<Entry>, ReadError> {
    match Stream::first(text).documents().next() {
        Some(Ok(mesh)) => {
            let ca_certificates = ca_certificates(mesh, reading)?.unwrap_or_default();
            roots(&ca_certificates, &format!("{path} "), reading)
        }
        Some(Err(error)) => {
            let message = format!("{path} is no mesh config: {error}");
            reading.unreadable(Finding::new(&UNREADABLE, path, message).with("line", error.line));
            Ok(Vec::new())
        }
        None => Ok(Vec::new()),
    }
}

/// An entry per certificate that is given as PEM; those of a SPIFFE bundle URL are not here.
fn roots(
    ca_certificates: &[Json<'_>],
    prefix: &str,
    reading: &mut Reading<'_>,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (index, certificate) in ca_certificates.iter().enumerate() {
        if let Some(pem) = certificate.field("pem").and_then(Json::text) {
            let path = format!("{prefix}caCertificates[{index}].pem");
            match strings::string(&path, &pem, reading)? {
                Some(entry) => entries.push(entry),
                None => {
                    reading.unreadable(Finding::new(&UNREADABLE, &*path, format!("{path} has no PEM block")));
                }
            }
        }
    }
    Ok(entries)
}
