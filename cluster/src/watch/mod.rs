//! Watches as observations.

mod heartbeat;
mod stream;
mod view;

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::mem;
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use signet_mesh::Observation;
use signet_mesh::config::{CertManager, ControlPlane, MeshConfig};
use signet_mesh::names::{
    CA_CONFIG_MAP, CA_SECRETS, CERT_MANAGER_LABELS, CERT_MANAGER_NAMESPACE, ISTIO_ROOT_CONFIG_MAP,
    ISTIOD_APP, MESH_CONFIG_MAP, POLICY_CONFIG_MAP, SIGNET_NAMESPACE, SPIRE_DRIVER,
};
use signet_mesh::objects::{Issuer, Kind, Object, ObjectName};
use signet_mesh::observation::Connection;
use tokio::sync::Notify;
use tokio_stream::StreamMap;

use crate::Cluster;
use crate::rights::Rule;
use stream::{Seen, Spec, Trouble};

/// What of a cluster is watched. What configures the mesh always is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The pods; none are watched when absent.
    pub pods: Option<PodSelection>,
    /// Only what concerns the pods of this namespace.
    pub namespace: Option<String>,
    /// The namespace of the control plane, where no istiod is found elsewhere: `istio-system`.
    pub control_plane: String,
    /// Also these of [`Kind::BESIDE`].
    pub beside: BTreeSet<Kind>,
}

/// Which pods are watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSelection {
    /// Only the pod of this name.
    pub name: Option<String>,
    /// Only pods with these labels, as kubectl's `-l` writes them.
    pub labels: String,
}

/// Watches a cluster for ever.
///
/// Of each kind first what is there, then `Synced`; or `Refused`, `Absent` or `Unread`, and then it is
/// tried again with a growing pause. A list that is read anew says `Gone` of what is no longer in it.
pub fn watch(cluster: Cluster, selection: &Selection) -> impl Stream<Item = Observation> + Send + use<> {
    let watches = Watches::new(cluster, selection);
    futures::stream::unfold(watches, |mut watches| async move { Some((watches.next().await, watches)) })
}

/// All watches, and what of them is known already.
pub(crate) struct Watches {
    cluster: Cluster,
    /// Whether the Secrets of certificate authorities are watched.
    secrets: bool,
    /// Where those of ClusterIssuers are, once that is known.
    cert_manager: Option<CertManager>,
    /// The issuers whose Secrets are found when it is.
    issuers: Vec<Issuer>,
    /// Only what concerns one namespace is watched.
    narrow: bool,
    all: Vec<Watch>,
    streams: StreamMap<usize, BoxStream<'static, Seen>>,
    connection: BoxStream<'static, Connection>,
    doubt: Arc<Notify>,
    lost: bool,
    told: BTreeMap<Kind, Observation>,
    ready: VecDeque<Observation>,
}

/// One watch.
struct Watch {
    spec: Spec,
    status: Status,
    known: HashSet<ObjectName>,
    /// What the list that is being read holds so far.
    listed: HashSet<ObjectName>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
    Absent,
    Refused,
    Synced,
    Unread(String),
    Waiting,
}

impl Watches {
    pub(crate) fn new(cluster: Cluster, selection: &Selection) -> Self {
        let doubt = Arc::new(Notify::new());
        let connection = heartbeat::connection(cluster.clone(), Arc::clone(&doubt)).boxed();
        let mut watches = Self {
            cluster,
            secrets: selection.beside.contains(&Kind::Secret),
            cert_manager: None,
            issuers: Vec::new(),
            narrow: selection.namespace.is_some(),
            all: Vec::new(),
            streams: StreamMap::new(),
            connection,
            doubt,
            lost: false,
            told: BTreeMap::new(),
            ready: VecDeque::new(),
        };
        for spec in specs(selection) {
            watches.add(spec);
        }
        watches
    }

