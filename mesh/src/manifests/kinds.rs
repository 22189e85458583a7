//! What each kind of object means for pods.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Manifests, Place};
use crate::config::{ControlPlane, MeshConfig};
use crate::names;
use crate::objects::{
    ClusterSpiffeId, ClusterTrustBundle, ConfigMap, Deployment, Issuer, Namespace, ObjectMeta, ObjectName,
    OwnerReference, Pod, ProxyConfig,
};

impl Manifests {
    /// Takes in one object by its kind; a kind that decides nothing is passed over.
    pub(super) fn take_object(&mut self, place: &Place<'_>, kind: &str, value: Value) {
        let metadata = value.get("metadata").cloned().and_then(|metadata| parse(metadata).ok());
        let name = metadata.as_ref().map(ObjectMeta::object_name).unwrap_or_default();
        let result = match kind {
            "ConfigMap" => parse(value).map(|config_map| self.take_config_map(place, &config_map)),
            "Secret" => self.take_secret(&name, &value),
            "ProxyConfig" => parse(value).map(|mut proxy_config: ProxyConfig| {
                default_namespace(&mut proxy_config.metadata);
                self.proxy_configs.push(proxy_config);
            }),
            "ClusterIssuer" => parse(value).map(|issuer: Issuer| {
                self.cluster_issuers.insert(name.name.clone(), issuer.is_unready());
            }),
            "ClusterSPIFFEID" => parse(value).map(|identity: ClusterSpiffeId| {
                self.spire.identities.get_or_insert_default().insert(name.name.clone(), identity);
            }),
            "ClusterTrustBundle" => parse(value).map(|bundle: ClusterTrustBundle| {
                self.bundled.insert(bundle.spec.signer_name);
            }),
            "CSIDriver" if name.name == names::SPIRE_DRIVER => {
                self.spire.has_driver = Some(true);
                Ok(())
            }
            "Namespace" => parse(value).map(|namespace: Namespace| self.namespaces.push(namespace)),
            "Pod" => parse(value).map(|mut pod: Pod| {
                default_namespace(&mut pod.metadata);
                self.pods.push(pod);
            }),
            "Deployment" => self.take_deployment(&name, value),
            "DaemonSet" | "Job" | "ReplicaSet" | "ReplicationController" | "StatefulSet" => {
                self.take_template(kind, &name, value, "/spec/template")
            }
            "CronJob" => self.take_template(kind, &name, value, "/spec/jobTemplate/spec/template"),
            _ => Ok(()),
        };
        if let Err(reason) = result {
            self.report_object(place, kind, &name, reason);
        }
    }

    fn take_config_map(&mut self, place: &Place<'_>, config_map: &ConfigMap) {
        let name = config_map.metadata.object_name();
        match MeshConfig::of(config_map) {
            Some(Ok(mesh)) => return self.take_mesh(place, &name, mesh),
            Some(Err(error)) => {
                let reason = format!("its key {} is no mesh config: {error}", names::MESH_CONFIG_KEY);
                return self.report_object(place, "ConfigMap", &name, reason);
            }
            None => {}
        }
        if name.name == names::ISTIO_ROOT_CONFIG_MAP && self.istiod_roots.is_none() {
            self.istiod_roots = config_map.data.get(names::ISTIO_ROOT_KEY).cloned();
        }
    }

    /// One mesh config counts. That of the default revision comes before any other's.
    fn take_mesh(&mut self, place: &Place<'_>, name: &ObjectName, mesh: MeshConfig) {
        let is_default = |mesh: &MeshConfig| mesh.object.name == names::MESH_CONFIG_MAP;
        match &self.mesh {
            Some(first) if is_default(first) || !is_default(&mesh) => {
                let reason = format!(
                    "the mesh config of {} is used, and this one is not; leave one of them out",
                    first.object
                );
                self.report_object(place, "ConfigMap", name, reason);
            }
            _ => self.mesh = Some(mesh),
        }
    }

    /// The Secrets of istiod's own CA: plugged in, or made by itself.
    fn take_secret(&mut self, name: &ObjectName, value: &Value) -> Result<(), String> {
        if !matches!(name.name.as_str(), "cacerts" | "istio-ca-secret") || self.istiod_roots.is_some() {
            return Ok(());
        }
        // A self-made CA's root-cert.pem goes stale when it rotates, and ca-cert.pem is then the root.
        let keys = if name.name == "cacerts" {
            ["root-cert.pem", "ca.crt", "ca-cert.pem"]
        } else {
            ["ca-cert.pem", "root-cert.pem", "ca.crt"]
        };
        let entry = |key: &str| -> Option<Result<String, String>> {
            if let Some(text) = value.get("stringData").and_then(|data| data.get(key)?.as_str()) {
                return Some(Ok(text.to_owned()));
            }
            let encoded = value.get("data")?.get(key)?.as_str().filter(|text| !text.is_empty())?;
            let bytes =
                STANDARD.decode(encoded.trim()).map_err(|error| format!("its {key} is no base64: {error}"));
            Some(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
        };
        self.istiod_roots = keys.into_iter().find_map(entry).transpose()?;
        Ok(())
    }

    fn take_deployment(&mut self, name: &ObjectName, value: Value) -> Result<(), String> {
        let deployment: Deployment = parse(value)?;
        match ControlPlane::of(&deployment) {
            Some(control_plane) => self.control_plane = Some(control_plane),
            None => self.take_pod_of("Deployment", name, deployment.spec.template),
        }
        Ok(())
    }

    fn take_template(
        &mut self,
        kind: &str,
        name: &ObjectName,
        mut value: Value,
        path: &str,
    ) -> Result<(), String> {
        let template = value.pointer_mut(path).map(Value::take).ok_or_else(|| {
            format!(
                "it has no {}, so there is no pod to explain",
                path.trim_start_matches('/').replace('/', ".")
            )
        })?;
        let pod: Pod = parse(template)?;
        self.take_pod_of(kind, name, pod);
        Ok(())
    }

    /// A pod of a template, as its owner would make it, but for the end of its name.
    fn take_pod_of(&mut self, kind: &str, owner: &ObjectName, mut pod: Pod) {
        pod.metadata.name.clone_from(&owner.name);
        pod.metadata.namespace.clone_from(&owner.namespace);
        pod.metadata.owner_references =
            vec![OwnerReference { kind: kind.to_owned(), name: owner.name.clone(), controller: true }];
        default_namespace(&mut pod.metadata);
        self.pods.push(pod);
    }
}

fn parse<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Where kubectl puts an object that does not say where it belongs.
fn default_namespace(metadata: &mut ObjectMeta) {
    if metadata.namespace.is_empty() {
        "default".clone_into(&mut metadata.namespace);
    }
}
