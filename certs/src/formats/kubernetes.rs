//! Kubernetes objects: `Secret`, `ConfigMap`, requests, `List`, and whatever else carries PEM.

use serde_json::{Map, Value};

use super::{ReadError, mesh_config, reading::Reading, strings, wiped};
use crate::finding::{PRIVATE_KEY_IN_CONFIGMAP, UNREADABLE};
use crate::{Document, Entry, Finding, Format, Place, Source};

/// Whether the value is an object of the Kubernetes API, or a list of them.
pub(super) fn is_object(value: &Value) -> bool {
    value.get("kind").is_some_and(Value::is_string) && value.get("apiVersion").is_some_and(Value::is_string)
}

/// Reads one object, or every item of a list, into a document each.
pub(super) fn read(
    value: &Value,
    path: Option<String>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
    if let (true, Some(items)) = (kind.ends_with("List"), value.get("items").and_then(Value::as_array)) {
        let item_kind = kind.trim_end_matches("List");
        for (index, item) in items.iter().enumerate() {
            let item_path = match &path {
                Some(path) => format!("{path} items[{index}]"),
                None => format!("items[{index}]"),
            };
            // Typed lists (SecretList) leave the kind of their items out.
            let document = object(item, Some(item_path), item_kind, reading)?;
            documents.push(document);
        }
        return Ok(());
    }
    documents.push(object(value, path, "", reading)?);
    Ok(())
}

fn object(
    value: &Value,
    path: Option<String>,
    default_kind: &str,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    reading.object()?;
    let metadata = value.get("metadata");
    let text = |key: &str| metadata.and_then(|metadata| metadata.get(key)?.as_str()).map(str::to_owned);
    let kind = value.get("kind").and_then(Value::as_str).unwrap_or(default_kind);
    let source = Source {
        format: Format::Kubernetes,
        path,
        name: text("name"),
        namespace: text("namespace"),
        kind: Some(kind.to_owned()).filter(|kind| !kind.is_empty()),
        ..Source::default()
    };
    let mut findings = Vec::new();
    let entries = match kind {
        "Secret" => secret(value, reading, &mut findings)?,
        "ConfigMap" => config_map(value, reading, &mut findings)?,
        "CertificateRequest" | "CertificateSigningRequest" => request(value, reading, &mut findings)?,
        _ => strings::read(value, "", reading, &mut findings)?,
    };
    Ok(Document { source, entries, findings })
}

/// `data` in base64 and `stringData` as it is. Empty values stand for keys that are not used, as in
/// `istio-ca-secret` (Istio security/pkg/pki/ca `BuildSecret`).
fn secret(
    value: &Value,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (path, text) in values(value, "data") {
        match wiped::base64(text.as_bytes()) {
            Some(bytes) => entries.extend(bytes_at(&path, &bytes, reading, findings)?),
            None => findings.push(not_base64(&path)),
        }
    }
    for (path, text) in values(value, "stringData") {
        entries.extend(bytes_at(&path, text.as_bytes(), reading, findings)?);
    }
    Ok(entries)
}

/// `data` as it is and `binaryData` in base64; the key `mesh` holds Istio's mesh config.
fn config_map(
    value: &Value,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (path, text) in values(value, "data") {
        if path == "data['mesh']" {
            entries.extend(mesh_config::read_text(text, "data['mesh']", reading, findings)?);
        } else {
            entries.extend(bytes_at(&path, text.as_bytes(), reading, findings)?);
        }
    }
    for (path, text) in values(value, "binaryData") {
        match wiped::base64(text.as_bytes()) {
            Some(bytes) => entries.extend(bytes_at(&path, &bytes, reading, findings)?),
            None => findings.push(not_base64(&path)),
        }
    }
    for entry in entries.iter().filter(|entry| !entry.keys.is_empty()) {
        findings.push(Finding::new(
            &PRIVATE_KEY_IN_CONFIGMAP,
            entry.path.clone(),
            format!("{} holds a private key, and whoever may read ConfigMaps reads it", entry.path),
        ));
    }
    Ok(entries)
}

/// What was asked for and what was issued: `CertificateSigningRequest` (certificates.k8s.io/v1) and
/// cert-manager's `CertificateRequest`, both in base64 of PEM.
fn request(
    value: &Value,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (part, key) in [("spec", "request"), ("status", "certificate"), ("status", "ca")] {
        let text = value.get(part).and_then(|part| part.get(key)).and_then(Value::as_str);
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        let path = format!("{part}.{key}");
        match wiped::base64(text.as_bytes()) {
            Some(bytes) => {
                let before = findings.len();
                let entry = bytes_at(&path, &bytes, reading, findings)?;
                if entry.is_none() && findings.len() == before {
                    findings.push(Finding::new(&UNREADABLE, &*path, format!("{path} has no PEM block")));
                }
                entries.extend(entry);
            }
            None => findings.push(not_base64(&path)),
        }
    }
    Ok(entries)
}

/// The strings of one of the maps, each with its path: `data['tls.crt']`.
fn values<'v>(object: &'v Value, map: &str) -> Vec<(String, &'v str)> {
    let entries = object.get(map).and_then(Value::as_object).into_iter().flat_map(Map::iter);
    entries.filter_map(|(key, value)| Some((format!("{map}['{key}']"), value.as_str()?))).collect()
}

/// A value that may be PEM or DER. Passwords and other values are passed over without a word.
fn bytes_at(
    path: &str,
    bytes: &[u8],
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Entry>, ReadError> {
    if crate::x509::looks_like_der(bytes) {
        let place = Place { item: None, block: 1, offset: 0 };
        let mut entry = Entry::at(path);
        let known =
            reading.der(bytes, place, &mut entry)? || reading.signed_data(bytes, place, &mut entry)?.is_ok();
        return Ok(known.then_some(entry));
    }
    let before = findings.len();
    let entry = reading.pem(path, bytes, findings)?;
    if entry.is_empty() && findings.len() == before {
        if !bytes.trim_ascii().is_empty() && holds_certificates(path) {
            findings.push(Finding::new(
                &UNREADABLE,
                path,
                format!("{path} has {} bytes, but no PEM block", bytes.len()),
            ));
        }
        return Ok(None);
    }
    Ok(Some(entry))
}

/// Keys that by their name hold certificates and nothing else (Kubernetes `kubernetes.io/tls`; Istio
/// `cacerts`, `istio-ca-secret`, `istio-ca-root-cert`).
fn holds_certificates(path: &str) -> bool {
    ["tls.crt", "ca.crt", "ca-cert.pem", "root-cert.pem", "cert-chain.pem"]
        .iter()
        .any(|key| path.ends_with(&format!("['{key}']")))
}

fn not_base64(path: &str) -> Finding {
    Finding::new(&UNREADABLE, path, format!("{path} is not base64, as Kubernetes wants it"))
}
