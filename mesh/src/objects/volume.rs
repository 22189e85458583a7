//! Volumes of a pod, as far as a rule reads or writes them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::mapping;
use super::meta::null_as_default;

/// One volume: its name, and what it is as far as a rule asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// The keys of a ConfigMap as files.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub config_map: Option<ConfigMapVolume>,
    /// A CSI driver's volume.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub csi: Option<CsiVolume>,
    /// Several sources in one folder.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub projected: Option<ProjectedVolume>,
    /// The keys of a Secret as files.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub secret: Option<SecretVolume>,
}

/// The keys of a ConfigMap as files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMapVolume {
    /// The ConfigMap's name.
    pub name: String,
    /// The pod starts without it.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub optional: bool,
    /// The keys that become files; none means all.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub items: Vec<KeyToPath>,
}

/// The keys of a Secret as files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecretVolume {
    /// The Secret's name.
    #[serde(deserialize_with = "null_as_default")]
    pub secret_name: String,
    /// The pod starts without it.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub optional: bool,
    /// The keys that become files; none means all.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub items: Vec<KeyToPath>,
}

/// A key that becomes a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeyToPath {
    /// The key.
    pub key: String,
    /// The file's path in the volume.
    pub path: String,
    /// The file's mode bits, where they are not the volume's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<i32>,
}

impl KeyToPath {
    /// The key as the file `path`.
    pub fn new(key: impl Into<String>, path: impl Into<String>) -> Self {
        Self { key: key.into(), path: path.into(), mode: None }
    }
}

/// A CSI driver's volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CsiVolume {
    /// The driver's name.
    pub driver: String,
    /// Whether the driver may only mount it for reading.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub read_only: bool,
}

/// Several sources in one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProjectedVolume {
    /// The sources.
    #[serde(deserialize_with = "mapping::list")]
    pub sources: Vec<ProjectedSource>,
}

/// One source of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProjectedSource {
    /// The anchors of ClusterTrustBundles, as one file.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub cluster_trust_bundle: Option<ClusterTrustBundleSource>,
}

/// The anchors of a signer's ClusterTrustBundles, as one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterTrustBundleSource {
    /// The signer.
    #[serde(deserialize_with = "null_as_default")]
    pub signer_name: String,
    /// Which of its bundles: all when empty, none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label_selector: Option<Map<String, Value>>,
    /// The file's path in the folder.
    pub path: String,
    /// The pod starts without it.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub optional: bool,
}
