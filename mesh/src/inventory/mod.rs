//! What is known of a mesh: a fold of observations, asked for workloads at a point in time.
//!
//! `apply` only files what it is given. What follows from it is worked out when it is first asked for
//! and kept until one of its inputs changes: the resolved values until a ProxyConfig or the mesh
//! config does, who signed a chain until the chain or the signers do, and the judgement of each phase
//! of a certificate's life. A second look at a mesh that stands still only compares times.

mod authorities;
mod control_planes;
mod entry;
mod interner;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use signet_certs::UnixTime;
use signet_certs::algorithms::{Algorithms, Reuse};

use crate::config::MeshConfig;
use crate::dump::{Dump, ReadError};
use crate::names::{POLICY_CONFIG_MAP, POLICY_KEY, REVISION};
use crate::objects::{Kind, Namespace, Object, ObjectName, PeerAuthentication, Pod, ProxyConfig};
use crate::observation::Connection;
use crate::workload::Evidence;
use crate::{Observation, Policy, Signers, Workload};
use entry::Entry;
use interner::Interner;

pub(crate) use authorities::certificates;
pub use authorities::{Authorities, RootSource, SourceKind};
pub use control_planes::{ControlPlanes, Revision};

/// Everything that was observed, kept so that a frame or a report is cheap to make.
///
/// `apply` is pure: the same observations make the same inventory, whoever saw them. A clone shares
/// what it holds with the original, so that a screen can keep the mesh as it was.
#[derive(Clone)]
pub struct Inventory {
    reuse: Arc<Reuse>,
    connection: Option<Connection>,
    time: Option<UnixTime>,
    synced: BTreeSet<Kind>,
    absent: BTreeSet<Kind>,
    refused: BTreeMap<Kind, String>,
    unread: BTreeMap<Kind, String>,
    certificates: Interner,
    namespaces: BTreeMap<String, Arc<Namespace>>,
    control_planes: ControlPlanes,
    authorities: Authorities,
    peer_authentications: BTreeMap<ObjectName, Arc<PeerAuthentication>>,
    policies: BTreeMap<ObjectName, Result<Policy, String>>,
    proxy_configs: BTreeMap<ObjectName, Arc<ProxyConfig>>,
    /// Pods, and proxies whose pod was not seen yet.
    entries: BTreeMap<ObjectName, Arc<Entry>>,
}

impl Inventory {
    /// Nothing seen yet. Chains will be verified with `algorithms`, each signature once.
    pub fn new(algorithms: Algorithms<'static>) -> Self {
        Self {
            reuse: Arc::new(Reuse::new(algorithms)),
            connection: None,
            time: None,
            synced: BTreeSet::new(),
            absent: BTreeSet::new(),
            refused: BTreeMap::new(),
            unread: BTreeMap::new(),
            certificates: Interner::default(),
            namespaces: BTreeMap::new(),
            control_planes: ControlPlanes::default(),
            authorities: Authorities::default(),
            peer_authentications: BTreeMap::new(),
            policies: BTreeMap::new(),
            proxy_configs: BTreeMap::new(),
            entries: BTreeMap::new(),
        }
    }

    /// Takes one observation in.
    pub fn apply(&mut self, observation: Observation) {
        match observation {
            Observation::Absent { kind } => {
                self.absent.insert(kind);
                self.done(kind);
                let changed = self.control_planes.complete(kind, false);
                self.note_control_planes(changed);
            }
            Observation::At { time } => self.time = Some(time),
            Observation::Connection { state } => self.connection = Some(state),
            Observation::Gone { kind, name } => self.remove(kind, &name),
            Observation::Proxy { pod, at, answer } => self.take_answer(pod, at, answer),
            Observation::Put { object } => self.put(object),
            Observation::Refused { kind, rule } => {
                self.refused.insert(kind, rule);
                self.unread.remove(&kind);
                self.synced.remove(&kind);
                self.forget_all_for(kind);
            }
            Observation::Synced { kind } => {
                self.absent.remove(&kind);
                self.done(kind);
                let changed = self.control_planes.complete(kind, true);
                self.note_control_planes(changed);
            }
            Observation::Unread { kind, message } => {
                self.unread.insert(kind, message);
            }
        }
    }

    /// Every pod, in byte order of namespace and name, judged at `now`.
    pub fn workloads(&self, now: UnixTime) -> Vec<Arc<Workload>> {
        self.entries.iter().filter_map(|(name, entry)| entry.workload(self, name, now)).collect()
    }

    /// What remembers the signatures that were verified, for whoever verifies the same chains again.
    pub fn reuse(&self) -> &Arc<Reuse> {
        &self.reuse
    }

    /// One pod, judged at `now`.
    pub fn workload(&self, name: &ObjectName, now: UnixTime) -> Option<Arc<Workload>> {
        self.entries.get(name)?.workload(self, name, now)
    }

    /// What is known of one pod, without any judgement that time changes.
    pub fn evidence(&self, name: &ObjectName) -> Option<&Evidence> {
        self.entries.get(name)?.evidence(self, name)
    }

