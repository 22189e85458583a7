//! The objects that configure a mesh.

use std::collections::BTreeMap;

use litemap::LiteMap;
use serde::{Deserialize, Serialize};

use super::mapping;
use super::meta::{ObjectMeta, null_as_default};
use super::pod::Pod;

/// A Namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Namespace {
    /// Its metadata, of which labels and annotations matter.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
}

/// A ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMap {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// Its texts.
    #[serde(deserialize_with = "null_as_default")]
    pub data: BTreeMap<String, String>,
}

/// An Istio ProxyConfig (networking.istio.io/v1beta1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProxyConfig {
    /// Its metadata; age decides ties.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// What it sets.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: ProxyConfigSpec,
}

/// What a ProxyConfig sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProxyConfigSpec {
    /// Absent: the whole namespace. Present without labels: nothing at all.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub selector: Option<Selector>,
    /// What becomes `proxyMetadata`. A node of the standard library's map has room for eleven; here there is one,
    /// in each of ten thousand namespaces.
    #[serde(skip_serializing_if = "LiteMap::is_empty", deserialize_with = "null_as_default")]
    pub environment_variables: LiteMap<String, String>,
}

/// A workload selector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    /// Labels that the pod must all have.
    #[serde(deserialize_with = "null_as_default")]
    pub match_labels: BTreeMap<String, String>,
}

/// A Deployment, for istiod's settings and for manifests with a pod template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// What it runs.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: DeploymentSpec,
}

/// What a Deployment runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentSpec {
    /// The pods that it makes.
    #[serde(deserialize_with = "mapping::object")]
    pub template: PodTemplate,
}

/// A pod template: a pod without name and namespace.
pub type PodTemplate = Pod;
