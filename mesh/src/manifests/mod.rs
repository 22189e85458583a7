//! Manifests as people keep them in files: everything that decides about pods, and the pods.

mod kinds;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use signet_certs::{Limits, yaml};

use crate::config::{ControlPlane, MeshConfig};
use crate::objects::{Namespace, ObjectName, Pod, ProxyConfig};
use crate::review::State;
use crate::signers::{ClusterIssuers, SpireSetup};
use crate::{Policy, Signers, names};

/// What was found in files of manifests, in the order in which it was found.
///
/// A document that cannot be read is a [`Problem`] and never hides another one. Kinds that decide
/// nothing here are passed over.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// The mesh config: ConfigMap `istio`, or that of a revision when there is no other.
    pub mesh: Option<MeshConfig>,
    /// istiod's settings, from its Deployment.
    pub control_plane: Option<ControlPlane>,
    /// PEM of the roots of istiod's own CA.
    pub istiod_roots: Option<String>,
    /// The ProxyConfigs.
    pub proxy_configs: Vec<ProxyConfig>,
    /// What SPIRE is set up to do. Of ClusterSPIFFEIDs those in the files are taken to be all, if there
    /// are any.
    pub spire: SpireSetup,
    /// The signers of the ClusterTrustBundles.
    pub bundled: BTreeSet<String>,
    /// The ClusterIssuers. Those in the files are taken to be all, if there are any.
    pub cluster_issuers: ClusterIssuers,
    /// The Namespaces.
    pub namespaces: Vec<Namespace>,
    /// The pods, and one for each thing with a pod template, named after it.
    pub pods: Vec<Pod>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A document, or an item of a List, that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as it was given.
    pub file: String,
    /// The document in that file, from 1, empty ones not counted; 0 for the file as a whole.
    pub document: usize,
    /// What it is, as far as it says: kind and name, with its place in a List.
    pub object: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.document > 0 {
            write!(f, ", document {}", self.document)?;
        }
        if let Some(object) = &self.object {
            write!(f, " ({object})")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl Manifests {
    /// Takes in the contents of one file: YAML with any number of documents, or JSON.
    pub fn read(&mut self, file: &str, bytes: &[u8]) {
        let limits = Limits::default();
        if bytes.len() > limits.bytes {
            let reason = format!(
                "it has {} bytes, more than the limit of {}; split it into several files",
                bytes.len(),
                limits.bytes
            );
            return self.report(&Place::file(file), reason);
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}'),
            Err(error) => {
                let reason = format!(
                    "it is no text (byte {} is not UTF-8); give YAML or JSON manifests",
                    error.valid_up_to()
                );
                return self.report(&Place::file(file), reason);
            }
        };
        let documents = yaml::documents(text);
        if documents.is_empty() {
            self.report(&Place::file(file), "it holds no document; give YAML or JSON manifests".to_owned());
        }
        for (index, document) in documents.into_iter().enumerate() {
            let place = Place { file, document: index + 1, path: String::new() };
            match document {
                Ok(value) => self.take(&place, value),
                Err(error) => self.report(&place, format!("{error}; correct the YAML there")),
            }
        }
    }

    /// What to decide on: these manifests as if they were applied to a cluster.
    pub fn state(&self, policy: Policy) -> State {
        let mut proxy_configs: HashMap<String, Vec<ProxyConfig>> = HashMap::new();
        for proxy_config in &self.proxy_configs {
            proxy_configs
                .entry(proxy_config.metadata.namespace.clone())
                .or_default()
                .push(proxy_config.clone());
        }
        let mesh = self.mesh.clone().unwrap_or_default();
        let annotations = State::annotations_of(&self.namespaces);
        let mut control_plane = self.control_plane.clone().unwrap_or_default();
        control_plane.external_ca_cert |= annotations
            .get(&mesh.object.namespace)
            .is_some_and(|annotations| annotations.contains_key(names::ISTIOD_CA_SECRET_ANNOTATION));
        let signers = Signers {
            spire: Arc::new(self.spire.clone()),
            bundled: Arc::new(self.bundled.clone()),
            cluster_issuers: (!self.cluster_issuers.is_empty())
                .then(|| Arc::new(self.cluster_issuers.clone())),
            ..Signers::new(&mesh, control_plane, self.istiod_roots.as_deref())
        };
        State {
            mesh: Arc::new(mesh),
            proxy_configs: proxy_configs
                .into_iter()
                .map(|(namespace, all)| (namespace, all.into()))
                .collect(),
            annotations,
            signers: Arc::new(signers),
            policy,
            snapshot_age_seconds: 0,
        }
    }

    /// Takes in one object, or each item of a List by itself.
    fn take(&mut self, place: &Place<'_>, value: Value) {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Value::Object(mut fields) = value else {
            return self
                .report(place, "it is no Kubernetes object; an object has apiVersion and kind".to_owned());
        };
        if kind.is_empty() {
            return self
                .report(place, "it has no kind, so it is no Kubernetes object; add its kind".to_owned());
        }
        if !kind.ends_with("List") {
            return self.take_object(place, &kind, Value::Object(fields));
        }
        let Some(Value::Array(items)) = fields.remove("items") else {
            return self.report(place, format!("the {kind} has no items; add the objects under items"));
        };
        for (index, mut item) in items.into_iter().enumerate() {
            let path = format!("{}items[{index}]", place.path);
            // The API server leaves the kind out of a typed list's items.
            if let (Value::Object(fields), Some(kind)) = (&mut item, kind.strip_suffix("List"))
                && !kind.is_empty()
            {
                fields.entry("kind").or_insert_with(|| kind.into());
            }
            if item.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List")) {
                self.report(&Place { path, ..*place }, "a List in a List is not read; unfold it".to_owned());
            } else {
                self.take(&Place { path, ..*place }, item);
            }
        }
    }

    fn report(&mut self, place: &Place<'_>, reason: String) {
        let object = (!place.path.is_empty()).then(|| place.path.clone());
        self.problems.push(Problem { file: place.file.to_owned(), document: place.document, object, reason });
    }

    fn report_object(&mut self, place: &Place<'_>, kind: &str, name: &ObjectName, reason: String) {
        let object = format!("{kind} {name}");
        let path = match place.path.as_str() {
            "" => object,
            path => format!("{path}, {object}"),
        };
        self.report(&Place { path, ..*place }, reason);
    }
}

/// Where something stands in the files.
struct Place<'a> {
    file: &'a str,
    document: usize,
    /// The place in a List; empty outside of one.
    path: String,
}

impl<'a> Place<'a> {
    fn file(file: &'a str) -> Self {
        Self { file, document: 0, path: String::new() }
    }
}
