//! The fold of observations, namespace by namespace.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use signet_certs::UnixTime;
use signet_mesh::config::MeshConfig;
use signet_mesh::inventory::ControlPlanes;
use signet_mesh::names::{ANNOTATION_PREFIX, REVISION};
use signet_mesh::objects::{Kind, Object, ObjectName, ProxyConfig};
use signet_mesh::observation::Connection;
use signet_mesh::review::State;
use signet_mesh::{Observation, Policy, Signers};

/// The kinds without which nothing is decided.
pub(super) const NEEDED: [Kind; 4] = [Kind::ConfigMap, Kind::Deployment, Kind::Namespace, Kind::ProxyConfig];

/// What was seen so far. [`Fold::apply`] only files; what follows is worked out by [`Fold::changes`],
/// once for a whole burst, and only for the namespaces that a change can concern.
pub struct Fold {
    policy: Policy,
    /// The revision of namespaces that name none.
    revision: Option<String>,
    control_planes: ControlPlanes,
    /// The last mesh config of each revision that could be read: Istio keeps its own so as well.
    last_good: HashMap<String, ControlPlane>,
    namespaces: HashMap<String, Namespace>,
    synced: BTreeSet<Kind>,
    troubles: BTreeMap<Kind, Trouble>,
    lost_since: Option<UnixTime>,
    changed: Changed,
}

/// One namespace, with no more than decisions need: there may be ten thousand.
#[derive(Default)]
struct Namespace {
    exists: bool,
    revision: Option<String>,
    /// Those that are for Signet: rarely any.
    annotations: BTreeMap<String, String>,
    proxy_configs: Arc<[ProxyConfig]>,
    /// Changes to them since the last [`Fold::changes`], by name, oldest first; nothing where one went
    /// away. No map: its nodes have room for eleven, and most namespaces have one.
    pending: Vec<(String, Option<ProxyConfig>)>,
}

/// Why a kind was not seen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The API server refuses it.
    Refused,
    /// It could not be read.
    Unread,
}

enum Changed {
    Everything,
    Namespaces(BTreeSet<String>),
}

/// What has to be published anew.
#[derive(Default)]
pub struct Changes {
    /// Whether all that is needed was seen; before that nothing else is set.
    pub complete: bool,
    /// The kinds that are still missing, each with what is in the way.
    pub awaited: Vec<(Kind, Option<Trouble>)>,
    /// Since when the API server does not answer.
    pub lost_since: Option<UnixTime>,
    /// The state of each namespace that may have changed; nothing for one that is gone.
    pub namespaces: Vec<(String, Option<Arc<State>>)>,
    /// The state for a namespace that was never seen.
    pub elsewhere: Arc<State>,
    /// The control planes by revision, for pods that name another one than their namespace.
    pub control_planes: HashMap<String, ControlPlane>,
}

/// A mesh config and its signers.
pub type ControlPlane = (Arc<MeshConfig>, Arc<Signers>);

impl Fold {
    /// Nothing seen yet.
    pub fn new(policy: Policy, revision: Option<String>) -> Self {
        Self {
            policy,
            revision,
            control_planes: ControlPlanes::default(),
            last_good: HashMap::new(),
            namespaces: HashMap::new(),
            synced: BTreeSet::new(),
            troubles: BTreeMap::new(),
            lost_since: None,
            changed: Changed::Everything,
        }
    }

    /// Takes one observation in.
    pub fn apply(&mut self, observation: Observation) {
        match observation {
            Observation::Connection { state: Connection::Connected } => self.lost_since = None,
            Observation::Connection { state: Connection::Lost { since, .. } } => {
                self.lost_since.get_or_insert(since);
            }
            Observation::Put { object } => self.put(object),
            Observation::Gone { kind, name } => self.remove(kind, &name),
            // What was seen before stays: a right that was taken away does not undo it.
            Observation::Refused { kind, .. } => {
                self.troubles.insert(kind, Trouble::Refused);
            }
            Observation::Unread { kind, .. } => {
                self.troubles.insert(kind, Trouble::Unread);
            }
            // A kind that the cluster does not serve has been seen whole: there is none of it.
            Observation::Absent { kind } => self.complete(kind, false),
            Observation::Synced { kind } => self.complete(kind, true),
            _ => {}
        }
    }

