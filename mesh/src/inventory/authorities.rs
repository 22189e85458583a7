//! Where roots come from, and who issues: the objects that hold CA certificates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signet_certs::{Certificate, Document, Limits};

use crate::config::CertManager;
use crate::names::{CA_CONFIG_MAP, ISTIO_ROOT_CONFIG_MAP};
use crate::objects::{CaSecret, ClusterTrustBundle, ConfigMap, Deployment, Issuer, Kind, ObjectName};

/// The keys of a CA's Secret that hold roots, whatever the certificates under them say of themselves.
const ROOT_KEYS: [&str; 2] = ["ca.crt", "root-cert.pem"];

/// What was seen of the objects that hold CA certificates.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    cert_manager: Option<CertManager>,
    /// Of ClusterIssuers the namespace is empty.
    issuers: BTreeMap<ObjectName, Arc<Issuer>>,
    held: BTreeMap<(SourceKind, ObjectName), Held>,
}

/// The certificates of one object, by key.
#[derive(Clone, Debug, Default)]
struct Held {
    roots: Vec<(String, Arc<Certificate>)>,
    /// The signer that a trust bundle is of.
    signer: Option<String>,
}

/// Where a root comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RootSource {
    /// The kind of object.
    pub kind: SourceKind,
    /// Its namespace.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The key, or the field, that holds the root.
    pub key: String,
}

/// The kinds of objects that roots come from, as Kubernetes spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SourceKind {
    /// certificates.k8s.io ClusterTrustBundle.
    ClusterTrustBundle,
    /// v1 ConfigMap: roots as they are, or a mesh config's `caCertificates`.
    ConfigMap,
    /// v1 Secret.
    Secret,
}

impl SourceKind {
    /// The kind's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClusterTrustBundle => "ClusterTrustBundle",
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
        }
    }
}

impl RootSource {
    /// The key or field of an object.
    pub(crate) fn new(kind: SourceKind, object: &ObjectName, key: impl Into<String>) -> Self {
        let ObjectName { namespace, name } = object.clone();
        Self { kind, namespace, name, key: key.into() }
    }
}

/// As people look it up: `ConfigMap istio-system/istio mesh`.
impl std::fmt::Display for RootSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let object = ObjectName::new(&*self.namespace, &*self.name);
        write!(f, "{} {object} {}", self.kind.word(), self.key)
    }
}

impl Authorities {
    /// Every root that an object holds, with where it is.
    pub fn roots(&self) -> impl Iterator<Item = (RootSource, &Arc<Certificate>)> {
        self.held.iter().flat_map(|((kind, object), held)| {
            held.roots.iter().map(move |(key, root)| (RootSource::new(*kind, object, key), root))
        })
    }

    /// The roots of the trust bundles of this signer, by its full name.
    pub fn bundle_of<'a>(&'a self, signer: &'a str) -> impl Iterator<Item = &'a Arc<Certificate>> {
        let of_signer = self.held.values().filter(move |held| held.signer.as_deref() == Some(signer));
        of_signer.flat_map(|held| held.roots.iter().map(|(_, root)| root))
    }

    /// The Secret that an issuer signs with, where it is one with a CA of its own.
    pub fn secret_of_issuer(&self, issuer: &Issuer) -> Option<ObjectName> {
        match &self.cert_manager {
            Some(settings) => settings.secret_of(issuer),
            None => CertManager::default().secret_of(issuer),
        }
    }

    /// The roots in that Secret: the issuer's own certificate where it is a root.
    pub fn roots_of_issuer(&self, issuer: &Issuer) -> Vec<Arc<Certificate>> {
        let secret = self.secret_of_issuer(issuer);
        let held = secret.and_then(|secret| self.held.get(&(SourceKind::Secret, secret)));
        let roots = held.iter().flat_map(|held| &held.roots).map(|(_, root)| Arc::clone(root));
        let mut roots: Vec<Arc<Certificate>> = roots.collect();
        roots.dedup_by_key(|root| root.fingerprint);
        roots
    }

    /// The ClusterIssuers, whose namespace is empty, and the Issuers, by name.
    pub fn issuers(&self) -> &BTreeMap<ObjectName, Arc<Issuer>> {
        &self.issuers
    }

    pub(super) fn put_issuer(&mut self, name: ObjectName, issuer: Issuer) {
        self.issuers.insert(name, Arc::new(issuer));
    }

    pub(super) fn put_deployment(&mut self, deployment: &Deployment) {
        self.cert_manager = CertManager::of(deployment).or(self.cert_manager.take());
    }

    pub(super) fn put_bundle(&mut self, name: ObjectName, bundle: ClusterTrustBundle) {
        let roots = certificates(&bundle.spec.trust_bundle);
        let roots = roots.into_iter().map(|root| ("spec.trustBundle".to_owned(), root)).collect();
        let signer = Some(bundle.spec.signer_name).filter(|signer| !signer.is_empty());
        self.held.insert((SourceKind::ClusterTrustBundle, name), Held { roots, signer });
    }

    pub(super) fn put_config_map(&mut self, name: &ObjectName, config_map: &ConfigMap) {
        if matches!(name.name.as_str(), CA_CONFIG_MAP | ISTIO_ROOT_CONFIG_MAP) {
            self.hold(SourceKind::ConfigMap, name.clone(), &config_map.data, |_, _| true);
        }
    }

    pub(super) fn put_secret(&mut self, name: ObjectName, secret: &CaSecret) {
        let is_root = |key: &str, one: &Certificate| ROOT_KEYS.contains(&key) || one.is_self_issued();
        self.hold(SourceKind::Secret, name, &secret.data, is_root);
    }

    fn hold(
        &mut self,
        kind: SourceKind,
        name: ObjectName,
        data: &BTreeMap<String, String>,
        is_root: impl Fn(&str, &Certificate) -> bool,
    ) {
        let all = data
            .iter()
            .flat_map(|(key, text)| certificates(text).into_iter().map(move |one| (key.clone(), one)));
        let roots = all.filter(|(key, one)| is_root(key, one)).collect();
        self.held.insert((kind, name), Held { roots, signer: None });
    }

    pub(super) fn remove(&mut self, kind: Kind, name: &ObjectName) {
        let source = match kind {
            Kind::CertManager => {
                self.cert_manager = None;
                return;
            }
            Kind::ClusterIssuer | Kind::Issuer => {
                self.issuers.remove(name);
                return;
            }
            Kind::ClusterTrustBundle => SourceKind::ClusterTrustBundle,
            Kind::ConfigMap | Kind::RootConfigMap => SourceKind::ConfigMap,
            Kind::Secret => SourceKind::Secret,
            _ => return,
        };
        self.held.remove(&(source, name.clone()));
    }
}

/// The certificates of a text; none where there is nothing to read.
pub(crate) fn certificates(text: &str) -> Vec<Arc<Certificate>> {
    let documents = signet_certs::read(text.as_bytes(), &Limits::default()).unwrap_or_default();
    documents.iter().flat_map(Document::certificates).cloned().collect()
}
