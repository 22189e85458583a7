//! An API server that has a large mesh and takes whatever is written: a real one would need minutes
//! to be given it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use signet_tests::reviews::{SIGNER, mesh_config};
use signet_webhook::{drain, serve};

use super::name;

/// A running one.
pub(crate) struct ApiServer {
    pub(crate) address: SocketAddr,
    /// ConfigMaps that were written.
    pub(crate) written: Arc<AtomicUsize>,
    _signal: drain::Signal,
}

#[derive(Clone)]
struct Mesh {
    size: usize,
    written: Arc<AtomicUsize>,
}

/// Starts one with so many namespaces.
#[expect(clippy::unused_async, reason = "it spawns, which only works inside the runtime")]
pub(crate) async fn start(size: usize) -> ApiServer {
    let written = Arc::new(AtomicUsize::new(0));
    let router = Router::new().fallback(answer).with_state(Mesh { size, written: Arc::clone(&written) });
    let listener = serve::bind("127.0.0.1:0".parse().expect("an address"), "--listen").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (signal, drain) = drain::channel();
    tokio::spawn(serve::serve_plain(listener, router, drain));
    ApiServer { address, written, _signal: signal }
}

/// A kubeconfig that leads to it.
pub(crate) fn kubeconfig(address: SocketAddr) -> String {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://{address}")}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
    })
    .to_string()
}

async fn answer(
    State(mesh): State<Mesh>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Response {
    let path = uri.path();
    if method != Method::GET {
        if path.ends_with("/configmaps/signet-ca-certs") {
            mesh.written.fetch_add(1, Ordering::Relaxed);
        }
        let mut object: Value = serde_json::from_slice(&body).unwrap_or_default();
        object["metadata"]["resourceVersion"] = json!("2");
        return Json(object).into_response();
    }
    if query.get("watch").is_some_and(|watch| watch == "true") {
        let never = futures::stream::pending::<Result<Bytes, std::io::Error>>();
        return Body::from_stream(never).into_response();
    }
    let selected = query.get("fieldSelector").map_or("", String::as_str);
    let mesh_configs = path.ends_with("/istio-system/configmaps") && selected == "metadata.name=istio";
    match path {
        "/version" => Json(json!({"major": "1", "minor": "37", "gitVersion": "v1.37.0", "gitCommit": "", "gitTreeState": "", "buildDate": "", "goVersion": "", "compiler": "", "platform": ""})).into_response(),
        "/api/v1/namespaces" => page(&query, mesh.size, namespace),
        "/apis/networking.istio.io/v1beta1/proxyconfigs" => page(&query, mesh.size, proxy_config),
        _ if mesh_configs => page(&query, 1, |_| mesh_config_map()),
        _ if path.ends_with("/configmaps") || path.ends_with("/deployments") || path.ends_with("configurations") => {
            page(&query, 0, |_| Value::Null)
        }
        _ => {
            let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "not found", "reason": "NotFound", "code": 404});
            (StatusCode::NOT_FOUND, Json(status)).into_response()
        }
    }
}

/// One page of a list, as large as was asked for.
fn page(query: &HashMap<String, String>, size: usize, object: impl Fn(usize) -> Value) -> Response {
    let number = |key: &str| query.get(key).and_then(|text| text.parse::<usize>().ok());
    let begin = number("continue").unwrap_or(0);
    let end = number("limit").filter(|limit| *limit > 0).map_or(size, |limit| size.min(begin + limit));
    let next = if end < size { end.to_string() } else { String::new() };
    let items: Vec<Value> = (begin..end).map(object).collect();
    Json(json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1", "continue": next}, "items": items})).into_response()
}

/// With all the metadata that a real one has.
fn metadata(name: &str, namespace: Option<&str>) -> Value {
    let fields = json!({"f:metadata": {"f:annotations": {".": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {}}}});
    let mut metadata = json!({
        "name": name, "resourceVersion": "1", "uid": "1d0b8d6c-6393-11e8-b7cc-42010a800002",
        "creationTimestamp": "2026-11-01T08:00:00Z",
        "labels": {"kubernetes.io/metadata.name": name, "team": "payments", "istio-injection": "enabled"},
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "x".repeat(400)},
        "managedFields": [{"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "v1", "time": "2026-11-01T08:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": fields}],
    });
    if let Some(namespace) = namespace {
        metadata["namespace"] = json!(namespace);
    }
    metadata
}

fn namespace(number: usize) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(&name(number), None), "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}})
}

fn proxy_config(number: usize) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1beta1", "kind": "ProxyConfig",
        "metadata": metadata("signer", Some(&name(number))),
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "foo"}},
    })
}

fn mesh_config_map() -> Value {
    let root = &mesh_config().ca_certificates[0];
    let mesh = json!({"caCertificates": [{"pem": root.pem, "certSigners": [SIGNER]}]}).to_string();
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata("istio", Some("istio-system")), "data": {"mesh": mesh}})
}