    /// What changed since the last call.
    pub fn changes(&mut self) -> Changes {
        self.settle_proxy_configs();
        let missing = NEEDED.iter().filter(|kind| !self.synced.contains(kind));
        let awaited: Vec<_> = missing.map(|kind| (*kind, self.troubles.get(kind).copied())).collect();
        let lost_since = self.lost_since;
        if !awaited.is_empty() {
            return Changes { awaited, lost_since, ..Changes::default() };
        }
        let changed = std::mem::replace(&mut self.changed, Changed::Namespaces(BTreeSet::new()));
        let names: Vec<String> = match changed {
            Changed::Everything => self.namespaces.keys().cloned().collect(),
            Changed::Namespaces(names) => names.into_iter().collect(),
        };
        // Namespaces that have nothing of their own share one state for each revision.
        let mut shared = HashMap::new();
        let elsewhere = self.shared_state(None, &mut shared);
        let namespaces = names.into_iter().map(|name| {
            let state = match self.namespaces.get(&name) {
                Some(namespace) if !namespace.exists => None,
                Some(Namespace { proxy_configs, annotations, revision, .. })
                    if proxy_configs.is_empty() && annotations.is_empty() =>
                {
                    let revision = revision.clone();
                    Some(self.shared_state(revision, &mut shared))
                }
                Some(_) => Some(Arc::new(self.state(&name))),
                None => None,
            };
            (name, state)
        });
        let namespaces = namespaces.collect();
        self.namespaces.retain(|_, namespace| namespace.exists || !namespace.proxy_configs.is_empty());
        let known = self.control_planes.revisions().map(|revision| revision.name.as_str());
        let control_planes =
            known.map(|revision| (revision.to_owned(), self.control_plane(Some(revision)))).collect();
        Changes { complete: true, awaited, lost_since, namespaces, elsewhere, control_planes }
    }

    /// The mesh configs that cannot be read, with the reason.
    pub fn problems(&self) -> impl Iterator<Item = (&ObjectName, &str)> {
        self.control_planes.problems()
    }

    fn complete(&mut self, kind: Kind, is_served: bool) {
        self.troubles.remove(&kind);
        self.synced.insert(kind);
        let changed = self.control_planes.complete(kind, is_served);
        self.note_control_planes(changed);
    }

    fn put(&mut self, object: Object) {
        let name = object.metadata().object_name();
        match object {
            Object::ClusterIssuer(issuer) => {
                let changed = self.control_planes.put_issuer(&name, &issuer);
                self.note_control_planes(changed);
            }
            Object::ClusterSpiffeId(identity) => {
                let changed = self.control_planes.put_cluster_spiffe_id(&name, identity);
                self.note_control_planes(changed);
            }
            Object::ClusterTrustBundle(bundle) => {
                let changed = self.control_planes.put_cluster_trust_bundle(&name, &bundle);
                self.note_control_planes(changed);
            }
            Object::CsiDriver(_) => {
                let changed = self.control_planes.put_csi_driver(&name);
                self.note_control_planes(changed);
            }
            Object::ConfigMap(config_map) => {
                let changed = self.control_planes.put_config_map(&name, &config_map);
                self.note_control_planes(changed);
            }
            Object::Deployment(deployment) => {
                let changed = self.control_planes.put_deployment(&name, &deployment);
                self.note_control_planes(changed);
            }
            Object::Namespace(object) => {
                let changed = self.control_planes.put_namespace(&object);
                self.note_control_planes(changed);
                let revision = object.metadata.labels.get(REVISION).filter(|revision| !revision.is_empty());
                let annotations = object.metadata.signet_annotations();
                let namespace = self.namespaces.entry(name.name.clone()).or_default();
                if !namespace.exists
                    || namespace.revision.as_ref() != revision
                    || namespace.annotations != annotations
                {
                    namespace.exists = true;
                    namespace.revision = revision.cloned();
                    namespace.annotations = annotations;
                    self.note(name.name);
                }
            }
            Object::ProxyConfig(mut proxy_config) => {
                // What kubectl keeps in an annotation is larger than all that decides.
                let metadata = &mut proxy_config.metadata;
                let annotations = std::mem::take(&mut metadata.annotations).into_iter();
                metadata.annotations =
                    annotations.filter(|(name, _)| name.starts_with(ANNOTATION_PREFIX)).collect();
                (metadata.labels, metadata.resource_version) = Default::default();
                self.note_proxy_config(name, Some(proxy_config));
            }
            _ => {}
        }
    }

    fn remove(&mut self, kind: Kind, name: &ObjectName) {
        match kind {
            Kind::ClusterIssuer
            | Kind::ClusterSpiffeId
            | Kind::ClusterTrustBundle
            | Kind::ConfigMap
            | Kind::CsiDriver
            | Kind::Deployment => {
                let changed = self.control_planes.remove(kind, name);
                self.note_control_planes(changed);
            }
            Kind::Namespace => {
                let changed = self.control_planes.remove(kind, name);
                self.note_control_planes(changed);
                if let Some(namespace) = self.namespaces.get_mut(&name.name) {
                    namespace.exists = false;
                    self.note(name.name.clone());
                }
            }
            Kind::ProxyConfig => self.note_proxy_config(name.clone(), None),
            _ => {}
        }
    }

