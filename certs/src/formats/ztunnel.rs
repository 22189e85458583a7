//! ztunnel's config dump (ztunnel src/admin.rs `CertsDump`): the certificates of a node's workloads.

use serde_json::Value;

use super::{ReadError, either, reading::Reading, strings};
use crate::finding::{CERTIFICATE_UNAVAILABLE, UNREADABLE};
use crate::{Document, Entry, Finding, Format, Source, State, Summary};

/// Whether the value is a dump, or its `certificates` alone as istioctl prints them.
pub(super) fn is_dump(value: &Value) -> bool {
    certificates(value).is_some_and(|list| {
        !list.is_empty()
            && list.iter().all(|item| item.get("identity").is_some() && item.get("state").is_some())
    })
}

/// A document for each identity.
pub(super) fn read(
    value: &Value,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    for (index, item) in certificates(value).into_iter().flatten().enumerate() {
        reading.object()?;
        let identity = item.get("identity").and_then(Value::as_str).map(crate::x509::printable);
        let mut findings = Vec::new();
        let mut entries = Vec::new();
        for names in [["certChain", "cert_chain"], ["rootCerts", "root_certs"]] {
            if let Some((_, list)) = either(item, names) {
                let entry = chain(names[0], list, reading, &mut findings)?;
                entries.extend(Some(entry).filter(|entry| !entry.is_empty()));
            }
        }
        let state = item.get("state").and_then(Value::as_str).unwrap_or_default();
        findings.extend(unavailable(state, identity.as_deref()));
        let source = Source {
            format: Format::ConfigDump,
            path: Some(format!("certificates[{index}]")),
            name: identity,
            state: state_of(state),
            ..Source::default()
        };
        documents.push(Document { source, entries, findings });
    }
    Ok(())
}

/// The certificates of one list. ztunnel gives each as PEM in base64; Istio's own examples as it is.
fn chain(
    path: &str,
    list: &Value,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Entry, ReadError> {
    let mut entry = Entry::at(path);
    for (item, certificate) in list.as_array().into_iter().flatten().enumerate() {
        let pem = certificate.get("pem").and_then(Value::as_str).unwrap_or_default();
        if !strings::string_into(&mut entry, Some(item), pem, reading, findings)? {
            let summary = summary(certificate);
            if summary != Summary::default() {
                reading.count()?;
                entry.summaries.push(summary);
            }
            let about = format!("{path}[{item}].pem");
            findings.push(Finding::new(&UNREADABLE, &*about, format!("{about} has no PEM block")));
        }
    }
    Ok(entry)
}

fn summary(certificate: &Value) -> Summary {
    let text = |names| either(certificate, names).and_then(|(_, value)| value.as_str());
    let time = |names| text(names).and_then(|time| time.parse().ok());
    Summary {
        serial_number: text(["serialNumber", "serial_number"]).and_then(hexadecimal),
        not_before: time(["validFrom", "valid_from"]),
        not_after: time(["expirationTime", "expiration_time"]),
        ..Summary::default()
    }
}

/// ztunnel writes serial numbers in decimal. RFC 5280 section 4.1.2.2 gives them at most 20 octets.
fn hexadecimal(decimal: &str) -> Option<String> {
    const MOST_DIGITS: usize = 49;
    if decimal.is_empty() || decimal.len() > MOST_DIGITS {
        return None;
    }
    let mut octets: Vec<u8> = Vec::new();
    for digit in decimal.chars() {
        let mut carry = digit.to_digit(10)?;
        for octet in octets.iter_mut().rev() {
            let [low, rest @ ..] = (u32::from(*octet) * 10 + carry).to_le_bytes();
            *octet = low;
            carry = u32::from(rest[0]);
        }
        if carry > 0 {
            octets.insert(0, carry.to_le_bytes()[0]);
        }
    }
    Some(crate::x509::encode_hex(if octets.is_empty() { &[0] } else { &octets }))
}

fn state_of(state: &str) -> Option<State> {
    match state.split(':').next()? {
        "Available" => Some(State::Active),
        "Initializing" => Some(State::Warming),
        "Unavailable" => Some(State::Unavailable),
        _ => None,
    }
}

/// What ztunnel says of an identity for which it has no certificate.
fn unavailable(state: &str, identity: Option<&str>) -> Option<Finding> {
    let reason = crate::x509::printable(state.strip_prefix("Unavailable")?.trim_start_matches([':', ' ']));
    let about = identity.unwrap_or("an identity without a name");
    Some(
        Finding::new(&CERTIFICATE_UNAVAILABLE, about, format!("ztunnel has no certificate: {reason}"))
            .with("reason", reason),
    )
}

fn certificates(value: &Value) -> Option<&Vec<Value>> {
    value.get("certificates").unwrap_or(value).as_array()
}
