//! A small API server in memory: objects by path, with the resourceVersions that writers race for.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use signet_cluster::kube::Client;
use signet_cluster::kube::client::Body;

/// The server; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Scripted(Arc<Mutex<Objects>>);

#[derive(Default)]
struct Objects {
    by_path: BTreeMap<String, Value>,
    version: u64,
    /// Requests other than reads, as `METHOD PATH`.
    writes: Vec<String>,
    /// Whether a namespace is there at all.
    without_namespaces: bool,
}

impl Scripted {
    /// A server in which no namespace exists.
    pub(crate) fn without_namespaces() -> Self {
        let server = Self::default();
        server.objects().without_namespaces = true;
        server
    }

    /// A client of it.
    pub(crate) fn client(&self) -> Client {
        let server = self.clone();
        let service = tower::service_fn(move |request: Request<Body>| {
            let server = server.clone();
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
                // Other replicas get their turn between a read and the write that follows.
                tokio::task::yield_now().await;
                let (status, answer) = server.answer(&head.method, head.uri.path(), &body);
                let mut response = Response::new(Body::from(answer.to_string().into_bytes()));
                *response.status_mut() = status;
                Ok::<_, Infallible>(response)
            }
        });
        Client::new(service, "default")
    }

    /// The object at a path.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        self.objects().by_path.get(path).cloned()
    }

    /// Puts an object at a path, as somebody else would.
    pub(crate) fn put(&self, path: &str, object: Value) {
        let mut objects = self.objects();
        objects.store(path, object);
    }

    /// What was written so far.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.objects().writes.clone()
    }

    fn objects(&self) -> std::sync::MutexGuard<'_, Objects> {
        self.0.lock().expect("no panic")
    }

    fn answer(&self, method: &Method, path: &str, body: &[u8]) -> (StatusCode, Value) {
        let mut objects = self.objects();
        if *method == Method::GET {
            return objects
                .by_path
                .get(path)
                .map_or_else(|| failure(404), |found| (StatusCode::OK, found.clone()));
        }
        let object: Value = serde_json::from_slice(body).unwrap_or_default();
        objects.writes.push(format!("{method} {path}"));
        if objects.without_namespaces && path.contains("/namespaces/") {
            return failure(404);
        }
        match *method {
            Method::POST => {
                let name = object["metadata"]["name"].as_str().expect("a name");
                let path = format!("{path}/{name}");
                if objects.by_path.contains_key(&path) {
                    return failure(409);
                }
                (StatusCode::CREATED, objects.store(&path, object))
            }
            Method::PUT => match objects.by_path.get(path) {
                None => failure(404),
                Some(found)
                    if found["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"] =>
                {
                    failure(409)
                }
                Some(_) => (StatusCode::OK, objects.store(path, object)),
            },
            Method::PATCH => {
                let mut merged = objects.by_path.get(path).cloned().unwrap_or_default();
                merge(&mut merged, &object);
                (StatusCode::OK, objects.store(path, merged))
            }
            Method::DELETE => match objects.by_path.remove(path) {
                None => failure(404),
                Some(_) => (StatusCode::OK, json!({"kind": "Status", "status": "Success"})),
            },
            _ => failure(405),
        }
    }
}

impl Objects {
    fn store(&mut self, path: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        object["metadata"]["uid"] = json!("uid");
        self.by_path.insert(path.to_owned(), object.clone());
        object
    }
}

fn failure(code: u16) -> (StatusCode, Value) {
    let reason = match code {
        404 => "NotFound",
        409 => "Conflict",
        _ => "MethodNotAllowed",
    };
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": reason, "reason": reason, "code": code,
    });
    (StatusCode::from_u16(code).expect("a status"), status)
}

/// What applying and merging come to for the objects here: maps key by key, lists of named entries by
/// name, `null` takes away.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    into.remove(key);
                } else {
                    merge(into.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (Value::Array(into), Value::Array(patch)) if patch.iter().all(|each| each["name"].is_string()) => {
            for value in patch {
                match into.iter_mut().find(|each| each["name"] == value["name"]) {
                    Some(found) => merge(found, value),
                    None => into.push(value.clone()),
                }
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}
