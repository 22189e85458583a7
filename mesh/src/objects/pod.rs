//! The parts of a Pod that decide about its signer.

use serde::{Deserialize, Serialize};

use super::mapping;
use super::meta::{ObjectMeta, null_as_default};

/// A Pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pod {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// What it runs.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: PodSpec,
    /// What became of it.
    #[serde(deserialize_with = "mapping::object")]
    pub status: PodStatus,
}

impl Pod {
    /// Whether its containers run and it was not asked to go: only then its proxy can be read.
    pub fn is_running(&self) -> bool {
        let runs = !matches!(self.status.phase.as_str(), "Pending" | "Succeeded" | "Failed");
        runs && self.metadata.deletion_timestamp.is_none()
    }
}

/// What a pod runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Containers.
    #[serde(deserialize_with = "mapping::list")]
    pub containers: Vec<Container>,
    /// Init containers; with `restartPolicy: Always` a native sidecar.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub init_containers: Vec<Container>,
    /// Volumes.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub volumes: Vec<Volume>,
    /// The pod shares its node's network.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub host_network: bool,
    /// The service account; empty means `default`.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub service_account_name: String,
    /// The node, once scheduled.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub node_name: String,
}

/// What became of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`; empty in a manifest.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub phase: String,
}

/// One container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image; a half-made proxy has none.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub image: String,
    /// Its arguments: what kind of proxy it is.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub args: Vec<String>,
    /// `Always` makes an init container a native sidecar.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub restart_policy: String,
    /// Its environment; absent and empty differ for a patch.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_list")]
    pub env: Option<Vec<EnvVar>>,
    /// Environment from objects that cannot be known here.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub env_from: Vec<EnvFrom>,
    /// Its mounts; absent and empty differ for a patch.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_list")]
    pub volume_mounts: Option<Vec<VolumeMount>>,
}

/// One environment variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value, with `$(VAR)` not yet expanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where its value comes from instead.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub value_from: Option<ValueSource>,
}

/// Where a value comes from when it is not in the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ValueSource {
    /// A field of the pod itself; every other source is unknown here.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub field_ref: Option<FieldRef>,
}

/// A field of the pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldRef {
    /// `metadata.namespace` and the like.
    pub field_path: String,
}

/// A whole ConfigMap or Secret as environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvFrom {
    /// Put before each name.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub prefix: String,
}

/// One mount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeMount {
    /// The volume's name.
    pub name: String,
    /// Where it appears.
    pub mount_path: String,
    /// Whether it can be written.
    #[serde(skip_serializing_if = "std::ops::Not::not", deserialize_with = "null_as_default")]
    pub read_only: bool,
}

/// One volume: its name, and what it is as far as a rule asks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// A ConfigMap by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<serde_json::Value>,
    /// A CSI driver's volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csi: Option<serde_json::Value>,
}
