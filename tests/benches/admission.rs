//! Admissions of a 22 kB pod over TLS and HTTP/2, as an API server asks for them, beside a route of the same
//! server that reads the same body and answers `allowed: true` with its uid: how many are answered per second,
//! and how long the slowest wait.

#![expect(clippy::expect_used, reason = "what goes wrong here ends the measurement, with its reason")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use futures::future::join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use serde_json::{Value, json};
use signet_mesh::objects::{ConfigMap, Kind, Object, ObjectMeta};
use signet_mesh::{Observation, Policy};
use signet_tests::interleaved::{measure, write};
use signet_tests::reviews::{CREATE_POD, SIGNER, mesh_config, proxy_config};
use signet_webhook::state::{self, Fold};
use signet_webhook::tls::{Identity, Material, Reloader};
use signet_webhook::{Clock, Metrics, Webhook, drain, router, serve};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::TlsConnector;

/// Requests that are in flight at once: as many changes as an API server works on by default
/// (`--max-mutating-requests-inflight`). With few, the cores wait for each other more than they work.
const AT_ONCE: usize = 200;
/// Requests whose time is taken one by one.
const TIMED: usize = 4000;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = Runtime::new().expect("a runtime");
    let identity = identity();
    let address = runtime.block_on(start(&identity));
    let connection = runtime.block_on(Connection::open(address, &identity));
    let answer = runtime.block_on(connection.ask(OURS));
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert!(answer["response"]["patch"].is_string(), "the pod is changed: {answer}");
    let ratio = measure(
        "admission-over-tls",
        ("admissions", AT_ONCE),
        1.25,
        || runtime.block_on(ask_all(&connection, OURS)),
        || runtime.block_on(ask_all(&connection, PEER)),
    );
    let slowest = runtime.block_on(slowest(&connection));
    let is_slow_within_goal = report(slowest);
    if ratio.report() && is_slow_within_goal { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const OURS: &str = "/mutate";
const PEER: &str = "/peer";

/// The 99th percentiles of ours and of the peer.
async fn slowest(connection: &Connection) -> (Duration, Duration) {
    let (mut of_ours, mut of_peer) = (Vec::new(), Vec::new());
    for _ in 0..TIMED {
        for (path, times) in [(OURS, &mut of_ours), (PEER, &mut of_peer)] {
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
        request: Asked<'a>,
    }

    #[derive(Deserialize)]
    struct Asked<'a> {
        uid: &'a str,
    }

    let review: Review<'_> = serde_json::from_slice(&body).expect("a review");
    let response = json!({"uid": review.request.uid, "allowed": true});
    let answer =
        json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response});
    ([(CONTENT_TYPE, "application/json")], answer.to_string())
}

async fn ask_all(connection: &Connection, path: &str) {
    join_all((0..AT_ONCE).map(|_| connection.ask(path))).await;
}

/// The connection of an API server: HTTP/2, kept open, with several requests at once.
struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    async fn open(address: SocketAddr, identity: &Identity) -> Self {
        let mut roots = RootCertStore::empty();
        let pem = identity.ca_bundle.as_deref().expect("a CA");
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config = builder.expect("versions").with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let name = ServerName::try_from("127.0.0.1").expect("a name");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake");
        let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
        let (sender, connection) = handshake.await.expect("HTTP/2");
        tokio::spawn(connection);
        Self(sender)
    }

    /// Asks once; the whole answer.
    async fn ask(&self, path: &str) -> Bytes {
        let request = Request::post(format!("https://127.0.0.1{path}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(CREATE_POD))
            .expect("a request");
        let answer = self.0.clone().send_request(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.into_body().collect().await.expect("a body").to_bytes()
    }
}
