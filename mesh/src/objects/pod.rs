//! The parts of a Pod that decide about its signer.

use serde::{Deserialize, Serialize};

use super::container::Container;
use super::mapping;
use super::meta::{ObjectMeta, null_as_default};
use super::volume::Volume;
use crate::names::PROXY_CONTAINER;

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
    /// Whether its proxy may run and it was not asked to go: only then that can be read.
    ///
    /// A native sidecar runs while its pod is still Pending, for ever if it gets no certificate.
    pub fn is_running(&self) -> bool {
        let runs = match self.status.phase.as_str() {
            "Pending" => self.status.has_running_sidecar(),
            phase => !matches!(phase, "Succeeded" | "Failed"),
        };
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
    /// What became of its init containers.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "mapping::list")]
    pub init_container_statuses: Vec<ContainerStatus>,
}

impl PodStatus {
    fn has_running_sidecar(&self) -> bool {
        let mut statuses = self.init_container_statuses.iter();
        statuses.any(|status| status.name == PROXY_CONTAINER && status.state.running.is_some())
    }
}

/// What became of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    /// The container's name.
    pub name: String,
    /// What it does now.
    #[serde(deserialize_with = "mapping::object")]
    pub state: ContainerState,
}

/// What a container does now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerState {
    /// There while it runs; when it was started is of no matter here.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    pub running: Option<Running>,
}

/// A container runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Running {}
