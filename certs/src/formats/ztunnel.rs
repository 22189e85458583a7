//! ztunnel's config dump (ztunnel src/admin.rs `CertsDump`): the certificates of a node's workloads.

use super::json::Json;
use super::{ReadError, either, reading::Reading, strings};
use crate::finding::{CERTIFICATE_UNAVAILABLE, UNREADABLE};
use crate::{Document, Entry, Finding, Format, Source, State, Summary};

/// The identities of a dump, or of its `certificates` alone as istioctl prints them; nothing if the value
/// is neither.
pub(super) fn identities<'t>(
    value: Json<'t>,
    reading: &Reading<'_>,
) -> Result<Option<Vec<Json<'t>>>, ReadError> {
    let identities = reading.items(value.field("certificates").unwrap_or(value))?;
    let is_identity = |item: &Json<'_>| {
        let [identity, state] = item.fields(["identity", "state"]);
        identity.is_some() && state.is_some()
    };
    Ok((!identities.is_empty() && identities.iter().all(is_identity)).then_some(identities))
}

/// A document for each identity.
pub(super) fn read(
    identities: &[Json<'_>],
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    for (index, item) in identities.iter().enumerate() {
        reading.object()?;
        let [identity, state] = item.fields(["identity", "state"]).map(|field| field.and_then(Json::text));
        let identity = identity.map(|identity| crate::x509::printable(&identity));
        let mut entries = Vec::new();
        for names in [["certChain", "cert_chain"], ["rootCerts", "root_certs"]] {
            if let Some((_, list)) = either(*item, names) {
                let entry = chain(names[0], list, reading)?;
                entries.extend(Some(entry).filter(|entry| !entry.is_empty()));
            }
        }
        let state = state.as_deref().unwrap_or_default();
        if let Some(finding) = unavailable(state, identity.as_deref()) {
            reading.found(finding);
        }
        let source = Source {
            format: Format::ConfigDump,
            path: Some(format!("certificates[{index}]")),
            name: identity,
            state: state_of(state),
            ..Source::default()
        };
        documents.push(reading.document(source, entries));
    }
    Ok(())
}

/// The certificates of one list. ztunnel gives each as PEM in base64; Istio's own examples as it is.
fn chain(path: &str, list: Json<'_>, reading: &mut Reading<'_>) -> Result<Entry, ReadError> {
    let mut entry = Entry::at(path);
    for (item, certificate) in reading.items(list)?.into_iter().enumerate() {
        let pem = certificate.field("pem").and_then(Json::text);
        if !strings::string_into(&mut entry, Some(item), pem.as_deref().unwrap_or_default(), reading)? {
            let summary = summary(certificate);
            if summary != Summary::default() {
                reading.count()?;
                entry.summaries.push(summary);
            }
            let about = format!("{path}[{item}].pem");
            reading.unreadable(Finding::new(&UNREADABLE, &*about, format!("{about} has no PEM block")));
        }
    }
    Ok(entry)
}

fn summary(certificate: Json<'_>) -> Summary {
    let text = |names| either(certificate, names).and_then(|(_, value)| value.text());
    let time = |names| text(names).and_then(|time| time.parse().ok());
    Summary {
        serial_number: text(["serialNumber", "serial_number"]).and_then(|serial| hexadecimal(&serial)),
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
