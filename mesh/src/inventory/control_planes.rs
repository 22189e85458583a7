//! The control planes of a mesh, one per revision: istiod's settings, its mesh config, its roots.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Signers;
use crate::config::{ControlPlane, InvalidMeshConfig, MeshConfig};
use crate::names::{
    ISTIO_ROOT_CONFIG_MAP, ISTIO_ROOT_KEY, ISTIOD_CA_SECRET_ANNOTATION, MESH_CONFIG_MAP, SPIRE_DRIVER,
};
use crate::objects::{
    ClusterSpiffeId, ClusterTrustBundle, ConfigMap, Deployment, Issuer, Kind, Namespace, ObjectName,
};
use crate::signers::{ClusterIssuers, SpireSetup};

/// The revision of an istiod that names none.
const DEFAULT: &str = "default";
/// Where a control plane is looked for as long as no istiod was seen.
const USUAL_NAMESPACE: &str = "istio-system";

/// One control plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its revision; `default` when it has none.
    pub name: String,
    /// The ConfigMap that its mesh config is in.
    pub mesh_config: ObjectName,
    /// Its mesh config, once one was seen that can be read.
    pub mesh: Option<Arc<MeshConfig>>,
    /// The signers that it knows.
    pub signers: Arc<Signers>,
}

/// What was seen of all control planes, and what follows from it.
///
/// A part of the [`Inventory`](super::Inventory), and by itself the whole of what an admission webhook
/// needs to know about them.
#[derive(Clone, Debug, Default)]
pub struct ControlPlanes {
    istiods: BTreeMap<ObjectName, ControlPlane>,
    meshes: BTreeMap<ObjectName, Result<Arc<MeshConfig>, InvalidMeshConfig>>,
    roots: BTreeMap<String, String>,
    /// The namespaces whose istiods get `external-ca-cert` from the webhook: no Deployment says so.
    external_ca_certs: BTreeSet<String>,
    issuers: Issuers,
    spire: Spire,
    /// The signers of ClusterTrustBundles, by the bundle's name.
    bundles: BTreeMap<String, String>,
    bundled: Arc<BTreeSet<String>>,
    revisions: BTreeMap<String, Revision>,
}

/// What was seen of cert-manager's ClusterIssuers so far; not all of them say nothing.
#[derive(Clone, Debug, Default)]
struct Issuers {
    seen: ClusterIssuers,
    complete: bool,
    known: Option<Arc<ClusterIssuers>>,
}

/// What was seen of SPIRE so far; a part of it that was not seen whole says nothing.
#[derive(Clone, Debug, Default)]
struct Spire {
    setup: Arc<SpireSetup>,
    has_driver: bool,
    identities: BTreeMap<String, ClusterSpiffeId>,
    complete: BTreeSet<Kind>,
}

impl ControlPlanes {
    /// The control plane of this revision; for a revision that is not known (a tag, say) the default
    /// one, or the only one.
    pub fn get(&self, revision: Option<&str>) -> Option<&Revision> {
        let only = || self.revisions.values().next().filter(|_| self.revisions.len() == 1);
        let named = revision.and_then(|revision| self.revisions.get(revision));
        named.or_else(|| self.revisions.get(DEFAULT)).or_else(only)
    }

    /// The ConfigMap with the mesh config of this revision, whether it was seen or not.
    pub fn mesh_config_of(&self, revision: Option<&str>) -> ObjectName {
        let found = self.get(revision).map(|revision| revision.mesh_config.clone());
        found.unwrap_or_else(|| mesh_config(USUAL_NAMESPACE, DEFAULT))
    }

    /// Every control plane, in byte order of the revisions.
    pub fn revisions(&self) -> impl Iterator<Item = &Revision> {
        self.revisions.values()
    }

    /// Whether ProxyConfigs of this namespace hold for the whole mesh.
    pub fn is_root_namespace(&self, namespace: &str) -> bool {
        let mut meshes = self.revisions.values().filter_map(|revision| revision.mesh.as_ref());
        meshes.any(|mesh| mesh.root_namespace == namespace)
    }

