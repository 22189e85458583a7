//! Kubernetes objects: `Secret`, `ConfigMap`, requests, `List`, and whatever else carries PEM.

use super::json::Json;
use super::wiped::{self, Text};
use super::{ReadError, mesh_config, reading::Reading, strings};
use crate::finding::{PRIVATE_KEY_IN_CONFIGMAP, UNREADABLE};
use crate::{Document, Entry, Finding, Format, Place, Source};

/// Whether the value is an object of the Kubernetes API, or a list of them.
pub(super) fn is_object(value: Json<'_>) -> bool {
    value.fields(["apiVersion", "kind"]).into_iter().all(|field| field.is_some_and(Json::is_text))
}

/// Reads one object, or every item of a list, into a document each.
pub(super) fn read(
    value: Json<'_>,
    path: Option<String>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    let [kind, items] = value.fields(["kind", "items"]);
    let kind = kind.and_then(Json::text);
    let item_kind = kind.as_deref().and_then(|kind| kind.strip_suffix("List"));
    let (Some(item_kind), Some(items)) = (item_kind, items.filter(|items| items.is_list())) else {
        documents.push(object(value, path, "", reading)?);
        return Ok(());
    };
    let items = reading.items(items)?;
    documents.reserve_exact(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let item_path = match &path {
            Some(path) => format!("{path} items[{index}]"),
            None => format!("items[{index}]"),
        };
        // Typed lists (SecretList) leave the kind of their items out.
        documents.push(object(item, Some(item_path), item_kind, reading)?);
    }
    Ok(())
}

fn object(
    value: Json<'_>,
    path: Option<String>,
    default_kind: &str,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    reading.object()?;
    let [kind, metadata] = value.fields(["kind", "metadata"]);
    let [name, namespace] = metadata.map_or([None; 2], |metadata| metadata.fields(["name", "namespace"]));
    let text = |field: Option<Json<'_>>| field.and_then(Json::text).map(|text| text.to_string());
    let kind = text(kind).unwrap_or_else(|| default_kind.to_owned());
    let entries = match &*kind {
        "Secret" => secret(value, reading)?,
        "ConfigMap" => config_map(value, reading)?,
        "CertificateRequest" | "CertificateSigningRequest" => request(value, reading)?,
        _ => strings::read(value, reading)?,
    };
    let source = Source {
        format: Format::Kubernetes,
        path,
        name: text(name),
        namespace: text(namespace),
        kind: Some(kind).filter(|kind| !kind.is_empty()),
        ..Source::default()
    };
    Ok(reading.document(source, entries))
}

/// `data` in base64 and `stringData` as it is. Empty values stand for keys that are not used, as in
/// `istio-ca-secret` (Istio security/pkg/pki/ca `BuildSecret`).
fn secret(value: Json<'_>, reading: &mut Reading<'_>) -> Result<Vec<Entry>, ReadError> {
    let [data, string_data] = value.fields(["data", "stringData"]);
    let mut entries = encoded("data", data, reading)?;
    for (path, text) in texts("stringData", string_data, reading)? {
        entries.extend(bytes_at(&path, text.as_bytes(), reading)?);
    }
    Ok(entries)
}

/// `data` as it is and `binaryData` in base64; the key `mesh` holds Istio's mesh config.
fn config_map(value: Json<'_>, reading: &mut Reading<'_>) -> Result<Vec<Entry>, ReadError> {
    let [data, binary_data] = value.fields(["data", "binaryData"]);
    let mut entries = Vec::new();
    for (path, text) in texts("data", data, reading)? {
        if path == "data['mesh']" {
            entries.extend(mesh_config::read_text(&text, "data['mesh']", reading)?);
        } else {
            entries.extend(bytes_at(&path, text.as_bytes(), reading)?);
        }
    }
    entries.extend(encoded("binaryData", binary_data, reading)?);
    for entry in entries.iter().filter(|entry| !entry.keys.is_empty()) {
        reading.found(Finding::new(
            &PRIVATE_KEY_IN_CONFIGMAP,
            entry.path.clone(),
            format!("{} holds a private key, and whoever may read ConfigMaps reads it", entry.path),
        ));
    }
    Ok(entries)
}

/// What was asked for and what was issued: `CertificateSigningRequest` (certificates.k8s.io/v1) and
/// cert-manager's `CertificateRequest`, both in base64 of PEM.
fn request(value: Json<'_>, reading: &mut Reading<'_>) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (part, key) in [("spec", "request"), ("status", "certificate"), ("status", "ca")] {
        let text = value.field(part).and_then(|part| part.field(key)?.text());
        let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
        let path = format!("{part}.{key}");
        let Some(bytes) = wiped::base64(text.as_bytes()) else {
            reading.unreadable(not_base64(&path));
            continue;
        };
        let before = reading.unread();
        let entry = bytes_at(&path, &bytes, reading)?;
        if entry.is_none() && reading.unread() == before {
            reading.unreadable(Finding::new(&UNREADABLE, &*path, format!("{path} has no PEM block")));
        }
        entries.extend(entry);
    }
    Ok(entries)
}

/// What the values of a map hold, which are in base64.
fn encoded(name: &str, map: Option<Json<'_>>, reading: &mut Reading<'_>) -> Result<Vec<Entry>, ReadError> {
    let mut entries = Vec::new();
    for (path, text) in texts(name, map, reading)? {
        match wiped::base64(text.as_bytes()) {
            Some(bytes) => entries.extend(bytes_at(&path, &bytes, reading)?),
            None => reading.unreadable(not_base64(&path)),
        }
    }
    Ok(entries)
}

/// The texts of a map, each with its path: `data['tls.crt']`.
fn texts<'t>(
    name: &str,
    map: Option<Json<'t>>,
    reading: &Reading<'_>,
) -> Result<Vec<(String, Text<'t>)>, ReadError> {
    let entries = map.map_or(Ok(Vec::new()), |map| reading.entries(map))?;
    let texts =
        entries.into_iter().filter_map(|(key, value)| Some((format!("{name}['{key}']"), value.text()?)));
    Ok(texts.collect())
}

/// A value that may be PEM or DER. Passwords and other values are passed over without a word.
fn bytes_at(path: &str, bytes: &[u8], reading: &mut Reading<'_>) -> Result<Option<Entry>, ReadError> {
    if crate::x509::looks_like_der(bytes) {
        let place = Place { item: None, block: 1, offset: 0 };
        let mut entry = Entry::at(path);
        let known =
            reading.der(bytes, place, &mut entry)? || reading.signed_data(bytes, place, &mut entry)?.is_ok();
        return Ok(known.then_some(entry));
    }
    let before = reading.unread();
    let entry = reading.pem(path, bytes)?;
    if entry.is_empty() && reading.unread() == before {
        if !bytes.trim_ascii().is_empty() && holds_certificates(path) {
            reading.unreadable(Finding::new(
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
