//! Envoy's `/config_dump`, whole or masked, in Envoy's spelling or istioctl's.

use zeroize::Zeroizing;

use super::json::Json;
use super::{ReadError, either, reading::Reading, wiped};
use crate::finding::UNREADABLE;
use crate::{Document, Entry, Finding, Format, Source, State};

/// The lists of secrets, in the order in which istioctl shows them; each in both spellings
/// (admin.v3.SecretsConfigDump).
const LISTS: [(&str, State); 6] = [
    ("dynamic_warming_secrets", State::Warming),
    ("dynamicWarmingSecrets", State::Warming),
    ("dynamic_active_secrets", State::Active),
    ("dynamicActiveSecrets", State::Active),
    ("static_secrets", State::Static),
    ("staticSecrets", State::Static),
];

/// What Envoy writes in the place of a private key.
const REDACTED: &[u8] = b"[redacted]";

/// A dump, or the part of one with the secrets.
pub(super) struct Dump<'t> {
    configs: Vec<Part<'t>>,
    /// The value itself: a part that stands alone.
    alone: Part<'t>,
}

/// What may hold secrets: one of the configs of a dump.
struct Part<'t> {
    value: Json<'t>,
    type_url: Option<Json<'t>>,
    /// Whether it is a secret itself: `?resource=dynamic_active_secrets` answers so.
    is_secret: bool,
    /// Each of [`LISTS`].
    lists: [Option<Json<'t>>; LISTS.len()],
}

impl<'t> Dump<'t> {
    /// The dump that a value is; nothing if it is none.
    pub(super) fn of(value: Json<'t>, reading: &Reading<'_>) -> Result<Option<Self>, ReadError> {
        let alone = Part::of(value);
        let configs = value.field("configs").filter(|configs| configs.is_list());
        let parts = configs.map_or(Ok(Vec::new()), |configs| reading.items(configs))?;
        let dump = Self { configs: parts.into_iter().map(Part::of).collect(), alone };
        let is_dump = configs.is_some() && dump.configs.iter().all(|config| config.type_url.is_some());
        let is_part = dump.alone.lists.into_iter().flatten().any(Json::has_items);
        Ok((is_dump || is_part).then_some(dump))
    }

    /// A document for each secret.
    pub(super) fn read(
        &self,
        reading: &mut Reading<'_>,
        documents: &mut Vec<Document>,
    ) -> Result<(), ReadError> {
        for (index, config) in self.configs.iter().enumerate() {
            if config.is_secret {
                let state = state_of(config.type_url.and_then(Json::text).as_deref().unwrap_or_default());
                documents.push(document(config.value, format!("configs[{index}]"), state, reading)?);
            }
        }
        for part in std::iter::once(&self.alone).chain(&self.configs) {
            for ((list, state), items) in LISTS.into_iter().zip(part.lists) {
                let Some(items) = items else { continue };
                for (index, item) in reading.items(items)?.into_iter().enumerate() {
                    documents.push(document(item, format!("{list}[{index}]"), Some(state), reading)?);
                }
            }
        }
        Ok(())
    }
}

impl<'t> Part<'t> {
    fn of(value: Json<'t>) -> Self {
        let [type_url, secret] = value.fields(["@type", "secret"]);
        Self {
            value,
            type_url,
            is_secret: secret.is_some(),
            lists: value.fields(LISTS.map(|(list, _)| list)),
        }
    }
}

/// What a secret of a `?resource=` answer is: its type does not tell warming from active, which the
/// address that was asked did.
fn state_of(type_url: &str) -> Option<State> {
    type_url.ends_with("SecretsConfigDump.StaticSecret").then_some(State::Static)
}

fn document(
    item: Json<'_>,
    path: String,
    state: Option<State>,
    reading: &mut Reading<'_>,
) -> Result<Document, ReadError> {
    reading.object()?;
    let [name, secret] = item.fields(["name", "secret"]);
    let (kind, entries) = secret.map_or(Ok((None, Vec::new())), |secret| entries(secret, reading))?;
    let source = Source {
        format: Format::ConfigDump,
        path: Some(path),
        name: name.and_then(Json::text).map(|name| name.to_string()),
        kind: kind.map(str::to_owned),
        state,
        ..Source::default()
    };
    Ok(reading.document(source, entries))
}

/// What kind of secret it is, as Envoy calls it, and what it holds.
fn entries(
    secret: Json<'_>,
    reading: &mut Reading<'_>,
) -> Result<(Option<&'static str>, Vec<Entry>), ReadError> {
    let mut kind = None;
    let mut entries = Vec::new();
    if let Some((key, certificate)) = either(secret, ["tls_certificate", "tlsCertificate"]) {
        kind = Some(key);
        for names in [["certificate_chain", "certificateChain"], ["private_key", "privateKey"]] {
            if let Some((name, source)) = either(certificate, names) {
                entries.extend(data(&format!("{key}.{name}"), source, reading)?);
            }
        }
    }
    if let Some((key, context)) = either(secret, ["validation_context", "validationContext"]) {
        kind = Some(key);
        if let Some((name, source)) = either(context, ["trusted_ca", "trustedCa"]) {
            entries.extend(data(&format!("{key}.{name}"), source, reading)?);
        }
        for domain in trust_domains(context, reading)? {
            let bundle = either(domain, ["trust_bundle", "trustBundle"]);
            if let (Some(name), Some((_, source))) = (domain.field("name").and_then(Json::text), bundle) {
                entries.extend(data(&format!("{key} trust_domains['{}']", &*name), source, reading)?);
            }
        }
    }
    Ok((kind, entries))
}

/// Those of a `SPIFFECertValidatorConfig`, each with a bundle (SPIRE with federation).
fn trust_domains<'t>(context: Json<'t>, reading: &Reading<'_>) -> Result<Vec<Json<'t>>, ReadError> {
    let domains = either(context, ["custom_validator_config", "customValidatorConfig"])
        .and_then(|(_, validator)| either(validator, ["typed_config", "typedConfig"]))
        .and_then(|(_, config)| either(config, ["trust_domains", "trustDomains"]));
    domains.map_or(Ok(Vec::new()), |(_, domains)| reading.items(domains))
}

/// A `DataSource` (config.core.v3): bytes in base64 or a text. A file's name tells nothing here.
fn data(path: &str, source: Json<'_>, reading: &mut Reading<'_>) -> Result<Option<Entry>, ReadError> {
    let text = |names| either(source, names).and_then(|(_, value)| value.text());
    let bytes = match (text(["inline_bytes", "inlineBytes"]), text(["inline_string", "inlineString"])) {
        (Some(encoded), _) => wiped::base64(encoded.as_bytes()),
        (None, Some(text)) => Some(Zeroizing::new(text.as_bytes().to_vec())),
        (None, None) => return Ok(None),
    };
    let Some(bytes) = bytes else {
        reading.unreadable(Finding::new(&UNREADABLE, path, format!("{path} is not base64")));
        return Ok(None);
    };
    if bytes.is_empty() || *bytes == REDACTED {
        return Ok(None);
    }
    let before = reading.unread();
    let entry = reading.pem(path, &bytes)?;
    if entry.is_empty() && reading.unread() == before {
        reading.unreadable(Finding::new(&UNREADABLE, path, format!("{path} has no PEM block")));
        return Ok(None);
    }
    Ok(Some(entry))
}