    /// The next observation. Dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> Observation {
        loop {
            if let Some(observation) = self.ready.pop_front() {
                return observation;
            }
            tokio::select! {
                // What the connection is comes before what came over it.
                biased;
                Some(state) = self.connection.next() => self.connected(state),
                Some((id, seen)) = self.streams.next() => self.take(id, seen),
            }
        }
    }

    fn add(&mut self, spec: Spec) {
        if self.all.iter().any(|watch| watch.spec == spec) {
            return;
        }
        self.streams.insert(self.all.len(), stream::start(self.cluster.client(), &spec));
        let status = Status::Waiting;
        self.all.push(Watch { spec, status, known: HashSet::new(), listed: HashSet::new() });
    }

    fn connected(&mut self, state: Connection) {
        let connected = state == Connection::Connected;
        if mem::replace(&mut self.lost, !connected) && connected {
            // Watches from before may be as dead as the connection was and not know it.
            for (id, watch) in self.all.iter().enumerate() {
                self.streams.insert(id, stream::start(self.cluster.client(), &watch.spec));
            }
        }
        self.ready.push_back(Observation::Connection { state });
    }

    fn take(&mut self, id: usize, seen: Seen) {
        let Some(watch) = self.all.get_mut(id) else { return };
        let kind = watch.spec.kind;
        match seen {
            Seen::Begin => watch.listed.clear(),
            Seen::Listed(object) => {
                let name = object.metadata().object_name();
                watch.listed.insert(name.clone());
                watch.known.insert(name);
                self.put(object);
            }
            Seen::Complete => {
                let listed = mem::take(&mut watch.listed);
                let known = mem::replace(&mut watch.known, listed);
                let gone = known.difference(&watch.known).cloned();
                self.ready.extend(gone.map(|name| Observation::Gone { kind, name }));
                watch.status = Status::Synced;
                self.tell(kind);
            }
            Seen::Put(object) => {
                watch.known.insert(object.metadata().object_name());
                self.put(object);
            }
            Seen::Gone(name) => {
                watch.known.remove(&name);
                self.ready.push_back(Observation::Gone { kind, name });
            }
            Seen::Failed(trouble) => self.fail(id, trouble),
        }
    }

    fn put(&mut self, object: Object) {
        match &object {
            Object::Deployment(deployment) => {
                if let Some(settings) = CertManager::of(deployment) {
                    self.find_secrets(settings);
                }
                if let Some(istiod) = ControlPlane::of(deployment) {
                    let namespace = &deployment.metadata.namespace;
                    let secrets = self.secrets.then(|| ca_secrets(namespace)).into_iter().flatten();
                    for spec in config_maps(namespace, &istiod.revision).into_iter().chain(secrets) {
                        self.add(spec);
                    }
                }
            }
            Object::ConfigMap(config_map) if self.narrow => {
                // The ProxyConfigs of the root namespace hold for every namespace.
                if let Some(Ok(mesh)) = MeshConfig::of(config_map) {
                    self.add(Spec::of_namespace(Kind::ProxyConfig, &mesh.root_namespace));
                }
            }
            Object::ClusterIssuer(issuer) | Object::Issuer(issuer) if self.secrets => {
                match &self.cert_manager {
                    Some(settings) => {
                        let secret = settings.secret_of(issuer);
                        self.add_secret(secret);
                    }
                    None => self.issuers.push(issuer.clone()),
                }
            }
            _ => {}
        }
        self.ready.push_back(Observation::Put { object });
    }

    /// Watches the Secrets of the issuers that were seen before it was known where they are.
    fn find_secrets(&mut self, settings: CertManager) {
        for issuer in mem::take(&mut self.issuers) {
            self.add_secret(settings.secret_of(&issuer));
        }
        self.cert_manager = Some(settings);
    }

    fn add_secret(&mut self, secret: Option<ObjectName>) {
        if let Some(ObjectName { namespace, name }) = secret {
            self.add(Spec::of_namespace(Kind::Secret, &namespace).named(&name));
        }
    }

    fn fail(&mut self, id: usize, trouble: Trouble) {
        let Some(watch) = self.all.get_mut(id) else { return };
        let kind = watch.spec.kind;
        match trouble {
            Trouble::Restarted => return,
            Trouble::Unread(message) => {
                // The heartbeat finds out whether it is the connection.
                self.doubt.notify_one();
                // What was seen once stays seen; how old it is the connection's state says.
                if watch.status != Status::Synced {
                    watch.status = Status::Unread(message);
                }
            }
            Trouble::Absent if kind == Kind::ClusterTrustBundle && !watch.spec.beta => {
                watch.spec.beta = true;
                self.streams.insert(id, stream::start(self.cluster.client(), &watch.spec));
                return;
            }
            Trouble::Absent => watch.status = Status::Absent,
            Trouble::Refused => {
                if let Some(namespace) = watch.spec.fallback.take() {
                    watch.spec.namespace = Some(namespace);
                    self.streams.insert(id, stream::start(self.cluster.client(), &watch.spec));
                    return;
                }
                if mem::replace(&mut watch.status, Status::Refused) == Status::Synced {
                    // A watch that is granted again would go on without a word; a list says that it is.
                    self.streams.insert(id, stream::start(self.cluster.client(), &watch.spec));
                }
            }
        }
        self.tell(kind);
    }

    /// Says how far a kind is, where that is news.
    fn tell(&mut self, kind: Kind) {
        let news = match self.progress(kind) {
            Some(news) if self.told.get(&kind) != Some(&news) => news,
            _ => return,
        };
        self.told.insert(kind, news.clone());
        if kind == Kind::CertManager && self.cert_manager.is_none() {
            // It is not there, or not to be seen: as its chart installs it.
            self.find_secrets(CertManager::default());
        }
        self.ready.push_back(news);
        // These are complete only when it is known which there must be.
        match kind {
            Kind::Deployment => {
                self.tell(Kind::ConfigMap);
                self.tell(Kind::Secret);
            }
            Kind::ConfigMap => self.tell(Kind::ProxyConfig),
            Kind::CertManager | Kind::ClusterIssuer | Kind::Issuer => self.tell(Kind::Secret),
            _ => {}
        }
    }

    /// How far all watches of a kind are; nothing while one of them has not answered.
    fn progress(&self, kind: Kind) -> Option<Observation> {
        let of_kind = || self.all.iter().filter(move |watch| watch.spec.kind == kind);
        if let Some(refused) = of_kind().find(|watch| watch.status == Status::Refused) {
            let Spec { namespace, name, .. } = &refused.spec;
            let rule = Rule::watch(kind, namespace.as_deref(), name.as_deref()).to_string();
            return Some(Observation::Refused { kind, rule });
        }
        let unread = of_kind().find_map(|watch| match &watch.status {
            Status::Unread(message) => Some(message.clone()),
            _ => None,
        });
        if let Some(message) = unread {
            return Some(Observation::Unread { kind, message });
        }
        let waiting = of_kind().any(|watch| watch.status == Status::Waiting);
        let named_by: &[Kind] = match kind {
            Kind::ConfigMap => &[Kind::Deployment],
            Kind::ProxyConfig if self.narrow => &[Kind::ConfigMap],
            Kind::Secret => &[Kind::CertManager, Kind::ClusterIssuer, Kind::Deployment, Kind::Issuer],
            _ => &[],
        };
        if waiting || of_kind().next().is_none() || named_by.iter().any(|kind| !self.told.contains_key(kind))
        {
            return None;
        }
        let absent = of_kind().all(|watch| watch.status == Status::Absent);
        Some(if absent { Observation::Absent { kind } } else { Observation::Synced { kind } })
    }
}

