//! `metadata`, as far as a rule reads it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use signet_certs::UnixTime;

use super::{ObjectName, mapping};
use crate::names::ANNOTATION_PREFIX;

/// The metadata of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// The name; empty while only `generateName` is given.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub name: String,
    /// The prefix of a name that the API server will make.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub generate_name: String,
    /// The namespace; empty for cluster-scoped kinds and for pods in a review.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub namespace: String,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub annotations: BTreeMap<String, String>,
    /// When the API server made it; whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<UnixTime>,
    /// When it was asked to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<UnixTime>,
    /// The API server's mark of this state of the object; empty in manifests and snapshots.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub resource_version: String,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub owner_references: Vec<OwnerReference>,
}

impl ObjectMeta {
    /// Namespace and name, to find the object again.
    pub fn object_name(&self) -> ObjectName {
        ObjectName::new(&*self.namespace, &*self.name)
    }

    /// The annotations that are for Signet.
    pub fn signet_annotations(&self) -> BTreeMap<String, String> {
        let annotations = self.annotations.iter();
        annotations
            .filter(|(name, _)| name.starts_with(ANNOTATION_PREFIX))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

/// One owner of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// The owner's kind.
    pub kind: String,
    /// The owner's name.
    pub name: String,
    /// Whether it is the controller.
    #[serde(deserialize_with = "null_as_default")]
    pub controller: bool,
}

/// Kubernetes writes an absent list or map as nothing or as `null`.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
