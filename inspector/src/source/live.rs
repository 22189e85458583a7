//! A cluster as a source.

use std::path::PathBuf;

use clap::Args;
use futures::Stream;
use signet_certs::UnixTime;
use signet_cluster::proxies::CONCURRENCY;
use signet_cluster::{Cluster, ConnectError, PodSelection, Selection, Target};
use signet_mesh::{Demand, Observation};
use tokio::sync::watch;

use super::{Scope, Source};
use crate::{Clock, Failure};

/// Where Istio's control plane usually is.
const ISTIO_NAMESPACE: &str = "istio-system";

/// How a cluster is reached, and as whom: kubectl's flags.
#[derive(Clone, Debug, Args)]
pub struct ClusterArgs {
    /// The kubeconfig; else those of $KUBECONFIG, else ~/.kube/config, else the pod's own cluster.
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// The user to act as.
    #[arg(long = "as", value_name = "USER")]
    pub user: Option<String>,
    /// A group to act as. May be repeated.
    #[arg(long = "as-group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// The namespace of the control plane.
    #[arg(long, value_name = "NAMESPACE", default_value = ISTIO_NAMESPACE)]
    pub istio_namespace: String,
    /// How many proxies are read at once.
    #[arg(long, value_name = "NUMBER", default_value_t = CONCURRENCY)]
    pub concurrency: usize,
}

impl Default for ClusterArgs {
    fn default() -> Self {
        Self {
            kubeconfig: None,
            user: None,
            groups: Vec::new(),
            istio_namespace: ISTIO_NAMESPACE.to_owned(),
            concurrency: CONCURRENCY,
        }
    }
}

/// A cluster that answered.
pub struct LiveSource {
    cluster: Cluster,
    control_plane: String,
    concurrency: usize,
    clock: Clock,
}

impl LiveSource {
    /// Connects to the cluster of a context. Judged at `now`, or as time goes on.
    pub async fn connect(
        args: &ClusterArgs,
        context: Option<&str>,
        now: Option<UnixTime>,
    ) -> Result<Self, Failure> {
        let target = Target {
            kubeconfig: args.kubeconfig.clone(),
            context: context.map(str::to_owned),
            user: args.user.clone(),
            groups: args.groups.clone(),
        };
        Ok(Self {
            cluster: Cluster::connect(&target).await.map_err(|error| failure(&error))?,
            control_plane: args.istio_namespace.clone(),
            concurrency: args.concurrency,
            clock: now.map_or(Clock::System, Clock::Fixed),
        })
    }

    /// The context's name.
    pub fn context(&self) -> &str {
        self.cluster.context()
    }

    /// The namespace that is meant when none is named.
    pub fn namespace(&self) -> &str {
        self.cluster.namespace()
    }
}

impl Source for LiveSource {
    fn clock(&self) -> Clock {
        self.clock
    }

    fn observe(
        self,
        scope: Scope,
        demand: watch::Receiver<Demand>,
    ) -> impl Stream<Item = Observation> + Send {
        let Scope { namespace, selector, name, beside } = scope;
        let pods = Some(PodSelection { name, labels: selector.to_string() });
        let selection = Selection { pods, namespace, control_plane: self.control_plane, beside };
        signet_cluster::observe(self.cluster, &selection, self.concurrency, demand)
    }
}

fn failure(error: &ConnectError) -> Failure {
    Failure::unchecked(error.what(), error.why(), error.remedy())
}
