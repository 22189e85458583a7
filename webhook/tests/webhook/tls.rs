//! The serving certificate, on a real socket with a real client.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use signet_certs::formats::pem;
use signet_webhook::drain::{self, Signal};
use signet_webhook::serve::{bind, serve_tls};
use signet_webhook::tls::{Folder, Identity, Material, Reloader, follow_folder};
use signet_webhook::{Metrics, router};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{Fixture, namespace, proxy_config, review};

/// How long anything here may take.
const DEADLINE: Duration = Duration::from_secs(20);

struct Server {
    address: SocketAddr,
    signal: Signal,
    running: tokio::task::JoinHandle<std::io::Result<()>>,
}

fn serve(reloader: &Reloader) -> Server {
    let listener: TcpListener = bind("127.0.0.1:0".parse().expect("an address"), "--listen").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (signal, drain) = drain::channel();
    let fixture = Fixture::ready([namespace("foo"), proxy_config("foo", "foo")]);
    let running = tokio::spawn(serve_tls(listener, reloader.config(), router(fixture.webhook), drain));
    Server { address, signal, running }
}

fn material() -> Material {
    let names: BTreeSet<String> = ["127.0.0.1".to_owned()].into();
    // A client compares with the machine's own clock.
    let now = signet_webhook::Clock::System.now();
    Material::renewed(None, &names, now).expect("certificates")
}

/// A client that trusts what `caBundle` says, and nothing else.
fn connector(trusted: &[&Identity], protocols: &[&[u8]]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    for identity in trusted {
        let pem = identity.ca_bundle.as_deref().expect("a CA");
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(certificate.expect("a certificate")).expect("a root");
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = builder.expect("versions").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

async fn connect(address: SocketAddr, connector: &TlsConnector) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    connector.connect(name, stream).await.expect("a handshake")
}

fn served(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    let chain = stream.get_ref().1.peer_certificates().expect("a chain");
    chain.first().expect("a leaf").to_vec()
}

fn leaf(identity: &Identity) -> Vec<u8> {
    CertificateDer::from_pem_slice(identity.chain.as_bytes()).expect("a certificate").to_vec()
}

async fn request(stream: &mut TlsStream<TcpStream>, connection: &str) -> String {
    let body = review("foo").to_string();
    let head = format!(
        "POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: {connection}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    stream.write_all(body.as_bytes()).await.expect("written");
    let mut answer = vec![0; 64 * 1024];
    let read = stream.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_review_is_answered_over_tls_by_both_protocols() {
    let identity = material().identity();
    let reloader = Reloader::new(identity.clone(), Metrics::default()).expect("an identity");
    let server = serve(&reloader);
    let mut stream = connect(server.address, &connector(&[&identity], &[b"http/1.1"])).await;
    let answer = request(&mut stream, "close").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("JSONPatch"), "{answer}");
    let stream = connect(server.address, &connector(&[&identity], &[b"h2", b"http/1.1"])).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn a_swapped_link_is_served_and_open_connections_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    mount(folder.path(), "..2026_1");
    let provided = Folder::new(folder.path(), true);
    let first = provided.read().expect("an identity");
    let reloader = Reloader::new(first.clone(), Metrics::default()).expect("an identity");
    let server = serve(&reloader);
    let mut open = connect(server.address, &connector(&[&first], &[b"http/1.1"])).await;
    assert_eq!(served(&open), leaf(&first));
    let mut exchanges = reloader.identity();
    tokio::spawn(follow_folder(provided.clone(), reloader));

    mount(folder.path(), "..2026_2");
    let second = provided.read().expect("an identity");
    assert_ne!(first, second);
    let change = exchanges.wait_for(|identity| *identity == second);
    drop(tokio::time::timeout(DEADLINE, change).await.expect("in time").expect("an identity"));
    let connector = connector(&[&second], &[b"http/1.1"]);
    assert_eq!(served(&connect(server.address, &connector).await), leaf(&second));
    let answer = request(&mut open, "keep-alive").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");

    // What cannot be used leaves the last good one.
    std::fs::write(folder.path().join("..2026_2/tls.key"), "rubbish").expect("written");
    assert!(provided.read().is_err());
    assert_eq!(served(&connect(server.address, &connector).await), leaf(&second));
}

#[tokio::test]
async fn what_is_in_flight_is_finished_before_the_end() {
    let identity = material().identity();
    let reloader = Reloader::new(identity.clone(), Metrics::default()).expect("an identity");
    let server = serve(&reloader);
    let mut stream = connect(server.address, &connector(&[&identity], &[b"http/1.1"])).await;
    let body = review("foo").to_string();
    let head = format!(
        "POST /mutate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    // The server asks for the body: the request is in its hands.
    let mut interim = vec![0; 1024];
    let read = stream.read(&mut interim).await.expect("an answer");
    assert!(interim[..read].starts_with(b"HTTP/1.1 100 Continue"));
    server.signal.begin();
    stream.write_all(body.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    tokio::time::timeout(DEADLINE, reading).await.expect("in time").ok();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK"), "{}", String::from_utf8_lossy(&answer));
    let ended = tokio::time::timeout(DEADLINE, server.running).await.expect("in time");
    ended.expect("no panic").expect("no error");
}

/// Writes a new certificate as the kubelet does: a folder of its own, and `..data` swapped to it by a
/// rename.
fn mount(volume: &Path, version: &str) {
    let folder = volume.join(version);
    std::fs::create_dir(&folder).expect("a folder");
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(["127.0.0.1".to_owned()]).expect("a name");
    let certificate = params.self_signed(&key).expect("a certificate");
    let chain = pem::encode("CERTIFICATE", certificate.der());
    let key = pem::encode("PRIVATE KEY", key.serialized_der());
    for (name, text) in [("tls.crt", &chain), ("tls.key", &key), ("ca.crt", &chain)] {
        std::fs::write(folder.join(name), text).expect("written");
    }
    let link = volume.join("..data_tmp");
    symlink(version, &link).expect("a link");
    std::fs::rename(&link, volume.join("..data")).expect("swapped");
    for name in ["tls.crt", "tls.key", "ca.crt"] {
        let link = volume.join(name);
        if !link.exists() {
            symlink(format!("..data/{name}"), &link).expect("a link");
        }
    }
}
