//! One watch: a kind, in a namespace or in all, by name or by labels.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use kube::core::Status;
use kube::runtime::WatchStreamExt;
use kube::runtime::utils::ResetTimerBackoff;
use kube::runtime::watcher::{self, Event, ExponentialBackoff, watcher};
use kube::{Api, Client};
use signet_mesh::objects::{
    CaSecret, ClusterSpiffeId, ClusterTrustBundle, ConfigMap, CsiDriver, Deployment, Issuer, Kind, Namespace,
    Object, ObjectName, PeerAuthentication, Pod, ProxyConfig,
};

use super::view::{BetaTrustBundle, ClusterIssuer, View, Watched};
use crate::connect_error::innermost;
use crate::rights::is_refusal;

/// The API server ends a watch after this time and it is resumed; a connection that was cut without
/// a word is noticed 5 s later.
const WATCH_SECONDS: u32 = 60;

/// Between two attempts; failures that lie further apart than the last begin anew.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const CALM: Duration = Duration::from_mins(1);

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    /// The kind.
    pub(crate) kind: Kind,
    /// The namespace; every one when absent.
    pub(crate) namespace: Option<String>,
    /// Only the object of this name.
    pub(crate) name: Option<String>,
    /// Only objects with these labels, as kubectl's `-l` writes them.
    pub(crate) labels: String,
    /// Where to look instead when it is refused for every namespace.
    pub(crate) fallback: Option<String>,
    /// In the version before the newest one, of a kind that older clusters serve so.
    pub(crate) beta: bool,
}

impl Spec {
    /// Every object of a kind.
    pub(crate) fn all(kind: Kind) -> Self {
        Self { kind, namespace: None, name: None, labels: String::new(), fallback: None, beta: false }
    }

    /// The objects of one namespace.
    pub(crate) fn of_namespace(kind: Kind, namespace: &str) -> Self {
        Self { namespace: Some(namespace.to_owned()), ..Self::all(kind) }
    }

    /// The object of this name.
    pub(crate) fn named(self, name: &str) -> Self {
        Self { name: Some(name.to_owned()), ..self }
    }
}

/// What a watch saw.
#[derive(Debug)]
pub(crate) enum Seen {
    /// Every object will be listed, from here on.
    Begin,
    /// An object of the list.
    Listed(Object),
    /// The list is complete.
    Complete,
    /// An object came or changed.
    Put(Object),
    /// An object went.
    Gone(ObjectName),
    /// It failed, and is tried again after a pause.
    Failed(Trouble),
}

/// Why a watch failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The cluster does not serve the kind.
    Absent,
    /// The rights do not suffice.
    Refused,
    /// The history is gone; everything is listed anew.
    Restarted,
    /// No answer came, it broke off, is an error or cannot be read.
    Unread(String),
}

/// Watches for ever.
pub(crate) fn start(client: &Client, spec: &Spec) -> BoxStream<'static, Seen> {
    match spec.kind {
        Kind::CertManager | Kind::Deployment => of::<Deployment>(client, spec),
        Kind::ClusterIssuer => of::<ClusterIssuer>(client, spec),
        Kind::ClusterSpiffeId => of::<ClusterSpiffeId>(client, spec),
        Kind::ClusterTrustBundle if spec.beta => of::<BetaTrustBundle>(client, spec),
        Kind::ClusterTrustBundle => of::<ClusterTrustBundle>(client, spec),
        Kind::ConfigMap | Kind::PolicyConfigMap | Kind::RootConfigMap => of::<ConfigMap>(client, spec),
        Kind::CsiDriver => of::<CsiDriver>(client, spec),
        Kind::Issuer => of::<Issuer>(client, spec),
        Kind::Namespace => of::<Namespace>(client, spec),
        Kind::PeerAuthentication => of::<PeerAuthentication>(client, spec),
        Kind::Pod => of::<Pod>(client, spec),
        Kind::ProxyConfig => of::<ProxyConfig>(client, spec),
        Kind::Secret => of::<CaSecret>(client, spec),
        // A kind that has no view is not served as far as Signet goes.
        _ => futures::stream::iter([Seen::Failed(Trouble::Absent)]).chain(futures::stream::pending()).boxed(),
    }
}

fn of<V: View>(client: &Client, spec: &Spec) -> BoxStream<'static, Seen> {
    let api: Api<Watched<V>> = match &spec.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &()),
        None => Api::all(client.clone()),
    };
    let mut config = watcher::Config::default().timeout(WATCH_SECONDS);
    if let Some(name) = &spec.name {
        config = config.fields(&format!("metadata.name={name}"));
    }
    if !spec.labels.is_empty() {
        config = config.labels(&spec.labels);
    }
    watcher(api, config)
        .backoff(ResetTimerBackoff::new(pauses(), CALM))
        .map(|event| match event {
            Ok(Event::Init) => Seen::Begin,
            Ok(Event::InitApply(object)) => Seen::Listed(object.into_object()),
            Ok(Event::InitDone) => Seen::Complete,
            Ok(Event::Apply(object)) => Seen::Put(object.into_object()),
            Ok(Event::Delete(object)) => Seen::Gone(object.into_object().metadata().object_name()),
            Err(error) => Seen::Failed(Trouble::of(&error)),
        })
        .boxed()
}

fn pauses() -> ExponentialBackoff {
    let builder = backon::ExponentialBuilder::default();
    builder
        .with_min_delay(SHORTEST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .without_max_times()
        .with_jitter()
        .into()
}

impl Trouble {
    fn of(error: &watcher::Error) -> Self {
        use watcher::Error::{
            InitialListFailed, NoResourceVersion, WatchError, WatchFailed, WatchStartFailed,
        };
        match error {
            InitialListFailed(error) | WatchStartFailed(error) | WatchFailed(error) => Self::of_client(error),
            WatchError(status) => Self::of_status(status),
            NoResourceVersion => Self::Unread("the answer has no resourceVersion".to_owned()),
        }
    }

    fn of_client(error: &kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::of_status(status),
            // serde's own words may quote a value of the object.
            kube::Error::SerdeError(error) => Self::Unread(format!(
                "the answer cannot be read (line {}, column {})",
                error.line(),
                error.column()
            )),
            error => Self::Unread(innermost(error)),
        }
    }

    fn of_status(status: &Status) -> Self {
        match status.code {
            404 => Self::Absent,
            410 => Self::Restarted,
            _ if is_refusal(status) => Self::Refused,
            code => Self::Unread(format!("the API server answers HTTP {code} {}", status.reason)),
        }
    }
}
