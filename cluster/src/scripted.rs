//! An API server that does what a real one does not do on demand.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::{Request, Response};
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Frame;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use signet_mesh::Observation;
use tokio::time::timeout;

use crate::Cluster;

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The path.
    pub(crate) path: String,
    /// The query.
    pub(crate) query: String,
    /// How often the same list, or a watch of it, was asked for before.
    pub(crate) before: usize,
}

impl Asked {
    /// Whether a list would be watched.
    pub(crate) fn is_watch(&self) -> bool {
        self.query.contains("watch=true")
    }
}

/// What is answered.
pub(crate) enum Reply {
    /// This JSON.
    Json(Value),
    /// This status.
    Status(u16),
    /// These events, and then the connection is cut.
    Torn(Vec<Value>),
    /// These events, and then nothing for ever.
    Events(Vec<Value>),
    /// No answer for ever.
    Silence,
    /// The connection is refused.
    Unreachable,
}

impl Reply {
    /// A list of these objects.
    pub(crate) fn list(items: &[Value]) -> Self {
        Self::Json(json!({"metadata": {"resourceVersion": "1"}, "items": items}))
    }
}

/// What was asked so far, in order.
pub(crate) type Log = Arc<Mutex<Vec<Asked>>>;

/// A cluster whose API server answers with `script`; what that leaves open, as one without objects.
pub(crate) fn cluster(script: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> (Cluster, Log) {
    let log = Log::default();
    let counts: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let script = Arc::new(script);
    let asked_so_far = Arc::clone(&log);
    let service = tower::service_fn(move |request: Request<Body>| {
        let (log, counts, script) = (Arc::clone(&asked_so_far), Arc::clone(&counts), Arc::clone(&script));
        async move {
            let path = request.uri().path().to_owned();
            let query = request.uri().query().unwrap_or_default().to_owned();
            let fields = query.split('&').find(|part| part.starts_with("fieldSelector")).unwrap_or_default();
            let key = format!("{path} {} {fields}", query.contains("watch=true"));
            let before = {
                let mut counts = counts.lock().expect("no test panics with the lock");
                let count = counts.entry(key).or_default();
                *count += 1;
                *count - 1
            };
            let asked = Asked { path, query, before };
            log.lock().expect("no test panics with the lock").push(asked.clone());
            let reply = script(&asked).unwrap_or_else(|| usual(&asked));
            answer(reply).await
        }
    });
    (Cluster::new(Client::new(service, "default"), "scripted"), log)
}

fn usual(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/version" => {
            let names =
                ["major", "minor", "gitVersion", "gitCommit", "gitTreeState", "buildDate", "goVersion"];
            let mut version: serde_json::Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), json!("1"))).collect();
            version.extend(["compiler", "platform"].map(|name| (name.to_owned(), json!("x"))));
            Reply::Json(Value::Object(version))
        }
        _ if asked.is_watch() => Reply::Events(Vec::new()),
        _ => Reply::list(&[]),
    }
}

type Streamed = UnsyncBoxBody<Bytes, io::Error>;

async fn answer(reply: Reply) -> Result<Response<Streamed>, io::Error> {
    let (code, body) = match reply {
        Reply::Json(value) => (200, whole(&value)),
        Reply::Status(code) => {
            let status = json!({
                "kind": "Status", "status": "Failure", "code": code, "reason": "Scripted", "message": "hunter2",
            });
            (code, whole(&status))
        }
        Reply::Events(events) => (200, streamed(lines(events).map(Ok).chain(stream::pending()))),
        Reply::Torn(events) => {
            let cut = io::Error::new(io::ErrorKind::ConnectionReset, "connection reset");
            (200, streamed(lines(events).map(Ok).chain(stream::iter([Err(cut)]))))
        }
        Reply::Silence => std::future::pending().await,
        Reply::Unreachable => {
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused"));
        }
    };
    Ok(Response::builder().status(code).body(body).expect("a response"))
}

fn whole(value: &Value) -> Streamed {
    streamed(stream::iter([Ok(Bytes::from(value.to_string()))]))
}

fn lines(events: Vec<Value>) -> impl Stream<Item = Bytes> + Send {
    stream::iter(events).map(|event| Bytes::from(format!("{event}\n")))
}

fn streamed(bytes: impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static) -> Streamed {
    UnsyncBoxBody::new(StreamBody::new(bytes.map(|bytes| bytes.map(Frame::data))))
}

/// An event of a watch.
pub(crate) fn event(kind: &str, object: &Value) -> Value {
    json!({"type": kind, "object": object})
}

/// Observes until `enough`; everything that was seen. An hour of the paused clock is the limit.
pub(crate) async fn until(
    observations: impl Stream<Item = Observation>,
    enough: impl Fn(&[Observation]) -> bool,
) -> Vec<Observation> {
    let mut observations = Box::pin(observations);
    let mut seen = Vec::new();
    let collected = timeout(Duration::from_hours(1), async {
        while !enough(&seen) {
            seen.push(observations.next().await.expect("it goes on"));
        }
    })
    .await;
    assert!(collected.is_ok(), "not seen within an hour; seen: {seen:#?}");
    seen
}