    fn note_proxy_config(&mut self, name: ObjectName, proxy_config: Option<ProxyConfig>) {
        let namespace = self.namespaces.entry(name.namespace.clone()).or_default();
        if namespace.pending.is_empty() {
            namespace.pending.reserve_exact(1);
        }
        namespace.pending.push((name.name, proxy_config));
        // The root namespace's hold for every pod.
        if self.control_planes.is_root_namespace(&name.namespace) {
            self.changed = Changed::Everything;
        }
        self.note(name.namespace);
    }

    fn note_control_planes(&mut self, changed: bool) {
        if !changed {
            return;
        }
        self.changed = Changed::Everything;
        for revision in self.control_planes.revisions() {
            if let Some(mesh) = &revision.mesh {
                let good = (Arc::clone(mesh), Arc::clone(&revision.signers));
                self.last_good.insert(revision.name.clone(), good);
            }
        }
    }

    fn note(&mut self, namespace: String) {
        if let Changed::Namespaces(names) = &mut self.changed {
            names.insert(namespace);
        }
    }

    /// Makes the lists of ProxyConfigs anew where one changed, once however many did.
    fn settle_proxy_configs(&mut self) {
        let settle = |namespace: &mut Namespace| {
            if namespace.pending.is_empty() {
                return;
            }
            let pending: BTreeMap<_, _> = std::mem::take(&mut namespace.pending).into_iter().collect();
            let kept = namespace.proxy_configs.iter();
            let kept = kept.filter(|each| !pending.contains_key(&each.metadata.name)).cloned();
            let mut all: Vec<ProxyConfig> = kept.collect();
            all.extend(pending.into_values().flatten());
            namespace.proxy_configs = all.into();
        };
        match &self.changed {
            Changed::Everything => self.namespaces.values_mut().for_each(settle),
            Changed::Namespaces(names) => {
                for name in names {
                    self.namespaces.get_mut(name).map(settle);
                }
            }
        }
    }

    fn shared_state(
        &self,
        revision: Option<String>,
        shared: &mut HashMap<Option<String>, Arc<State>>,
    ) -> Arc<State> {
        let state = || Arc::new(self.state_of(revision.as_deref(), None));
        if let Some(known) = shared.get(&revision) {
            return Arc::clone(known);
        }
        let state = state();
        shared.insert(revision, Arc::clone(&state));
        state
    }

    fn state(&self, name: &str) -> State {
        let namespace = self.namespaces.get(name);
        let revision = namespace.and_then(|namespace| namespace.revision.as_deref());
        let own = namespace.map(|namespace| (name, &namespace.proxy_configs));
        self.state_of(revision, own)
    }

    fn state_of(&self, revision: Option<&str>, own: Option<(&str, &Arc<[ProxyConfig]>)>) -> State {
        let (mesh, signers) = self.control_plane(revision.or(self.revision.as_deref()));
        let root = mesh.root_namespace.as_str();
        let of_root = self.namespaces.get(root).map(|namespace| (root, &namespace.proxy_configs));
        let annotations = own.and_then(|(name, _)| Some((name, &self.namespaces.get(name)?.annotations)));
        let annotations = annotations.filter(|(_, annotations)| !annotations.is_empty());
        let in_reach = [own, of_root].into_iter().flatten().filter(|(_, list)| !list.is_empty());
        let proxy_configs = in_reach.map(|(name, list)| (name.to_owned(), Arc::clone(list))).collect();
        let annotations = annotations
            .map(|(name, annotations)| (name.to_owned(), annotations.clone()))
            .into_iter()
            .collect();
        let policy = self.policy.clone();
        State { mesh, proxy_configs, annotations, signers, policy, snapshot_age_seconds: 0 }
    }

    fn control_plane(&self, revision: Option<&str>) -> ControlPlane {
        let Some(revision) = self.control_planes.get(revision) else { return Default::default() };
        if let Some(mesh) = &revision.mesh {
            return (Arc::clone(mesh), Arc::clone(&revision.signers));
        }
        // Without a mesh config istiod has its defaults, and its own settings all the same.
        let defaults = || (Arc::default(), Arc::clone(&revision.signers));
        self.last_good.get(&revision.name).cloned().unwrap_or_else(defaults)
    }
}