    /// The mesh configs that cannot be read, with the reason.
    pub fn problems(&self) -> impl Iterator<Item = (&ObjectName, &str)> {
        self.meshes.iter().filter_map(|(name, mesh)| Some((name, mesh.as_ref().err()?.reason.as_str())))
    }

    /// Takes a ConfigMap in; whether that changed a control plane.
    pub fn put_config_map(&mut self, name: &ObjectName, config_map: &ConfigMap) -> bool {
        if name.name == ISTIO_ROOT_CONFIG_MAP {
            let pem = config_map.data.get(ISTIO_ROOT_KEY).cloned().unwrap_or_default();
            self.roots.insert(name.namespace.clone(), pem);
            // Every namespace has one; those of the control planes decide.
            return self.is_control_plane(&name.namespace) && self.rebuild();
        }
        let Some(mesh) = MeshConfig::of(config_map) else { return false };
        self.meshes.insert(name.clone(), mesh.map(Arc::new));
        self.rebuild()
    }

    /// Takes a Deployment in; whether that changed a control plane.
    pub fn put_deployment(&mut self, name: &ObjectName, deployment: &Deployment) -> bool {
        let Some(istiod) = ControlPlane::of(deployment) else { return false };
        self.istiods.insert(name.clone(), istiod);
        self.rebuild()
    }

    /// Takes a Namespace in; whether that changed a control plane.
    pub fn put_namespace(&mut self, namespace: &Namespace) -> bool {
        let metadata = &namespace.metadata;
        let changed = if metadata.annotations.contains_key(ISTIOD_CA_SECRET_ANNOTATION) {
            self.external_ca_certs.insert(metadata.name.clone())
        } else {
            self.external_ca_certs.remove(&metadata.name)
        };
        changed && self.rebuild()
    }

    /// Takes a ClusterTrustBundle in; whether that changed a control plane.
    pub fn put_cluster_trust_bundle(&mut self, name: &ObjectName, bundle: &ClusterTrustBundle) -> bool {
        match bundle.spec.signer_name.as_str() {
            "" => self.bundles.remove(&name.name),
            signer => self.bundles.insert(name.name.clone(), signer.to_owned()),
        };
        self.note_bundles()
    }

    fn note_bundles(&mut self) -> bool {
        let bundled: BTreeSet<String> = self.bundles.values().cloned().collect();
        if *self.bundled == bundled {
            return false;
        }
        self.bundled = Arc::new(bundled);
        self.rebuild()
    }

    /// Takes a ClusterIssuer in; whether that changed a control plane. An Issuer is of no concern to one.
    pub fn put_issuer(&mut self, name: &ObjectName, issuer: &Issuer) -> bool {
        if name.namespace.is_empty() {
            self.issuers.seen.insert(name.name.clone(), issuer.is_unready());
        }
        self.issuers.has_changed() && self.rebuild()
    }

    /// Takes a CSIDriver in; whether that changed a control plane.
    pub fn put_csi_driver(&mut self, name: &ObjectName) -> bool {
        self.spire.has_driver |= name.name == SPIRE_DRIVER;
        self.spire.has_changed() && self.rebuild()
    }

    /// Takes a ClusterSPIFFEID in; whether that changed a control plane.
    pub fn put_cluster_spiffe_id(&mut self, name: &ObjectName, identity: ClusterSpiffeId) -> bool {
        self.spire.identities.insert(name.name.clone(), identity);
        self.spire.has_changed() && self.rebuild()
    }

    /// Takes note that all of a kind was seen, or that there is no such kind; whether that changed a
    /// control plane.
    pub fn complete(&mut self, kind: Kind, is_served: bool) -> bool {
        if kind == Kind::ClusterIssuer {
            self.issuers.complete = is_served;
            return self.issuers.has_changed() && self.rebuild();
        }
        // A cluster that does not know the kind may register pods in another way.
        if kind == Kind::CsiDriver || (kind == Kind::ClusterSpiffeId && is_served) {
            self.spire.complete.insert(kind);
        }
        self.spire.has_changed() && self.rebuild()
    }

