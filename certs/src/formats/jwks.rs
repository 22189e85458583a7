//! A JWK set with certificates (RFC 7517 section 4.7): a SPIFFE bundle, alone or one for each trust
//! domain (SPIFFE Trust Domain and Bundle, section 4).

use serde_json::Value;

use super::{ReadError, reading::Reading, strings, wiped};
use crate::finding::UNREADABLE;
use crate::x509::Certificate;
use crate::{Document, Entry, Finding, Format, Place, Source};

/// Whether the value is a bundle, or a map of bundles.
pub(super) fn is_bundle(value: &Value) -> bool {
    is_set(value) || bundles(value).is_some_and(|mut all| all.any(|(_, bundle)| is_set(bundle)))
}

/// A document for each bundle.
pub(super) fn read(
    value: &Value,
    path: Option<&str>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    if is_set(value) {
        documents.push(bundle(value, path.map(str::to_owned), None, reading)?);
        return Ok(());
    }
    for (domain, value) in bundles(value).into_iter().flatten() {
        let place = strings::child("trust_domains", domain);
        let path = path.map_or(place.clone(), |path| format!("{path} {place}"));
        documents.push(bundle(value, Some(path), Some(domain.to_owned()), reading)?);
    }
    Ok(())
}

/// One set: an entry for each key that has certificates. Those for JWTs have none.
fn bundle(
    value: &Value,
    path: Option<String>,
    name: Option<String>,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    reading.object()?;
    let mut entries = Vec::new();
    let mut findings = Vec::new();
    for (index, key) in keys(value).into_iter().flatten().enumerate() {
        let Some(x5c) = key.get("x5c").and_then(Value::as_array) else { continue };
        let mut entry = Entry::at(format!("keys[{index}].x5c"));
        for (item, text) in x5c.iter().enumerate() {
            let der = text.as_str().and_then(|text| wiped::base64(text.as_bytes()));
            let parsed = match &der {
                Some(der) => Certificate::parse(der).map_err(|error| error.to_string()),
                None => Err("it is not base64 of DER (RFC 7517 section 4.7)".to_owned()),
            };
            match parsed {
                Ok(certificate) => {
                    let place = Place { item: Some(item), block: 1, offset: 0 };
                    reading.certificate(certificate, place, &mut entry)?;
                }
                Err(reason) => {
                    let about = format!("{}[{item}]", entry.path);
                    findings.push(Finding::new(&UNREADABLE, &*about, format!("{about}: {reason}")));
                }
            }
        }
        if !entry.is_empty() {
            entries.push(entry);
        }
    }
    let source = Source { format: Format::Jwks, path, name, ..Source::default() };
    Ok(Document { source, entries, findings })
}

fn is_set(value: &Value) -> bool {
    keys(value).is_some_and(|keys| keys.iter().any(|key| key.get("kty").is_some()))
}

fn keys(value: &Value) -> Option<&Vec<Value>> {
    value.get("keys")?.as_array()
}

fn bundles(value: &Value) -> Option<impl Iterator<Item = (&str, &Value)>> {
    let domains = value.get("trust_domains")?.as_object()?;
    Some(domains.iter().map(|(domain, bundle)| (domain.as_str(), bundle)))
}
