//! The one client: which cluster, as whom.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use tokio::time::timeout;
use tower::timeout::TimeoutLayer;

use crate::ConnectError;

/// How long an API server may take to answer at all.
pub(crate) const REACHABLE: Duration = Duration::from_secs(5);

/// How long it may take until an answer begins; a watch or a forwarded port then goes on for ever.
const ANSWER: Duration = Duration::from_secs(30);

/// Which cluster to talk to and as whom, as kubectl's flags say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The kubeconfig file; else those of `KUBECONFIG`, else `~/.kube/config`, else the service account
    /// of the pod that this runs in.
    pub kubeconfig: Option<PathBuf>,
    /// The context; else the current one.
    pub context: Option<String>,
    /// The user to act as.
    pub user: Option<String>,
    /// The groups to act as.
    pub groups: Vec<String>,
}

/// A cluster that answered.
#[derive(Clone)]
pub struct Cluster {
    client: Client,
    context: String,
}

impl Cluster {
    /// Finds the cluster and asks whether it answers.
    pub async fn connect(target: &Target) -> Result<Self, ConnectError> {
        let (mut config, context) = find(target).await?;
        // Longer than the first question may take, so that it says itself what was waited for.
        config.connect_timeout = Some(REACHABLE * 2);
        // Its own retries wait for as long as the server says; ours have a limit.
        config.default_retry = false;
        if let Some(user) = &target.user {
            config.auth_info.impersonate = Some(user.clone());
        }
        if !target.groups.is_empty() {
            config.auth_info.impersonate_groups = Some(target.groups.clone());
        }
        let server = config.cluster_url.to_string();
        let server = server.trim_end_matches('/');
        let builder =
            ClientBuilder::try_from(config).map_err(|error| ConnectError::unusable(&context, &error))?;
        let client = builder.with_layer(&TimeoutLayer::new(ANSWER)).build();
        let cluster = Self { client, context };
        cluster.probe().await.map_err(|error| error.at(server))?;
        Ok(cluster)
    }

    /// The cluster behind a client that exists already.
    pub fn new(client: Client, context: impl Into<String>) -> Self {
        Self { client, context: context.into() }
    }

    /// The client, for what is not observed.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The name of the context; `in-cluster` for a pod's own cluster.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// The namespace that is meant when none is named.
    pub fn namespace(&self) -> &str {
        self.client.default_namespace()
    }

    /// Asks the API server for its version: whether it answers, and whether it knows who asks.
    pub(crate) async fn probe(&self) -> Result<(), ConnectError> {
        match timeout(REACHABLE, self.client.apiserver_version()).await {
            Err(_) => Err(ConnectError::silent(REACHABLE)),
            Ok(Ok(_)) => Ok(()),
            // Whoever may not ask for the version has been answered all the same.
            Ok(Err(kube::Error::Api(status))) if !matches!(status.code, 401 | 500..) => Ok(()),
            Ok(Err(error)) => Err(ConnectError::of(&error, "")),
        }
    }
}

/// The configuration for a target, with the name of its context.
async fn find(target: &Target) -> Result<(Config, String), ConnectError> {
    let Some((kubeconfig, file)) = read(target)? else {
        return match Config::incluster() {
            Ok(config) => Ok((config, "in-cluster".to_owned())),
            Err(_) => Err(ConnectError::NoKubeconfig),
        };
    };
    let known = || kubeconfig.contexts.iter().map(|context| context.name.clone()).collect::<Vec<_>>();
    let current = kubeconfig.current_context.clone().filter(|name| !name.is_empty());
    let Some(context) = target.context.clone().or(current) else {
        return Err(ConnectError::NoContext { file, known: known() });
    };
    if !kubeconfig.contexts.iter().any(|candidate| candidate.name == context) {
        return Err(ConnectError::UnknownContext { context, file, known: known() });
    }
    let options = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let config =
        config.map_err(|error| ConnectError::Context { context: context.clone(), why: error.to_string() })?;
    Ok((config, context))
}

/// The kubeconfig and what to call it; nothing where there is none, so that a pod uses its own
/// service account.
fn read(target: &Target) -> Result<Option<(Kubeconfig, String)>, ConnectError> {
    if let Some(file) = &target.kubeconfig {
        return read_file(file).map(Some);
    }
    let named = std::env::var_os("KUBECONFIG").unwrap_or_default();
    let files: Vec<PathBuf> = std::env::split_paths(&named).filter(|p| !p.as_os_str().is_empty()).collect();
    if files.is_empty() {
        let home = std::env::home_dir().map(|home| home.join(".kube/config"));
        return home.filter(|file| file.exists()).map(|file| read_file(&file)).transpose();
    }
    // As kubectl does: of several files those that do not exist are passed over.
    let exist: Vec<&PathBuf> = files.iter().filter(|file| files.len() == 1 || file.exists()).collect();
    let mut merged = Kubeconfig::default();
    for file in exist {
        let (next, name) = read_file(file)?;
        merged = merged.merge(next).map_err(|error| ConnectError::kubeconfig(&name, &error))?;
    }
    Ok(Some((merged, named.to_string_lossy().into_owned())))
}

fn read_file(file: &Path) -> Result<(Kubeconfig, String), ConnectError> {
    let name = file.display().to_string();
    let kubeconfig = Kubeconfig::read_from(file).map_err(|error| ConnectError::kubeconfig(&name, &error))?;
    Ok((kubeconfig, name))
}