    /// Takes note that an object is gone; whether that changed a control plane.
    pub fn remove(&mut self, kind: Kind, name: &ObjectName) -> bool {
        match kind {
            Kind::ClusterIssuer => {
                self.issuers.seen.remove(&name.name);
                return self.issuers.has_changed() && self.rebuild();
            }
            Kind::ClusterTrustBundle => {
                self.bundles.remove(&name.name);
                return self.note_bundles();
            }
            Kind::ClusterSpiffeId => {
                self.spire.identities.remove(&name.name);
                return self.spire.has_changed() && self.rebuild();
            }
            Kind::CsiDriver => {
                self.spire.has_driver &= name.name != SPIRE_DRIVER;
                return self.spire.has_changed() && self.rebuild();
            }
            Kind::Deployment => {
                self.istiods.remove(name);
            }
            Kind::Namespace => {
                self.external_ca_certs.remove(&name.name);
            }
            _ if name.name == ISTIO_ROOT_CONFIG_MAP => {
                self.roots.remove(&name.namespace);
            }
            _ => {
                self.meshes.remove(name);
            }
        }
        self.rebuild()
    }

    /// Whether an istiod is there, or would be looked for there.
    fn is_control_plane(&self, namespace: &str) -> bool {
        let seen = self.istiods.keys().any(|istiod| istiod.namespace == namespace);
        seen || (self.istiods.is_empty() && namespace == USUAL_NAMESPACE)
    }

    /// Works the revisions out anew; whether any is another now.
    fn rebuild(&mut self) -> bool {
        let mut seen: Vec<(&str, ControlPlane)> =
            self.istiods.iter().map(|(name, istiod)| (name.namespace.as_str(), istiod.clone())).collect();
        if seen.is_empty() {
            let usual = self.meshes.keys().filter(|name| name.namespace == USUAL_NAMESPACE);
            // The settings of an istiod that was not seen are not known: `ControlPlane` says so by an
            // empty revision.
            seen.extend(usual.map(|_| (USUAL_NAMESPACE, ControlPlane::default())));
        }
        let built = seen.into_iter().map(|(namespace, istiod)| self.revision(namespace, istiod));
        let revisions = built.map(|revision| (revision.name.clone(), revision)).collect();
        let changed = self.revisions != revisions;
        self.revisions = revisions;
        changed
    }

    fn revision(&self, namespace: &str, mut istiod: ControlPlane) -> Revision {
        istiod.external_ca_cert |= self.external_ca_certs.contains(namespace);
        let name = if istiod.is_known() { istiod.revision.clone() } else { DEFAULT.to_owned() };
        let mesh_config = mesh_config(namespace, &name);
        let mesh = self.meshes.get(&mesh_config);
        let mesh = mesh.and_then(|mesh| mesh.as_ref().ok()).cloned();
        let roots = self.roots.get(namespace).map(String::as_str);
        let signers = Signers::new(mesh.as_deref().unwrap_or(&MeshConfig::default()), istiod, roots);
        let (spire, bundled) = (Arc::clone(&self.spire.setup), Arc::clone(&self.bundled));
        let signers = Signers { spire, bundled, cluster_issuers: self.issuers.known.clone(), ..signers };
        Revision { name, mesh_config, mesh, signers: Arc::new(signers) }
    }
}

impl Issuers {
    /// Works out what is known for sure; whether it is something else now.
    fn has_changed(&mut self) -> bool {
        let known = self.complete.then_some(&self.seen);
        let changed = self.known.as_deref() != known;
        if changed {
            self.known = known.cloned().map(Arc::new);
        }
        changed
    }
}

impl Spire {
    /// Works out what follows from what was seen; whether it is something else now.
    fn has_changed(&mut self) -> bool {
        let is_complete = |kind| self.complete.contains(&kind);
        let setup = SpireSetup {
            has_driver: is_complete(Kind::CsiDriver).then_some(self.has_driver),
            identities: is_complete(Kind::ClusterSpiffeId).then(|| self.identities.clone()),
        };
        let changed = *self.setup != setup;
        if changed {
            self.setup = Arc::new(setup);
        }
        changed
    }
}

/// The ConfigMap with the mesh config of a revision.
fn mesh_config(namespace: &str, revision: &str) -> ObjectName {
    let name = match revision {
        DEFAULT => MESH_CONFIG_MAP.to_owned(),
        revision => format!("{MESH_CONFIG_MAP}-{revision}"),
    };
    ObjectName::new(namespace, name)
}
