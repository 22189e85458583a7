//! Envoy's admin interface over a forwarded port: certificates and node metadata, nothing else.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::Body as _;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use signet_mesh::dump::{Dump, ReadError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::connect_error::innermost;

/// The admin port of a proxy (Istio `proxyAdminPort`).
pub(super) const PORT: u16 = 15000;
/// How long a proxy may take for its whole answer.
const DEADLINE: Duration = Duration::from_secs(5);
/// What a proxy may answer at most: its answer is as hostile as the pod.
pub(super) const LARGEST: usize = 16 * 1024 * 1024;
/// What is asked for. One mask cannot name both: a section that lacks one of the fields is left out.
pub(super) const QUESTIONS: [&str; 2] = [
    "config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets",
    "config_dump?mask=bootstrap.node.metadata",
];

/// An answer that has to be whole within [`DEADLINE`].
pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, ReadError>>) -> Result<T, ReadError> {
    timeout(DEADLINE, answer).await.unwrap_or_else(|_| {
        Err(ReadError::Unreachable { message: format!("no whole answer within {} s", DEADLINE.as_secs()) })
    })
}

/// Asks the Envoy at the other end of `stream`. No redirect is followed.
pub(super) async fn ask<S>(stream: S) -> Result<Dump, ReadError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    let mut answers = pin!(async {
        let mut bodies = Vec::with_capacity(QUESTIONS.len());
        for (number, question) in QUESTIONS.into_iter().enumerate() {
            // Whatever lies between keeps a connection to the proxy until the proxy closes it.
            let then = if number + 1 == QUESTIONS.len() { "close" } else { "keep-alive" };
            bodies.push(get(&mut sender, question, then).await?);
        }
        read(&bodies)
    });
    tokio::select! {
        dump = &mut answers => dump,
        // What had come before the end may be all that was asked for.
        _ = connection => answers.await,
    }
}

/// Reads the answers to [`QUESTIONS`].
pub(super) fn read(bodies: &[impl AsRef<[u8]>]) -> Result<Dump, ReadError> {
    let mut dumps = bodies.iter().map(|body| Dump::from_envoy(body.as_ref()));
    let secrets = dumps.next().transpose()?.unwrap_or_default();
    let node = dumps.next().transpose()?.unwrap_or_default();
    Ok(Dump { claimed_signer: node.claimed_signer, trust_domain: node.trust_domain, ..secrets })
}

/// The error for an answer that is larger than [`LARGEST`].
pub(super) fn too_large() -> ReadError {
    ReadError::Rubbish { message: format!("it is larger than {} MiB", LARGEST / (1024 * 1024)) }
}

/// Asks one question; `then` is what becomes of the connection.
async fn get(
    sender: &mut SendRequest<Empty<Bytes>>,
    question: &str,
    then: &'static str,
) -> Result<Bytes, ReadError> {
    let request = Request::get(format!("/{question}"))
        .header(header::HOST, "localhost")
        .header(header::CONNECTION, then)
        .body(Empty::new())
        .map_err(|error| ReadError::Unreachable { message: error.to_string() })?;
    sender.ready().await.map_err(|error| failed(&error))?;
    let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
    if response.status() != StatusCode::OK {
        return Err(ReadError::Rubbish { message: format!("it is HTTP {}", response.status().as_u16()) });
    }
    let body = response.into_body();
    if body.size_hint().lower() > u64::try_from(LARGEST).unwrap_or(u64::MAX) {
        return Err(too_large());
    }
    let body = Limited::new(body, LARGEST);
    let body = body.collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return too_large();
        }
        match error.downcast::<hyper::Error>() {
            Ok(error) => failed(&error),
            Err(error) => ReadError::Unreachable { message: error.to_string() },
        }
    })?;
    Ok(body.to_bytes())
}

fn failed(error: &hyper::Error) -> ReadError {
    if error.is_parse() {
        return ReadError::Rubbish { message: "it is no HTTP".to_owned() };
    }
    ReadError::Unreachable { message: innermost(error) }
}

#[cfg(test)]
mod tests;
