//! What servers ask of the connections of their clients.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mapping;
use super::mesh_objects::Selector;
use super::meta::{ObjectMeta, null_as_default};

/// An Istio PeerAuthentication (security.istio.io/v1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PeerAuthentication {
    /// Its metadata; age decides ties.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// What it asks.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: PeerAuthenticationSpec,
}

/// What a PeerAuthentication asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PeerAuthenticationSpec {
    /// The workloads; absent or without labels: the whole namespace, or mesh.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub selector: Option<Selector>,
    /// What holds for every port.
    #[serde(deserialize_with = "mapping::object")]
    pub mtls: MutualTls,
    /// What holds for single ports of the workloads that a selector names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub port_level_mtls: BTreeMap<String, MutualTls>,
}

/// A setting of mutual TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MutualTls {
    /// Its mode; nothing where it is inherited.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mode")]
    pub mode: Option<MutualTlsMode>,
}

/// What a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MutualTlsMode {
    /// Plaintext alone.
    Disable,
    /// Plaintext and mutual TLS.
    Permissive,
    /// Mutual TLS alone.
    Strict,
}

impl MutualTlsMode {
    /// As Istio writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disable => "DISABLE",
            Self::Permissive => "PERMISSIVE",
            Self::Strict => "STRICT",
        }
    }
}

impl PeerAuthenticationSpec {
    /// Whether it is for a whole namespace, or the mesh.
    pub(crate) fn is_for_all(&self) -> bool {
        self.selector.as_ref().is_none_or(|selector| selector.match_labels.is_empty())
    }

    /// Whether it is for workloads with these labels.
    pub(crate) fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        let wanted = self.selector.iter().flat_map(|selector| &selector.match_labels);
        wanted.into_iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

/// `UNSET` is inherited like an absent one.
fn mode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<MutualTlsMode>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    enum Written {
        Unset,
        #[serde(untagged)]
        Set(MutualTlsMode),
    }
    Ok(match Option::deserialize(deserializer)? {
        Some(Written::Set(mode)) => Some(mode),
        Some(Written::Unset) | None => None,
    })
}
