//! ztunnel's config dump (ztunnel src/admin.rs `CertsDump`): the certificates of a node's workloads.

use serde_json::Value;

use super::{ReadError, reading::Reading, strings};
use crate::finding::UNREADABLE;
use crate::{Document, Finding, Format, Source};

/// Whether the value is a dump, or its `certificates` alone as istioctl prints them.
pub(super) fn is_dump(value: &Value) -> bool {
    certificates(value).is_some_and(|list| {
        !list.is_empty()
            && list.iter().all(|item| item.get("identity").is_some() && item.get("state").is_some())
    })
}

/// A document per identity.
pub(super) fn read(
    value: &Value,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    for (index, item) in certificates(value).into_iter().flatten().enumerate() {
        let mut findings = Vec::new();
        let mut entries = Vec::new();
        for list in ["certChain", "rootCerts"] {
            let mut entry = crate::Entry { path: list.to_owned(), ..crate::Entry::default() };
            let certificates = item.get(list).and_then(Value::as_array);
            for (position, certificate) in certificates.into_iter().flatten().enumerate() {
                let path = format!("{list}[{position}].pem");
                let pem = certificate.get("pem").and_then(Value::as_str).unwrap_or_default();
                match strings::string(&path, pem, reading, &mut findings)? {
                    Some(read) => entry.certificates.extend(read.certificates),
                    None => {
                        findings.push(Finding::new(&UNREADABLE, &*path, format!("{path} has no PEM block")));
                    }
                }
            }
            if !entry.certificates.is_empty() {
                entries.push(entry);
            }
        }
        let source = Source {
            format: Format::ConfigDump,
            path: Some(format!("certificates[{index}]")),
            name: item.get("identity").and_then(Value::as_str).map(str::to_owned),
            ..Source::default()
        };
        documents.push(Document { source, entries, findings });
    }
    Ok(())
}

fn certificates(value: &Value) -> Option<&Vec<Value>> {
    value.get("certificates").unwrap_or(value).as_array()
}