    /// The pods of a namespace, or all, in byte order of namespace and name.
    pub fn pods<'a>(&'a self, namespace: Option<&'a str>) -> impl Iterator<Item = &'a Arc<Pod>> {
        let inside = move |name: &ObjectName| namespace.is_none_or(|namespace| name.namespace == namespace);
        self.entries.iter().filter(move |(name, _)| inside(name)).filter_map(|(_, entry)| entry.pod.as_ref())
    }

    /// One pod as it was last seen.
    pub fn pod(&self, name: &ObjectName) -> Option<&Arc<Pod>> {
        self.entries.get(name)?.pod.as_ref()
    }

    /// Every namespace that was seen, by name.
    pub fn namespaces(&self) -> &BTreeMap<String, Arc<Namespace>> {
        &self.namespaces
    }

    /// The webhook's settings, or what is wrong with them, by the ConfigMap of its chart that holds them.
    pub fn policies(&self) -> &BTreeMap<ObjectName, Result<Policy, String>> {
        &self.policies
    }

    /// Every ProxyConfig, by namespace and name.
    pub fn proxy_configs(&self) -> impl Iterator<Item = &ProxyConfig> {
        self.proxy_configs.values().map(Arc::as_ref)
    }

    /// The ProxyConfigs of one namespace.
    fn proxy_configs_of<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a ProxyConfig> {
        of_namespace(&self.proxy_configs, namespace)
    }

