//! Reading one proxy through the API server: by port-forward, else by a command in its container.

use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::{AttachParams, Portforwarder};
use signet_mesh::dump::{Dump, ReadError};
use signet_mesh::names::PROXY_CONTAINER;
use signet_mesh::objects::ObjectName;
use tokio::io::AsyncReadExt as _;
use tokio::time::sleep;

use super::{Reader, admin};
use crate::Cluster;
use crate::connect_error::innermost;
use crate::rights::{Rule, is_refusal};

/// How often a busy API server is asked for a port, and the pause before it is asked again.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(200);
/// A message of a kubelet is cut here.
const LONGEST_MESSAGE: usize = 200;

/// Reads the proxies of a cluster.
#[derive(Clone)]
pub(crate) struct PodReader {
    cluster: Cluster,
}

impl PodReader {
    /// The reader of this cluster's proxies.
    pub(crate) fn new(cluster: Cluster) -> Self {
        Self { cluster }
    }
}

impl Reader for PodReader {
    async fn read(&self, pod: &ObjectName) -> Result<Dump, ReadError> {
        let api: Api<Pod> = Api::namespaced(self.cluster.client().clone(), &pod.namespace);
        let no_forward = match admin::in_time(by_port_forward(&api, &pod.name)).await? {
            Ok(dump) => return Ok(dump),
            Err(no_forward) => no_forward,
        };
        match admin::in_time(by_command(&api, &pod.name)).await {
            Ok(Ok(dump)) => Ok(dump),
            Err(failure) if matches!(no_forward, ReadError::Refused { .. }) => Err(failure),
            // What went wrong with the usual way says more.
            _ => Err(no_forward),
        }
    }
}

/// What a proxy answered; the inner error means that another way may lead to it.
type Answer = Result<Result<Dump, ReadError>, ReadError>;

async fn by_port_forward(api: &Api<Pod>, pod: &str) -> Answer {
    let mut forward = match forward(api, pod).await {
        Ok(forward) => Forward(forward),
        Err(error) => return gone_or(error, &Rule::port_forward()),
    };
    let (Some(stream), Some(error)) = (forward.0.take_stream(admin::PORT), forward.0.take_error(admin::PORT))
    else {
        return Err(ReadError::Unreachable { message: "the port was not forwarded".to_owned() });
    };
    tokio::select! {
        biased;
        Some(message) = error => Err(ReadError::Unreachable { message: brief(&message) }),
        dump = admin::ask(stream) => dump.map(Ok),
    }
}

/// Ends a forwarding that nobody listens to any more.
struct Forward(Portforwarder);

impl Drop for Forward {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn forward(api: &Api<Pod>, pod: &str) -> kube::Result<Portforwarder> {
    let mut attempt = 1;
    loop {
        match api.portforward(pod, &[admin::PORT]).await {
            Err(kube::Error::Api(status)) if attempt < ATTEMPTS && matches!(status.code, 429 | 503 | 504) => {
                sleep(PAUSE.mul_f64(1.0 + fastrand::f64()) * attempt).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn by_command(api: &Api<Pod>, pod: &str) -> Answer {
    let mut bodies = Vec::with_capacity(admin::QUESTIONS.len());
    for question in admin::QUESTIONS {
        match run(api, pod, &["pilot-agent", "request", "GET", question]).await? {
            Ok(body) => bodies.push(body),
            Err(refused) => return Ok(Err(refused)),
        }
    }
    admin::read(&bodies).map(Ok)
}

/// What a command in the proxy's container prints.
async fn run(api: &Api<Pod>, pod: &str, command: &[&str]) -> Result<Result<Vec<u8>, ReadError>, ReadError> {
    let params = AttachParams::default().container(PROXY_CONTAINER).stdin(false).stderr(false);
    let mut process = match api.exec(pod, command.iter().copied(), &params).await {
        Ok(process) => process,
        Err(error) => return gone_or(error, &Rule::exec()),
    };
    let status = process.take_status();
    let mut printed = Vec::new();
    if let Some(output) = process.stdout() {
        let limit = u64::try_from(admin::LARGEST).unwrap_or(u64::MAX);
        let read = output.take(limit.saturating_add(1)).read_to_end(&mut printed).await;
        read.map_err(|error| ReadError::Unreachable { message: error.to_string() })?;
    }
    if printed.len() > admin::LARGEST {
        return Err(admin::too_large());
    }
    let status = match status {
        Some(status) => status.await,
        None => None,
    };
    match status.and_then(|status| status.status) {
        Some(word) if word == "Success" => Ok(Ok(printed)),
        _ => Err(ReadError::Unreachable { message: format!("`{}` failed", command.join(" ")) }),
    }
}

/// A pod that is gone can be reached in no way; for any other error another way may lead to it.
fn gone_or<T>(error: kube::Error, rule: &Rule<'_>) -> Result<Result<T, ReadError>, ReadError> {
    match error {
        kube::Error::Api(status) if is_refusal(&status) => {
            Ok(Err(ReadError::Refused { rule: rule.to_string() }))
        }
        kube::Error::Api(status) if status.code == 404 => {
            Err(ReadError::Unreachable { message: "the pod is gone".to_owned() })
        }
        kube::Error::Api(status) => Ok(Err(ReadError::Unreachable {
            message: format!("the API server answers HTTP {}", status.code),
        })),
        error => Ok(Err(ReadError::Unreachable { message: innermost(&error) })),
    }
}

/// The first line of a message, cut.
fn brief(message: &str) -> String {
    message.lines().next().unwrap_or_default().chars().take(LONGEST_MESSAGE).collect()
}
