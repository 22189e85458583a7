//! Envoy's `/config_dump`, whole or masked, in Envoy's spelling or istioctl's.

use serde_json::Value;
use zeroize::Zeroizing;

use super::{ReadError, either, reading::Reading, wiped};
use crate::finding::UNREADABLE;
use crate::{Document, Entry, Finding, Format, Source, State};

/// The lists of secrets, in the order in which istioctl shows them; each in both spellings
/// (admin.v3.SecretsConfigDump).
const LISTS: [([&str; 2], State); 3] = [
    (["dynamic_warming_secrets", "dynamicWarmingSecrets"], State::Warming),
    (["dynamic_active_secrets", "dynamicActiveSecrets"], State::Active),
    (["static_secrets", "staticSecrets"], State::Static),
];

/// What Envoy writes in the place of a private key.
const REDACTED: &[u8] = b"[redacted]";

/// Whether the value is a dump, or the part of one with the secrets.
pub(super) fn is_dump(value: &Value) -> bool {
    let has_configs = value
        .get("configs")
        .and_then(Value::as_array)
        .is_some_and(|configs| configs.iter().all(|config| config.get("@type").is_some()));
    has_configs || secrets(value).next().is_some()
}

/// A document per secret.
pub(super) fn read(
    value: &Value,
    reading: &mut Reading<'_>,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    let configs = value.get("configs").and_then(Value::as_array);
    // `?resource=dynamic_active_secrets` answers with the secrets themselves as configs.
    let bare = configs.into_iter().flatten().enumerate().filter(|(_, config)| config.get("secret").is_some());
    for (index, secret) in bare {
        let state = state_of(secret.get("@type").and_then(Value::as_str).unwrap_or_default());
        documents.push(document(secret, format!("configs[{index}]"), state, reading)?);
    }
    for part in std::iter::once(value).chain(configs.into_iter().flatten()) {
        for (path, secret, state) in secrets(part) {
            documents.push(document(secret, path, Some(state), reading)?);
        }
    }
    Ok(())
}

fn secrets(part: &Value) -> impl Iterator<Item = (String, &Value, State)> {
    LISTS.into_iter().flat_map(|(names, state)| names.map(|name| (name, state))).flat_map(
        move |(list, state)| {
            let items = part.get(list).and_then(Value::as_array);
            items
                .into_iter()
                .flatten()
                .enumerate()
                .map(move |(index, secret)| (format!("{list}[{index}]"), secret, state))
        },
    )
}

/// What a secret of a `?resource=` answer is: its type does not tell warming from active, which the
/// address that was asked did.
fn state_of(type_url: &str) -> Option<State> {
    type_url.ends_with("SecretsConfigDump.StaticSecret").then_some(State::Static)
}

fn document(
    item: &Value,
    path: String,
    state: Option<State>,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    reading.object()?;
    let mut findings = Vec::new();
    let mut entries = Vec::new();
    let mut kind = None;
    if let Some(secret) = item.get("secret") {
        if let Some((key, certificate)) = either(secret, ["tls_certificate", "tlsCertificate"]) {
            kind = Some(key);
            for names in [["certificate_chain", "certificateChain"], ["private_key", "privateKey"]] {
                if let Some((name, source)) = either(certificate, names) {
                    entries.extend(data(&format!("{key}.{name}"), source, reading, &mut findings)?);
                }
            }
        }
        if let Some((key, context)) = either(secret, ["validation_context", "validationContext"]) {
            kind = Some(key);
            if let Some((name, source)) = either(context, ["trusted_ca", "trustedCa"]) {
                entries.extend(data(&format!("{key}.{name}"), source, reading, &mut findings)?);
            }
            for (domain, source) in spiffe_bundles(context) {
                let path = format!("{key} trust_domains['{domain}']");
                entries.extend(data(&path, source, reading, &mut findings)?);
            }
        }
    }
    let source = Source {
        format: Format::ConfigDump,
        path: Some(path),
        name: item.get("name").and_then(Value::as_str).map(str::to_owned),
        kind: kind.map(str::to_owned),
        state,
        ..Source::default()
    };
    Ok(Document { source, entries, findings })
}

/// The bundles of a `SPIFFECertValidatorConfig`: one per trust domain (SPIRE with federation).
fn spiffe_bundles(context: &Value) -> Vec<(&str, &Value)> {
    let domains = either(context, ["custom_validator_config", "customValidatorConfig"])
        .and_then(|(_, validator)| either(validator, ["typed_config", "typedConfig"]))
        .and_then(|(_, config)| either(config, ["trust_domains", "trustDomains"]))
        .and_then(|(_, domains)| domains.as_array());
    domains
        .into_iter()
        .flatten()
        .filter_map(|domain| {
            let (_, bundle) = either(domain, ["trust_bundle", "trustBundle"])?;
            Some((domain.get("name")?.as_str()?, bundle))
        })
        .collect()
}

/// A `DataSource` (config.core.v3): bytes in base64 or a text. A file's name tells nothing here.
fn data(
    path: &str,
    source: &Value,
    reading: &mut Reading<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Entry>, ReadError> {
    let bytes = match either(source, ["inline_bytes", "inlineBytes"]) {
        Some((_, Value::String(text))) => {
            if let Some(bytes) = wiped::base64(text.as_bytes()) {
                bytes
            } else {
                findings.push(Finding::new(&UNREADABLE, path, format!("{path} is not base64")));
                return Ok(None);
            }
        }
        _ => match either(source, ["inline_string", "inlineString"]) {
            Some((_, Value::String(text))) => Zeroizing::new(text.clone().into_bytes()),
            _ => return Ok(None),
        },
    };
    if bytes.is_empty() || *bytes == REDACTED {
        return Ok(None);
    }
    let before = findings.len();
    let entry = reading.pem(path, &bytes, findings)?;
    if entry.is_empty() && findings.len() == before {
        findings.push(Finding::new(&UNREADABLE, path, format!("{path} has no PEM block")));
        return Ok(None);
    }
    Ok(Some(entry))
}
