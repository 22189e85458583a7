//! Admissions of a 20 kB pod over TLS, beside a route of the same server that reads the same body and
//! answers `allowed: true` with its uid: what is asked per second, and how long the slowest wait.

#![expect(clippy::expect_used, reason = "what goes wrong here ends the measurement, with its reason")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use futures::future::join_all;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use serde_json::json;
use signet_mesh::objects::{ConfigMap, Kind, Object, ObjectMeta};
use signet_mesh::{Observation, Policy};
use signet_tests::interleaved::{measure, write};
use signet_tests::reviews::{SIGNER, large_review, mesh_config, proxy_config};
use signet_webhook::state::{self, Fold};
use signet_webhook::tls::{Identity, Material, Reloader};
use signet_webhook::{Clock, Metrics, Webhook, drain, router, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Connections that are used at once: an API server has one or two for each of its webhooks' replicas.
const CONNECTIONS: usize = 4;
/// Requests of each connection in one call.
const REQUESTS: usize = 8;
/// Requests whose time is taken one by one.
const TIMED: usize = 4000;

fn main() -> ExitCode {
    let runtime = Runtime::new().expect("a runtime");
    let identity = identity();
    let address = runtime.block_on(start(&identity));
    let connections = || -> Vec<Connection> {
        runtime.block_on(join_all((0..CONNECTIONS).map(|_| Connection::open(address, &identity))))
    };
    let (mut ours, mut peers) = (connections(), connections());
    let answer = runtime.block_on(async { ours[0].ask(OURS).await });
    assert!(answer.contains("JSONPatch"), "the pod is changed: {answer}");
    let ratio = measure(
        "admission-over-tls",
        ("admissions", CONNECTIONS * REQUESTS),
        1.25,
        || runtime.block_on(ask_all(&mut ours, OURS)),
        || runtime.block_on(ask_all(&mut peers, PEER)),
    );
    let mut alone = connections().into_iter();
    let mut single = || alone.next().expect("a connection");
    let slowest = runtime.block_on(slowest(&mut single(), &mut single()));
    let is_slow_within_goal = report(slowest);
    if ratio.report() && is_slow_within_goal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const OURS: &str = "/mutate";
const PEER: &str = "/peer";

/// The 99th percentiles of ours and of the peer.
async fn slowest(ours: &mut Connection, peer: &mut Connection) -> (Duration, Duration) {
    let (mut of_ours, mut of_peer) = (Vec::new(), Vec::new());
    for _ in 0..TIMED {
        for (connection, path, times) in [(&mut *ours, OURS, &mut of_ours), (&mut *peer, PEER, &mut of_peer)]
        {
            let start = Instant::now();
            connection.ask(path).await;
            times.push(start.elapsed());
        }
    }
    let slowest = |mut times: Vec<Duration>| {
        times.sort();
        times[TIMED * 99 / 100]
    };
    (slowest(of_ours), slowest(of_peer))
}

fn report((ours, peer): (Duration, Duration)) -> bool {
    const GOAL: f64 = 2.0;
    let ratio = ours.as_secs_f64() / peer.as_secs_f64();
    println!("admission-p99: {ours:?}, peer {peer:?}: {ratio:.2} times (goal at most {GOAL:.2})");
    let micros = |time: Duration| time.as_micros();
    let measured = json!({"oursMicroseconds": micros(ours), "peerMicroseconds": micros(peer), "ratio": ratio, "goal": GOAL});
    write("admission-p99", &measured);
    ratio <= GOAL
}

fn identity() -> Identity {
    let names: BTreeSet<String> = ["127.0.0.1".to_owned()].into();
    Material::renewed(None, &names, Clock::System.now()).expect("certificates").identity()
}

/// A webhook that has seen its mesh, with the peer's route in the same router.
#[expect(clippy::unused_async, reason = "it spawns, which only works inside the runtime")]
async fn start(identity: &Identity) -> SocketAddr {
    let (publisher, mesh) = state::channel(Clock::System);
    let mut fold = Fold::new(Policy::default(), None);
    let root = &mesh_config().ca_certificates[0];
    let mesh_config = json!({"caCertificates": [{"pem": root.pem, "certSigners": [SIGNER]}]}).to_string();
    let metadata = ObjectMeta {
        name: "istio".to_owned(),
        namespace: "istio-system".to_owned(),
        ..ObjectMeta::default()
    };
    let mesh_config = ConfigMap { metadata, data: [("mesh".to_owned(), mesh_config)].into() };
    let namespace = serde_json::from_value(json!({"metadata": {"name": "foo"}})).expect("a namespace");
    let objects = [
        Object::ConfigMap(mesh_config),
        Object::Namespace(namespace),
        Object::ProxyConfig(proxy_config("foo")),
    ];
    for object in objects {
        fold.apply(Observation::Put { object });
    }
    for kind in [Kind::ConfigMap, Kind::Deployment, Kind::Namespace, Kind::ProxyConfig] {
        fold.apply(Observation::Synced { kind });
    }
    publisher.publish(fold.changes());

    let (signal, drain) = drain::channel();
    let metrics = Metrics::default();
    let reloader = Reloader::new(identity.clone(), metrics.clone()).expect("an identity");
    let router = router(Webhook { mesh, metrics, drain: drain.clone() }).route(PEER, post(peer));
    let listener = serve::bind("127.0.0.1:0".parse().expect("an address"), "--listen").expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        // It serves for as long as both live.
        let _alive = (publisher, signal);
        serve::serve_tls(listener, reloader.config(), router, drain).await
    });
    address
}

/// As little as an admission webhook can do.
async fn peer(body: Bytes) -> impl axum::response::IntoResponse {
    #[derive(Deserialize)]
    struct Review<'a> {
        #[serde(borrow)]
        request: Request<'a>,
    }

    #[derive(Deserialize)]
    struct Request<'a> {
        uid: &'a str,
    }

    let review: Review<'_> = serde_json::from_slice(&body).expect("a review");
    let response = json!({"uid": review.request.uid, "allowed": true});
    let answer =
        json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response});
    ([(CONTENT_TYPE, "application/json")], answer.to_string())
}

async fn ask_all(connections: &mut [Connection], path: &str) {
    join_all(connections.iter_mut().map(async |connection| {
        for _ in 0..REQUESTS {
            connection.ask(path).await;
        }
    }))
    .await;
}

/// One connection of an API server, kept open.
struct Connection {
    stream: TlsStream<TcpStream>,
    body: Vec<u8>,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr, identity: &Identity) -> Self {
        let mut roots = RootCertStore::empty();
        let pem = identity.ca_bundle.as_deref().expect("a CA");
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.expect("versions").with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let name = ServerName::try_from("127.0.0.1").expect("a name");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake");
        Self { stream, body: large_review().to_string().into_bytes(), buffer: vec![0; 64 * 1024] }
    }

    /// Asks once; the whole answer.
    async fn ask(&mut self, path: &str) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.body.len()
        );
        let request = [head.as_bytes(), &self.body].concat();
        self.stream.write_all(&request).await.expect("written");
        let mut read = 0;
        loop {
            read += self.stream.read(&mut self.buffer[read..]).await.expect("an answer");
            let text = std::str::from_utf8(&self.buffer[..read]).expect("text");
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            assert!(head.starts_with("HTTP/1.1 200"), "{text}");
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.expect("a length").parse().expect("a number");
            if body.len() == length {
                return body.to_owned();
            }
        }
    }
}
