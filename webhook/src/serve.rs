//! The sockets: admission over TLS, and what operators ask beside it.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};

use crate::Failure;
use crate::drain::Drain;

/// How long a client may take for its TLS handshake, and then until its first request is whole.
const SETUP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long it may take for the head of a later request, the pause before it included: longer than the
/// API server itself keeps an idle connection (90 s), so that it is the one to close it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(100);
/// How long what is in flight may take to finish: the API server waits no longer than that.
const GRACE: Duration = Duration::from_secs(30);

/// Binds a listener; port 0 takes a free one.
pub fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    let failure = |error: io::Error| {
        let remedy = format!("choose a free address of this machine with {flag}");
        Failure::new(format!("listening on {address}"), error, remedy)
    };
    let listener = TcpListener::bind(address).map_err(failure)?;
    listener.set_nonblocking(true).map_err(failure)?;
    Ok(listener)
}

/// Serves `router` over TLS (1.2 and newer; HTTP/1.1 and HTTP/2) until `drain` begins, then finishes
/// what is in flight. `config` may be reloaded at any time; open connections go on.
pub async fn serve_tls(
    listener: TcpListener,
    config: RustlsConfig,
    router: Router,
    drain: Drain,
) -> io::Result<()> {
    // Without it a small answer waits 40 ms for more to send.
    let no_delay = NoDelayAcceptor::new();
    let acceptor = RustlsAcceptor::new(config).handshake_timeout(SETUP_TIMEOUT).acceptor(no_delay);
    let mut server = axum_server::from_tcp(listener)?.acceptor(acceptor);
    server.http_builder().http1().header_read_timeout(HEAD_TIMEOUT);
    let handle = drained(drain);
    server.handle(handle).first_request_timeout(SETUP_TIMEOUT).serve(router.into_make_service()).await
}

/// Serves `router` in plain HTTP until `drain` begins.
pub async fn serve_plain(listener: TcpListener, router: Router, drain: Drain) -> io::Result<()> {
    let mut server = axum_server::from_tcp(listener)?;
    server.http_builder().http1().header_read_timeout(HEAD_TIMEOUT);
    let handle = drained(drain);
    server.handle(handle).first_request_timeout(SETUP_TIMEOUT).serve(router.into_make_service()).await
}

fn drained(mut drain: Drain) -> Handle<SocketAddr> {
    let handle = Handle::new();
    let ours = handle.clone();
    tokio::spawn(async move {
        drain.begun().await;
        ours.graceful_shutdown(Some(GRACE));
    });
    handle
}
