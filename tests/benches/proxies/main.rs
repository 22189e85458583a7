//! The chains of a hundred pods, cold, beside a bare loop of the same port-forwards.
//!
//! Both connect anew, ask the API server for the pods, and ask each Envoy for its secrets and metadata
//! through a port-forward of its own, sixteen at once. Ours also watches what configures the mesh, and
//! reads, verifies and judges every chain.

use std::path::Path;
use std::process::ExitCode;

use futures::StreamExt as _;
use serde_json::{Value, json};
use signet_cluster::kube::api::{ApiResource, DynamicObject, GroupVersionKind, ListParams};
use signet_cluster::kube::config::{KubeConfigOptions, Kubeconfig};
use signet_cluster::kube::{Api, Client, Config};
use signet_inspector::source::{ClusterArgs, MeshArgs};
use signet_tests::interleaved::measure;
use signet_tests::testbed::{
    ControlPlane, Envoy, Kwok, PROXY_CONFIG_CRD, Proxy, Signer, mesh_objects, proxied_pod,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Runtime;

const PODS: usize = 100;
const AT_ONCE: usize = 16;
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";
const QUESTIONS: &str = "GET /config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets HTTP/1.1\r\n\
                         host: localhost\r\n\r\n\
                         GET /config_dump?mask=bootstrap.node.metadata HTTP/1.1\r\n\
                         host: localhost\r\nconnection: close\r\n\r\n";

fn main() -> ExitCode {
    let plane = ControlPlane::start().expect("a control plane");
    let kwok = Kwok::start(&plane, 1).expect("kwok");
    let kubectl = plane.kubectl();
    kubectl.apply(PROXY_CONFIG_CRD).expect("a kind");
    let signer = Signer::bar().expect("a signer");
    kubectl.namespace("istio-system").expect("a namespace");
    kubectl.apply(&mesh_objects(&[&signer]).to_string()).expect("a mesh config");
    kubectl.namespace("many").expect("a namespace");
    let envoys: Vec<Envoy> = (0..4)
        .map(|index| {
            Envoy::start(&Proxy::new("many", &format!("p{index}"), "bar"), &signer).expect("an Envoy")
        })
        .collect();
    let pods: Vec<Value> =
        (0..PODS).map(|index| proxied_pod("many", &format!("p{index}"), "node-0", "bar")).collect();
    for (index, envoy) in envoys.iter().cycle().take(PODS).enumerate() {
        kwok.forward("many", &format!("p{index}"), 15_000, envoy.admin()).expect("a PortForward");
    }
    kubectl.apply(&json!({"apiVersion": "v1", "kind": "List", "items": pods}).to_string()).expect("pods");
    kubectl
        .run(&["-n", "many", "wait", "--for=condition=Ready", "pods", "--all", "--timeout=120s"])
        .expect("they run");

    let runtime = Runtime::new().expect("a runtime");
    let file = kubectl.kubeconfig();
    let ratio = measure(
        "chains of 100 pods, cold",
        ("pods", PODS),
        1.25,
        || assert_eq!(runtime.block_on(ours(file)), PODS),
        || assert_eq!(runtime.block_on(bare(file)), PODS),
    );
    if ratio.report() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How many chains `signet pods` shows.
async fn ours(kubeconfig: &Path) -> usize {
    let cluster = ClusterArgs { kubeconfig: Some(kubeconfig.to_owned()), ..ClusterArgs::default() };
    let mesh = MeshArgs { demo: false, cluster, ..MeshArgs::of_demo(1) };
    let look = mesh.still(None).await.expect("a cluster");
    let settled = look.settle(|_| ()).await.expect("a mesh");
    let workloads = settled.inventory.workloads(settled.now);
    workloads.iter().filter(|workload| workload.signer.actual.is_some()).count()
}

/// How many dumps a loop of port-forwards gets.
async fn bare(kubeconfig: &Path) -> usize {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).expect("a kubeconfig");
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
    let client = Client::try_from(config.expect("a context")).expect("a client");
    let pod = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Pod"));
    let all: Api<DynamicObject> = Api::all_with(client.clone(), &pod);
    let pods = all.list(&ListParams::default()).await.expect("pods");
    let names = pods.items.into_iter().filter_map(|pod| pod.metadata.name);
    let api: Api<k8s_openapi::api::core::v1::Pod> = Api::namespaced(client, "many");
    let dumps = futures::stream::iter(names).map(|name| {
        let api = api.clone();
        async move {
            let mut forward = api.portforward(&name, &[15_000]).await.expect("a port");
            let mut stream = forward.take_stream(15_000).expect("a stream");
            stream.write_all(QUESTIONS.as_bytes()).await.expect("it is sent");
            let mut answer = Vec::new();
            // A forwarded port does not end when the proxy closes it.
            while ends(&answer) < 2 {
                stream.read_buf(&mut answer).await.expect("an answer");
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
