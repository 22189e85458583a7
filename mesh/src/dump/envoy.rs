//! Envoy's `/config_dump` (envoy.admin.v3.ConfigDump), and istioctl's copy of a part of it.
//!
//! The certificates come from [`signet_certs::read`]; what it has no use for (which secrets are
//! warming, when one was updated, the node's metadata) is read here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use signet_certs::{Certificate, Document, Fingerprint, Limits, UnixTime};

use super::{Dump, ReadError};

/// The secret with the workload's own chain (Istio `pkg/security`).
const WORKLOAD: &str = "default";
/// The secret with the roots that peers are verified against.
const ROOTS: &str = "ROOTCA";

pub(super) fn read(bytes: &[u8]) -> Result<Dump, ReadError> {
    let outline: Outline = serde_json::from_slice(bytes).map_err(|error| rubbish(&error))?;
    let sections: Vec<&Section> = outline.configs.iter().chain([&outline.bare]).collect();
    if !sections.iter().any(|section| section.is_known()) {
        return Err(rubbish(&"it has neither secrets nor a bootstrap section"));
    }
    let active = secrets(&sections, |section| &section.active);
    let warming = secrets(&sections, |section| &section.warming);
    let documents = match signet_certs::read(bytes, &Limits::default()) {
        Ok(documents) => documents,
        // A dump it is, as was just seen; what it has not is a certificate.
        Err(signet_certs::ReadError::Unrecognised { .. }) => Vec::new(),
        Err(error) => return Err(rubbish(&error)),
    };
    let chain = certificates(&documents, WORKLOAD);
    let current = active.iter().find(|secret| secret.name == WORKLOAD);
    let metadata = sections.iter().find_map(|section| section.bootstrap.as_ref());
    let metadata = metadata.map(|bootstrap| &bootstrap.node.metadata);
    Ok(Dump {
        warming: chain.is_empty() && warming.iter().any(|secret| secret.name == WORKLOAD),
        updated: current.and_then(|secret| secret.updated),
        chain,
        roots: certificates(&documents, ROOTS),
        bundles: bundles(&documents),
        claimed_signer: metadata.and_then(|metadata| metadata.cert_signer.clone()),
        trust_domain: metadata.and_then(|metadata| metadata.mesh_id.clone()),
    })
}

fn rubbish(message: &impl ToString) -> ReadError {
    ReadError::Rubbish { message: message.to_string() }
}

fn secrets<'a>(sections: &[&'a Section], list: impl Fn(&'a Section) -> &'a Vec<Secret>) -> Vec<&'a Secret> {
    sections.iter().flat_map(|section| list(section)).collect()
}

/// The certificates of the active secret `name`: a warming one is not presented yet.
fn certificates(documents: &[Document], name: &str) -> Vec<Arc<Certificate>> {
    in_use(documents, name).flat_map(Document::certificates).cloned().collect()
}

fn in_use<'a>(documents: &'a [Document], name: &'a str) -> impl Iterator<Item = &'a Document> {
    documents
        .iter()
        .filter(move |document| document.source.name.as_deref() == Some(name))
        .filter(|document| !document.source.path.as_deref().is_some_and(is_warming))
}

/// The roots of each trust domain, where the validator is SPIFFE's.
fn bundles(documents: &[Document]) -> BTreeMap<String, BTreeSet<Fingerprint>> {
    let entries = in_use(documents, ROOTS).flat_map(|document| &document.entries);
    let bundle = |entry: &signet_certs::Entry| {
        let (_, domain) = entry.path.split_once("trust_domains['")?;
        let roots = entry.certificates.iter().map(|root| root.fingerprint).collect();
        Some((domain.strip_suffix("']")?.to_owned(), roots))
    };
    entries.filter_map(bundle).collect()
}

/// Whether a secret's place in the dump is among the warming ones, in either spelling.
fn is_warming(path: &str) -> bool {
    path.contains("dynamic_warming_secrets") || path.contains("dynamicWarmingSecrets")
}

/// The parts of a dump that are not certificates. istioctl prints a section without the list around
/// it.
#[derive(Deserialize)]
struct Outline {
    #[serde(default)]
    configs: Vec<Section>,
    #[serde(flatten)]
    bare: Section,
}

/// One of `configs[]`: its keys tell which.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Section {
    #[serde(alias = "dynamicActiveSecrets", rename = "dynamic_active_secrets")]
    active: Vec<Secret>,
    #[serde(alias = "dynamicWarmingSecrets", rename = "dynamic_warming_secrets")]
    warming: Vec<Secret>,
    bootstrap: Option<Bootstrap>,
    #[serde(rename = "@type")]
    kind: String,
}

impl Section {
    fn is_known(&self) -> bool {
        !self.active.is_empty()
            || !self.warming.is_empty()
            || self.bootstrap.is_some()
            || self.kind.starts_with("type.googleapis.com/envoy.admin.")
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Secret {
    name: String,
    #[serde(alias = "lastUpdated", rename = "last_updated", deserialize_with = "lenient_time")]
    updated: Option<UnixTime>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Bootstrap {
    node: Node,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "CERT_SIGNER", deserialize_with = "lenient_text")]
    cert_signer: Option<String>,
    #[serde(rename = "MESH_ID", deserialize_with = "lenient_text")]
    mesh_id: Option<String>,
}

/// A time that cannot be read is no reason to refuse a dump.
fn lenient_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<UnixTime>, D::Error> {
    Ok(lenient_text(deserializer)?.and_then(|text| text.parse().ok()))
}

/// Metadata is the pod's own and may hold anything.
fn lenient_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => Some(text),
        _ => None,
    })
}
