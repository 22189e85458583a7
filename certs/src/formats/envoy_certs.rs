//! Envoy's `/certs` (admin.v3.Certificates): what the proxy says of its certificates, which it does not
//! hand out. Their serial numbers, names and times are here; their chain, keys and issuers are not.

use super::json::Json;
use super::reading::Reading;
use super::{ReadError, either};
use crate::finding::SUMMARY_ONLY;
use crate::x509::SubjectAltNames;
use crate::{Document, Entry, Finding, Format, Source, Summary};

/// The lists of one TLS context, each in both spellings.
const LISTS: [[&str; 2]; 2] = [["cert_chain", "certChain"], ["ca_cert", "caCert"]];

/// The TLS contexts of such an answer; nothing if the value is none.
pub(super) fn contexts<'t>(
    value: Json<'t>,
    reading: &Reading<'_>,
) -> Result<Option<Vec<Json<'t>>>, ReadError> {
    let Some(list) = value.field("certificates") else { return Ok(None) };
    let contexts = reading.items(list)?;
    let is_context = |context: &Json<'_>| LISTS.iter().any(|names| either(*context, *names).is_some());
    Ok((!contexts.is_empty() && contexts.iter().all(is_context)).then_some(contexts))
}

/// A document for each TLS context.
pub(super) fn read(
    contexts: &[Json<'_>],
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    for (index, context) in contexts.iter().enumerate() {
        reading.object()?;
        let mut entries = Vec::new();
        for names in LISTS {
            let Some((name, certificates)) = either(*context, names) else { continue };
            let mut entry = Entry::at(name);
            for certificate in reading.items(certificates)? {
                reading.count()?;
                entry.summaries.push(summary(certificate, reading)?);
            }
            if !entry.is_empty() {
                entries.push(entry);
            }
        }
        let path = format!("certificates[{index}]");
        let message = "it tells serial numbers, names and times of certificates, and holds none of them";
        reading.found(Finding::new(&SUMMARY_ONLY, &*path, message));
        let source = Source { format: Format::EnvoyCerts, path: Some(path), ..Source::default() };
        documents.push(reading.document(source, entries));
    }
    Ok(())
}

fn summary(certificate: Json<'_>, reading: &Reading<'_>) -> Result<Summary, ReadError> {
    let text = |names| either(certificate, names).and_then(|(_, value)| value.text());
    let time = |names| text(names).and_then(|time| time.parse().ok());
    let file = text(["path", "path"]).filter(|path| !path.is_empty() && **path != *"<inline>");
    Ok(Summary {
        serial_number: text(["serial_number", "serialNumber"]).and_then(|serial| hexadecimal(&serial)),
        sans: sans(certificate, reading)?,
        not_before: time(["valid_from", "validFrom"]),
        not_after: time(["expiration_time", "expirationTime"]),
        file: file.map(|file| file.to_string()),
    })
}

/// Envoy writes BoringSSL's digits, which have no leading zeros.
fn hexadecimal(serial: &str) -> Option<String> {
    let even = if serial.len() % 2 == 1 { format!("0{serial}") } else { serial.to_owned() };
    (!even.is_empty() && even.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| even.to_ascii_lowercase())
}

fn sans(certificate: Json<'_>, reading: &Reading<'_>) -> Result<SubjectAltNames, ReadError> {
    let mut sans = SubjectAltNames::default();
    let names = either(certificate, ["subject_alt_names", "subjectAltNames"]);
    for name in names.map_or(Ok(Vec::new()), |(_, names)| reading.items(names))? {
        for (key, list) in [
            (["dns", "dns"], &mut sans.dns),
            (["uri", "uri"], &mut sans.uri),
            (["ip_address", "ipAddress"], &mut sans.ip),
        ] {
            let text = either(name, key).and_then(|(_, text)| text.text());
            list.extend(text.map(|text| crate::x509::printable(&text)));
        }
    }
    Ok(sans)
}