/// What is watched from the start; the ConfigMaps of further control planes follow when they are seen.
fn specs(selection: &Selection) -> Vec<Spec> {
    let Selection { pods, namespace, control_plane, beside } = selection;
    let mut specs = vec![Spec {
        labels: format!("app={ISTIOD_APP}"),
        fallback: Some(control_plane.clone()),
        ..Spec::all(Kind::Deployment)
    }];
    match namespace {
        None => specs.extend([Kind::Namespace, Kind::ProxyConfig].map(Spec::all)),
        Some(namespace) => {
            let in_reach = BTreeSet::from([namespace, control_plane]);
            specs.extend(in_reach.iter().map(|one| Spec::all(Kind::Namespace).named(one)));
            specs.extend(in_reach.into_iter().map(|one| Spec::of_namespace(Kind::ProxyConfig, one)));
        }
    }
    if let Some(PodSelection { name, labels }) = pods {
        let namespace = namespace.clone();
        let (name, labels) = (name.clone(), labels.clone());
        specs.push(Spec { namespace, name, labels, ..Spec::all(Kind::Pod) });
    }
    specs.extend(config_maps(control_plane, "default"));
    specs.extend(beside.iter().flat_map(|kind| specs_beside(*kind, control_plane)));
    specs
}

/// What is watched of a kind that is read only when it is asked for.
fn specs_beside(kind: Kind, control_plane: &str) -> Vec<Spec> {
    let named = |name: &str, fallback: &str| Spec {
        // Only this namespace where the rights do not reach further.
        fallback: Some(fallback.to_owned()),
        ..Spec::all(kind).named(name)
    };
    match kind {
        Kind::CertManager => vec![Spec {
            labels: CERT_MANAGER_LABELS.to_owned(),
            fallback: Some(CERT_MANAGER_NAMESPACE.to_owned()),
            ..Spec::all(kind)
        }],
        Kind::CsiDriver => vec![Spec::all(kind).named(SPIRE_DRIVER)],
        Kind::PolicyConfigMap => vec![named(POLICY_CONFIG_MAP, SIGNET_NAMESPACE)],
        Kind::RootConfigMap => {
            [CA_CONFIG_MAP, ISTIO_ROOT_CONFIG_MAP].map(|name| named(name, control_plane)).into()
        }
        Kind::Secret => ca_secrets(control_plane).into(),
        _ => vec![Spec::all(kind)],
    }
}

/// The Secrets of a control plane's own CA: each by its name, never all of a namespace.
fn ca_secrets(namespace: &str) -> [Spec; 3] {
    CA_SECRETS.map(|name| Spec::of_namespace(Kind::Secret, namespace).named(name))
}

/// The ConfigMaps of one control plane: each by its name, never all of a namespace.
fn config_maps(namespace: &str, revision: &str) -> [Spec; 2] {
    let mesh = match revision {
        "default" => MESH_CONFIG_MAP.to_owned(),
        revision => format!("{MESH_CONFIG_MAP}-{revision}"),
    };
    let of_namespace = Spec::of_namespace(Kind::ConfigMap, namespace);
    [of_namespace.clone().named(&mesh), of_namespace.named(ISTIO_ROOT_CONFIG_MAP)]
}

#[cfg(test)]
mod tests;
