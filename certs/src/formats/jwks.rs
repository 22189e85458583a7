//! A JWK set with certificates (RFC 7517 section 4.7): a SPIFFE bundle, alone or one for each trust
//! domain (SPIFFE Trust Domain and Bundle, section 4).

use super::json::{Json, push_key};
use super::{ReadError, reading::Reading, wiped};
use crate::finding::UNREADABLE;
use crate::x509::Certificate;
use crate::{Document, Entry, Finding, Format, Place, Source};

/// The keys of one bundle, with the trust domain it is for where the input names one.
pub(super) struct Bundle<'t> {
    domain: Option<String>,
    keys: Vec<Json<'t>>,
}

/// The bundles of a value; nothing if it is neither a bundle nor a map of bundles.
pub(super) fn bundles<'t>(
    value: Json<'t>,
    reading: &Reading<'_>,
) -> Result<Option<Vec<Bundle<'t>>>, ReadError> {
    let [keys, domains] = value.fields(["keys", "trust_domains"]);
    if let Some(keys) = keys {
        let keys = reading.items(keys)?;
        if is_set(&keys) {
            return Ok(Some(vec![Bundle { domain: None, keys }]));
        }
    }
    let Some(domains) = domains else { return Ok(None) };
    let mut bundles = Vec::new();
    for (domain, bundle) in reading.entries(domains)? {
        let keys = bundle.field("keys").map_or(Ok(Vec::new()), |keys| reading.items(keys))?;
        bundles.push(Bundle { domain: Some(domain.into_owned()), keys });
    }
    Ok(bundles.iter().any(|bundle| is_set(&bundle.keys)).then_some(bundles))
}

/// A document for each bundle.
pub(super) fn read(
    bundles: Vec<Bundle<'_>>,
    path: Option<&str>,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    for Bundle { domain, keys } in bundles {
        let place = domain.as_deref().map(|domain| {
            let mut place = "trust_domains".to_owned();
            push_key(&mut place, domain);
            place
        });
        let path = match (path, place) {
            (Some(path), Some(place)) => Some(format!("{path} {place}")),
            (path, place) => place.or_else(|| path.map(str::to_owned)),
        };
        documents.push(bundle(&keys, path, domain, reading)?);
    }
    Ok(())
}

/// One set: an entry for each key that has certificates. Those for JWTs have none.
fn bundle(
    keys: &[Json<'_>],
    path: Option<String>,
    name: Option<String>,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    reading.object()?;
    let mut entries = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let Some(x5c) = key.field("x5c") else { continue };
        let mut entry = Entry::at(format!("keys[{index}].x5c"));
        for (item, text) in reading.items(x5c)?.into_iter().enumerate() {
            let der = text.text().and_then(|text| wiped::base64(text.as_bytes()));
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
                    reading.unreadable(Finding::new(&UNREADABLE, &*about, format!("{about}: {reason}")));
                }
            }
        }
        if !entry.is_empty() {
            entries.push(entry);
        }
    }
    let source = Source { format: Format::Jwks, path, name, ..Source::default() };
    Ok(reading.document(source, entries))
}

fn is_set(keys: &[Json<'_>]) -> bool {
    keys.iter().any(|key| key.field("kty").is_some())
}