    /// The PeerAuthentications of one namespace.
    pub(crate) fn peer_authentications_of<'a>(
        &'a self,
        namespace: &'a str,
    ) -> impl Iterator<Item = &'a PeerAuthentication> {
        of_namespace(&self.peer_authentications, namespace)
    }

    /// The mesh config of the control plane of this revision, or of the only one; nothing while it was
    /// not seen.
    pub fn mesh(&self, revision: Option<&str>) -> Option<&Arc<MeshConfig>> {
        self.control_planes.get(revision)?.mesh.as_ref()
    }

    /// The signers of the control plane of this revision, or of the only one.
    pub fn signers(&self, revision: Option<&str>) -> Option<&Arc<Signers>> {
        self.control_planes.get(revision).map(|revision| &revision.signers)
    }

    /// What is wrong with the mesh configs: the object and the reason.
    pub fn config_problems(&self) -> impl Iterator<Item = (&ObjectName, &str)> {
        self.control_planes.problems()
    }

    /// The kinds that may not be read, with the RBAC rule that would grant each.
    pub fn refused(&self) -> &BTreeMap<Kind, String> {
        &self.refused
    }

    /// The kinds that this cluster does not serve.
    pub fn absent(&self) -> &BTreeSet<Kind> {
        &self.absent
    }

    /// The kinds that were not read yet though nothing forbids it, with the last failure where there
    /// was one.
    pub fn missing(&self) -> impl Iterator<Item = (Kind, Option<&str>)> {
        self.missing_of(&Kind::NEEDED)
    }

    /// Which of these kinds were not read yet, likewise.
    pub fn missing_of<'a>(&'a self, kinds: &'a [Kind]) -> impl Iterator<Item = (Kind, Option<&'a str>)> {
        let missing = kinds.iter().filter(|kind| !self.is_done(**kind));
        missing.map(|kind| (*kind, self.unread.get(kind).map(String::as_str)))
    }

    /// The control planes.
    pub fn control_planes(&self) -> &ControlPlanes {
        &self.control_planes
    }

    /// What is known of where roots come from and who issues.
    pub fn authorities(&self) -> &Authorities {
        &self.authorities
    }

    /// The running proxies that have not been heard of yet.
    pub fn awaited(&self) -> impl Iterator<Item = &ObjectName> {
        self.entries.iter().filter(|(_, entry)| entry.is_awaited()).map(|(name, _)| name)
    }

    /// The state of the connection, once it is known.
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// The time to which what was seen belongs, where a source says it.
    pub fn time(&self) -> Option<UnixTime> {
        self.time
    }

    /// Whether everything that was there at the start has been seen: each kind synced or refused, and
    /// each proxy that can be read answered for. One-shot commands print then.
    pub fn is_settled(&self) -> bool {
        self.missing().next().is_none() && self.awaited().next().is_none()
    }

    /// Whether every object of a kind was seen.
    pub fn has_seen(&self, kind: Kind) -> bool {
        self.synced.contains(&kind)
    }

    /// Whether all of a kind was seen, or may not be.
    fn is_done(&self, kind: Kind) -> bool {
        self.synced.contains(&kind) || self.refused.contains_key(&kind)
    }

    /// Takes note that everything of a kind has been seen.
    fn done(&mut self, kind: Kind) {
        self.refused.remove(&kind);
        self.unread.remove(&kind);
        if self.synced.insert(kind) {
            self.forget_all_for(kind);
        }
    }

    /// What is known of every pod rests on its control plane.
    fn note_control_planes(&mut self, changed: bool) {
        if changed {
            self.forget(|_| true, Entry::forget_everything);
        }
    }

    /// What follows for pods rests on the kinds that are needed alone.
    fn forget_all_for(&mut self, kind: Kind) {
        if Kind::NEEDED.contains(&kind) {
            self.forget(|_| true, Entry::forget_everything);
        }
    }

    /// The control plane of a pod: the revision that it names itself, else its namespace's label.
    fn revision_of(&self, namespace: &str, named: Option<&str>) -> Option<&Revision> {
        let label = || self.namespaces.get(namespace)?.metadata.labels.get(REVISION).map(String::as_str);
        self.control_planes.get(named.or_else(label))
    }

    fn put(&mut self, object: Object) {
        let name = object.metadata().object_name();
        match object {
            Object::ClusterIssuer(issuer) | Object::Issuer(issuer) => {
                let changed = self.control_planes.put_issuer(&name, &issuer);
                self.note_control_planes(changed);
                self.authorities.put_issuer(name, issuer);
            }
            Object::ClusterTrustBundle(bundle) => {
                let changed = self.control_planes.put_cluster_trust_bundle(&name, &bundle);
                self.note_control_planes(changed);
                self.authorities.put_bundle(name, bundle);
            }
            Object::Secret(secret) => self.authorities.put_secret(name, &secret),
            Object::ClusterSpiffeId(identity) => {
                let changed = self.control_planes.put_cluster_spiffe_id(&name, identity);
                self.note_control_planes(changed);
            }
            Object::CsiDriver(_) => {
                let changed = self.control_planes.put_csi_driver(&name);
                self.note_control_planes(changed);
            }
            Object::ConfigMap(config_map) if name.name == POLICY_CONFIG_MAP => {
                let text = config_map.data.get(POLICY_KEY).map_or("", String::as_str);
                self.policies.insert(name, Policy::parse(text));
            }
            Object::ConfigMap(config_map) => {
                self.authorities.put_config_map(&name, &config_map);
                let changed = self.control_planes.put_config_map(&name, &config_map);
                self.note_control_planes(changed);
            }
            Object::Deployment(deployment) => {
                self.authorities.put_deployment(&deployment);
                let changed = self.control_planes.put_deployment(&name, &deployment);
                self.note_control_planes(changed);
            }
            Object::Namespace(namespace) => {
                let everywhere = self.control_planes.put_namespace(&namespace);
                self.namespaces.insert(name.name.clone(), Arc::new(namespace));
                self.forget(|pod| everywhere || pod.namespace == name.name, Entry::forget_everything);
            }
            Object::PeerAuthentication(policy) => {
                self.peer_authentications.insert(name, Arc::new(policy));
            }
            Object::Pod(pod) => self.entry(name).put(Arc::new(*pod)),
            Object::ProxyConfig(proxy_config) => {
                self.proxy_configs.insert(name.clone(), Arc::new(proxy_config));
                self.forget_resolved(&name.namespace);
            }
        }
    }

    fn remove(&mut self, kind: Kind, name: &ObjectName) {
        self.authorities.remove(kind, name);
        match kind {
            Kind::CertManager | Kind::Issuer | Kind::RootConfigMap | Kind::Secret => {}
            Kind::PeerAuthentication => {
                self.peer_authentications.remove(name);
            }
            Kind::PolicyConfigMap => {
                self.policies.remove(name);
            }
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
                let everywhere = self.control_planes.remove(kind, name);
                self.namespaces.remove(&name.name);
                self.forget(|pod| everywhere || pod.namespace == name.name, Entry::forget_everything);
            }
            Kind::Pod => {
                self.entries.remove(name);
            }
            Kind::ProxyConfig => {
                self.proxy_configs.remove(name);
                self.forget_resolved(&name.namespace);
            }
        }
    }

    fn take_answer(&mut self, pod: ObjectName, at: UnixTime, answer: Result<Dump, ReadError>) {
        let answer = answer.map(|mut dump| {
            dump.chain.iter_mut().chain(&mut dump.roots).for_each(|each| self.certificates.intern(each));
            dump
        });
        self.entry(pod).take_answer(at, answer);
    }

    fn entry(&mut self, name: ObjectName) -> &mut Entry {
        Arc::make_mut(self.entries.entry(name).or_default())
    }

    /// The root namespace's ProxyConfigs hold for every pod.
    fn forget_resolved(&mut self, namespace: &str) {
        let everywhere = self.control_planes.is_root_namespace(namespace);
        self.forget(|pod| everywhere || pod.namespace == namespace, Entry::forget_resolved);
    }

    fn forget(&mut self, which: impl Fn(&ObjectName) -> bool, what: impl Fn(&mut Entry)) {
        for (_, entry) in self.entries.iter_mut().filter(|(name, _)| which(name)) {
            what(Arc::make_mut(entry));
        }
    }
}

/// The objects of one namespace.
fn of_namespace<'a, T>(
    objects: &'a BTreeMap<ObjectName, Arc<T>>,
    namespace: &'a str,
) -> impl Iterator<Item = &'a T> {
    let from = ObjectName::new(namespace, "");
    let inside = objects.range(from..).take_while(move |(name, _)| name.namespace == namespace);
    inside.map(|(_, object)| object.as_ref())
}
