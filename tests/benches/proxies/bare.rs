//! A bare loop of port-forwards: what anybody's program that reads these proxies has to do at least.

use std::path::Path;

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::Pod;
use signet_cluster::kube::api::ListParams;
use signet_cluster::kube::config::{KubeConfigOptions, Kubeconfig};
use signet_cluster::kube::{Api, Client, Config, ResourceExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// As many at once as Signet's default.
const AT_ONCE: usize = 16;
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";
const QUESTIONS: &str = "GET /config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets HTTP/1.1\r\n\
                         host: localhost\r\n\r\n\
                         GET /config_dump?mask=bootstrap.node.metadata HTTP/1.1\r\n\
                         host: localhost\r\nconnection: close\r\n\r\n";

/// How many dumps a loop of port-forwards gets.
pub(crate) async fn dumps(kubeconfig: &Path) -> usize {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
    let client = Client::try_from(config.expect("a context")).expect("a client");
    let all: Api<Pod> = Api::all(client.clone());
    let pods = all.list(&ListParams::default()).await.expect("pods");
    let dumps = futures::stream::iter(pods).map(|pod| {
        let api: Api<Pod> = Api::namespaced(client.clone(), &pod.namespace().unwrap_or_default());
        async move {
            let mut forward = api.portforward(&pod.name_any(), &[15_000]).await.expect("a port");
            let mut stream = forward.take_stream(15_000).expect("a stream");
            stream.write_all(QUESTIONS.as_bytes()).await.expect("it is sent");
            let mut answer = Vec::new();
            // A forwarded port does not end when the proxy closes it.
            while ends(&answer) < 2 {
                let length = stream.read_buf(&mut answer).await.expect("an answer");
                assert_ne!(length, 0, "a whole answer");
            }
            1
        }
    });
    dumps.buffer_unordered(AT_ONCE).fold(0, |sum, one| async move { sum + one }).await
}

/// How many of Envoy's answers, which come in chunks, are whole.
fn ends(answer: &[u8]) -> usize {
    answer.windows(LAST_CHUNK.len()).filter(|window| *window == LAST_CHUNK).count()
}
