//! Envoy's `/certs` (admin.v3.Certificates): what the proxy says of its certificates, which it does not
//! hand out. Their serial numbers, names and times are here; their chain, keys and issuers are not.

use serde_json::Value;

use super::reading::Reading;
use super::{ReadError, either};
use crate::finding::SUMMARY_ONLY;
use crate::x509::SubjectAltNames;
use crate::{Document, Entry, Finding, Format, Source, Summary};

/// The lists of one context, each in both spellings.
const LISTS: [[&str; 2]; 2] = [["cert_chain", "certChain"], ["ca_cert", "caCert"]];

/// Whether the value is such an answer.
pub(super) fn is_certs(value: &Value) -> bool {
    contexts(value).is_some_and(|contexts| {
        !contexts.is_empty()
            && contexts.iter().all(|context| LISTS.iter().any(|list| either(context, *list).is_some()))
    })
}

/// A document for each TLS context.
pub(super) fn read(
    value: &Value,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    for (index, context) in contexts(value).into_iter().flatten().enumerate() {
        reading.object()?;
        let mut entries = Vec::new();
        for list in LISTS {
            let Some((name, certificates)) = either(context, list) else { continue };
            let mut entry = Entry::at(name);
            for certificate in certificates.as_array().into_iter().flatten() {
                reading.count()?;
                entry.summaries.push(summary(certificate));
            }
            if !entry.is_empty() {
                entries.push(entry);
            }
        }
        let path = format!("certificates[{index}]");
        let message = "it tells serial numbers, names and times of certificates, and holds none of them";
        let findings = vec![Finding::new(&SUMMARY_ONLY, &*path, message)];
        let source = Source { format: Format::EnvoyCerts, path: Some(path), ..Source::default() };
        documents.push(Document { source, entries, findings });
    }
    Ok(())
}

fn contexts(value: &Value) -> Option<&Vec<Value>> {
    value.get("certificates")?.as_array()
}

fn summary(certificate: &Value) -> Summary {
    let text = |names| either(certificate, names).and_then(|(_, value)| value.as_str());
    let time = |names| text(names).and_then(|time| time.parse().ok());
    let file = text(["path", "path"]).filter(|path| !path.is_empty() && *path != "<inline>");
    Summary {
        serial_number: text(["serial_number", "serialNumber"]).and_then(hexadecimal),
        sans: sans(either(certificate, ["subject_alt_names", "subjectAltNames"]).map(|(_, names)| names)),
        not_before: time(["valid_from", "validFrom"]),
        not_after: time(["expiration_time", "expirationTime"]),
        file: file.map(str::to_owned),
    }
}

/// Envoy writes BoringSSL's digits, which have no leading zeros.
fn hexadecimal(serial: &str) -> Option<String> {
    let even = if serial.len() % 2 == 1 { format!("0{serial}") } else { serial.to_owned() };
    (!even.is_empty() && even.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| even.to_ascii_lowercase())
}

fn sans(names: Option<&Value>) -> SubjectAltNames {
    let mut sans = SubjectAltNames::default();
    for name in names.and_then(Value::as_array).into_iter().flatten() {
        for (key, list) in [
            (["dns", "dns"], &mut sans.dns),
            (["uri", "uri"], &mut sans.uri),
            (["ip_address", "ipAddress"], &mut sans.ip),
        ] {
            let text = either(name, key).and_then(|(_, text)| text.as_str());
            list.extend(text.map(crate::x509::printable));
        }
    }
    sans
}
