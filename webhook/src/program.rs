//! The program from its first step to its last.

use std::io::Write as _;
use std::net::TcpListener;
use std::time::Duration;

use futures::{Stream, TryFutureExt as _};
use signet_cluster::{Cluster, Selection, Target, kube};
use signet_mesh::Observation;
use signet_mesh::objects::Kind;
use tokio::task::JoinError;

use crate::bundle::{Controller, Leadership};
use crate::drain::Drain;
use crate::registration::Registration;
use crate::serving::Serving;
use crate::state::{self, Fold, Mesh};
use crate::tls::{Identity, Reloader};
use crate::{Clock, Config, Failure, Metrics, Webhook, drain, serve};

/// How long the API server may take to take the registration away before the program ends without.
const FAREWELL: Duration = Duration::from_secs(5);

/// Runs until a signal ends it.
pub async fn run(mut config: Config, clock: Clock) -> Result<(), Failure> {
    let policy = config.policy()?;
    let listener = serve::bind(config.listen, "--listen")?;
    let operator_listener = serve::bind(config.metrics_listen, "--metrics-listen")?;
    announce(&listener, &operator_listener);
    let port = listener.local_addr().map_or(config.listen.port(), |address| address.port());
    config.webhook_url = config.webhook_url.map(|url| url.or_port(port));

    let metrics = Metrics::default();
    let cluster = connect(&config).await?;
    let client = cluster.client().clone();
    let registration = registration(&config, client.clone());
    registration.check().await?;
    let (serving, has_namespace) = Serving::prepare(&config, client.clone(), clock).await?;
    let reloader = Reloader::new(serving.identity(), metrics.clone())
        .map_err(|error| Failure::new("the serving certificate", error, "exchange the files in --tls-dir"))?;

    let (publisher, mesh) = state::channel(clock);
    let (signal, drain) = drain::channel();
    let (stopped, operator_drain) = drain::channel();
    let webhook = Webhook { mesh: mesh.clone(), metrics: metrics.clone(), drain: drain.clone() };
    let admission =
        serve::serve_tls(listener, reloader.config(), crate::router(webhook.clone()), drain.clone());
    let operators = serve::serve_plain(operator_listener, crate::operator_router(webhook), operator_drain);
    let (mut admission, mut operators) = (tokio::spawn(admission), tokio::spawn(operators));

    let fold = Fold::new(policy, config.revision.clone());
    tokio::spawn(state::follow(observations(cluster, &config), fold, publisher, metrics.clone()));
    let (farewell, leaving) = drain::channel();
    let keep = register_when_ready(registration.clone(), mesh.clone(), reloader.identity(), leaving);
    let kept = tokio::spawn(keep);
    tokio::spawn(serving.follow(reloader));
    let lease = |namespace| Leadership::new(client.clone(), namespace, replica(), clock);
    let leadership = has_namespace.then(|| lease(config.namespace()));
    let bundles = tokio::spawn(Controller::new(client.clone(), mesh, metrics).run(leadership, drain));

    tokio::select! {
        signals = drain::interrupted() => signals.map_err(|error| {
            Failure::new("waiting for signals", error, "look at the limits of this process")
        })?,
        ended = &mut admission => return Err(ended_early("--listen", ended)),
        ended = &mut operators => return Err(ended_early("--metrics-listen", ended)),
    }
    tracing::info!("shutting down: what is in flight is finished");
    // No pod is sent here any more before what serves them ends. Whoever mends the registration must
    // have stopped, or it would come back.
    farewell.begin();
    in_time("the registration", async {
        kept.await.map_err(|error| error.to_string())?;
        registration.remove().await.map_err(|error| error.to_string())
    })
    .await;
    signal.begin();
    // A task that panicked has nothing in flight.
    let _ = admission.await;
    in_time("the Lease", bundles.map_err(|error| error.to_string())).await;
    stopped.begin();
    let _ = operators.await;
    Ok(())
}

/// Takes leave of the API server, which may be gone already.
async fn in_time(what: &str, farewell: impl Future<Output = Result<(), String>>) {
    match tokio::time::timeout(FAREWELL, farewell).await {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => tracing::warn!(reason, "{what} could not be given up"),
        Err(_) => tracing::warn!("{what} could not be given up in time"),
    }
}

fn ended_early(flag: &str, ended: Result<std::io::Result<()>, JoinError>) -> Failure {
    let why = match ended {
        Ok(Ok(())) => "it stopped".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Failure::new(format!("the server of {flag}"), why, "start it again")
}

async fn connect(config: &Config) -> Result<Cluster, Failure> {
    let target = Target {
        kubeconfig: config.kubeconfig.clone(),
        context: config.context.clone(),
        ..Target::default()
    };
    let cluster = Cluster::connect(&target).await;
    cluster.map_err(|error| Failure::new(error.what(), error.why(), error.remedy()))
}

/// What configures the mesh: ProxyConfigs, namespaces, mesh configs and istiods, the trust bundles of signers, and
/// whether cert-manager and SPIRE can issue; no pods.
fn observations(cluster: Cluster, config: &Config) -> impl Stream<Item = Observation> + use<> {
    let selection = Selection {
        pods: None,
        namespace: None,
        control_plane: config.mesh_namespace.clone(),
        beside: [Kind::ClusterIssuer, Kind::ClusterSpiffeId, Kind::ClusterTrustBundle, Kind::CsiDriver]
            .into(),
    };
    signet_cluster::watch(cluster, &selection)
}

/// Says on stdout where it listens: port 0 takes a free one.
fn announce(listener: &TcpListener, operator_listener: &TcpListener) {
    let mut stdout = std::io::stdout();
    let addresses = listener.local_addr().and_then(|tls| Ok((tls, operator_listener.local_addr()?)));
    if let Ok((tls, operators)) = addresses {
        // Nobody has to listen.
        let _ = writeln!(stdout, "admission on https://{tls}\nmetrics on http://{operators}");
        let _ = stdout.flush();
    }
}

fn registration(config: &Config, client: kube::Client) -> Registration {
    let name = &config.webhook_name;
    match &config.webhook_url {
        None => Registration::of_chart(client, name),
        Some(url) => {
            Registration::by_url(client, name, url.clone(), config.namespace(), &config.mesh_namespace)
        }
    }
}

/// Before anything is known of the mesh no pod should be sent here.
async fn register_when_ready(
    registration: Registration,
    mut mesh: Mesh,
    identity: tokio::sync::watch::Receiver<Identity>,
    mut leaving: Drain,
) {
    tokio::select! {
        () = mesh.wait_until_ready() => registration.keep(identity, leaving).await,
        () = leaving.begun() => {}
    }
}

/// A name that no other replica has. A container that starts again in its pod may have the one it had:
/// then it goes on where it was.
fn replica() -> String {
    let pod = std::env::var("HOSTNAME").unwrap_or_default();
    format!("{pod}_{}", std::process::id())
}
