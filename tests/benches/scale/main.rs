//! A mesh of 10,000 namespaces with a ProxyConfig each: how long a decision takes beside one of 100,
//! and how much memory the built program holds once it has seen it all.

#![expect(clippy::expect_used, reason = "what goes wrong here ends the measurement, with its reason")]

mod api_server;

use std::process::ExitCode;

use serde_json::{Value, json};
use signet_mesh::objects::{Kind, Object};
use signet_mesh::{Observation, Policy};
use signet_tests::interleaved::{measure, write};
use signet_tests::programs::path;
use signet_tests::reviews::{CREATE_POD, proxy_config};
use signet_tests::testbed::{Folder, Server};
use signet_webhook::admission::admit;
use signet_webhook::state::{self, Fold, Mesh, Publisher};
use signet_webhook::{Clock, Metrics};
use tokio::runtime::Runtime;

const LARGE: usize = 10_000;
const SMALL: usize = 100;
/// Namespaces that are asked about in turns.
const ASKED: usize = 100;
/// MiB that the program may hold: 40 MB.
const MEMORY: u64 = 38;

fn main() -> ExitCode {
    let runtime = Runtime::new().expect("a runtime");
    let ((_large, large), (_small, small)) = (mesh(LARGE), mesh(SMALL));
    let metrics = Metrics::default();
    let decide = |mesh: &Mesh, bodies: &[Vec<u8>]| {
        runtime.block_on(async {
            for body in bodies {
                admit(body, mesh, &metrics).await.expect("an answer");
            }
        });
    };
    let (of_large, of_small) = (bodies(LARGE), bodies(SMALL));
    let ratio = measure(
        "admission-at-10000-namespaces",
        ("admissions", ASKED),
        1.1,
        || decide(&large, &of_large),
        || decide(&small, &of_small),
    );
    let is_small_enough = memory(&runtime);
    if ratio.report() && is_small_enough { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts the built program on an API server that has it all, and looks at its resident memory once it
/// is ready and has written all CA files.
fn memory(runtime: &Runtime) -> bool {
    let server = runtime.block_on(api_server::start(LARGE));
    let folder = Folder::new("scale").expect("a folder");
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, api_server::kubeconfig(server.address)).expect("written");
    let flags = [
        format!("--kubeconfig={}", kubeconfig.display()),
        "--listen=127.0.0.1:0".to_owned(),
        "--metrics-listen=127.0.0.1:0".to_owned(),
        "--webhook-url=https://127.0.0.1:0".to_owned(),
    ];
    let program = path("SIGNET_WEBHOOK_RELEASE");
    let mut webhook = Server::start("signet-webhook", &program, flags, folder.path()).expect("it starts");
    let written = || server.written.load(std::sync::atomic::Ordering::Relaxed);
    let all = webhook.wait_ready("all CA files", std::time::Duration::from_mins(2), || match written() {
        LARGE.. => Ok(()),
        some => Err(format!("{some} of {LARGE}")),
    });
    all.expect("it writes them");
    let mebibytes = webhook.report().mebibytes;
    let seconds = webhook.report().seconds;
    println!(
        "webhook-memory: {mebibytes} MiB with {LARGE} namespaces and ProxyConfigs (goal at most {MEMORY}); \
         all CA files written after {seconds:.1} s"
    );
    write("webhook-memory", &json!({"mebibytes": mebibytes, "goal": MEMORY, "namespaces": LARGE}));
    mebibytes <= MEMORY
}

fn name(number: usize) -> String {
    format!("namespace-{number}")
}

/// A mesh of so many namespaces, with what publishes to it.
fn mesh(size: usize) -> (Publisher, Mesh) {
    let (publisher, mesh) = state::channel(Clock::System);
    let mut fold = Fold::new(Policy::default(), None);
    for number in 0..size {
        let namespace = serde_json::from_value(json!({"metadata": {"name": name(number)}}));
        let namespace = Object::Namespace(namespace.expect("a namespace"));
        let proxy_config = Object::ProxyConfig(proxy_config(&name(number)));
        for object in [namespace, proxy_config] {
            fold.apply(Observation::Put { object });
        }
    }
    for kind in [Kind::ConfigMap, Kind::Deployment, Kind::Namespace, Kind::ProxyConfig] {
        fold.apply(Observation::Synced { kind });
    }
    publisher.publish(fold.changes());
    (publisher, mesh)
}

/// Requests about namespaces that are spread over the mesh.
fn bodies(size: usize) -> Vec<Vec<u8>> {
    let mut review: Value = serde_json::from_slice(CREATE_POD).expect("a review");
    let asked = (0..ASKED).map(|number| number * size / ASKED);
    asked
        .map(|number| {
            review["request"]["namespace"] = json!(name(number));
            review.to_string().into_bytes()
        })
        .collect()
}
