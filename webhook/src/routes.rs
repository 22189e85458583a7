//! HTTP: which path is whose, and how what goes wrong is said.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::Metrics;
use crate::admission::{BODY_LIMIT, Refused, admit};
use crate::config::{MUTATE_PATH, VALIDATE_PATH};
use crate::drain::Drain;
use crate::state::Mesh;

/// How long a body may take to arrive. The API server itself gives up after ten seconds.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// What requests are answered with.
#[derive(Clone)]
pub struct Webhook {
    /// What is known of the mesh.
    pub mesh: Mesh,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the program is about to end.
    pub drain: Drain,
}

/// Admission: what the API server calls, over TLS. What a request is about decides how it is answered,
/// not the path that it came by.
pub fn router(webhook: Webhook) -> Router {
    Router::new()
        .route(MUTATE_PATH, post(answer))
        .route(VALIDATE_PATH, post(answer))
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .with_state(Arc::new(webhook))
}

/// What the kubelet and Prometheus ask, on a port of its own.
pub fn operator_router(webhook: Webhook) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .with_state(Arc::new(webhook))
}

async fn answer(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    let admitted = async {
        let body = read(request).await?;
        admit(&body, &webhook.mesh, &webhook.metrics).await
    };
    match admitted.await {
        Ok(answer) => {
            let json = HeaderValue::from_static("application/json");
            ([(CONTENT_TYPE, json)], answer).into_response()
        }
        Err(refused) => {
            webhook.metrics.count_request("refused", refused.word(), Duration::ZERO);
            // The word alone: what is said to the caller can quote the caller.
            tracing::warn!(reason = refused.word(), "a request was refused");
            status(refused.status(), &refused.to_string())
        }
    }
}

/// The whole body, if it is JSON and neither too large nor too slow.
async fn read(request: Request<Body>) -> Result<Bytes, Refused> {
    let (head, body) = request.into_parts();
    check_content_type(&head.headers)?;
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_LIMIT)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if is_too_large(&error) => Err(Refused::TooLarge),
        Ok(Err(error)) => Err(Refused::BodyUnreadable(error.to_string())),
        Err(_) => Err(Refused::BodyUnreadable(format!("it took longer than {} s", BODY_TIMEOUT.as_secs()))),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Refused> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Err(Refused::ContentType("none".to_owned())) };
    let value = String::from_utf8_lossy(value.as_bytes());
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refused::ContentType(value.chars().take(100).collect()))
}

async fn ready(State(webhook): State<Arc<Webhook>>) -> Response {
    if webhook.drain.has_begun() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n").into_response();
    }
    match webhook.mesh.ready() {
        Ok(()) => "ok\n".into_response(),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")).into_response(),
    }
}

async fn metrics(State(webhook): State<Arc<Webhook>>) -> Response {
    #[expect(clippy::cast_precision_loss, reason = "an age in seconds is far below 2^52")]
    webhook.metrics.snapshot_age.set(webhook.mesh.age_seconds() as f64);
    let open_metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, HeaderValue::from_static(open_metrics))], webhook.metrics.text()).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let allowed = if [MUTATE_PATH, VALIDATE_PATH].contains(&uri.path()) { "POST" } else { "GET" };
    let path = uri.path();
    status(StatusCode::METHOD_NOT_ALLOWED, &format!("{path} answers {allowed}, not {method}"))
}

async fn unknown_path(uri: Uri) -> Response {
    let path: String = uri.path().chars().take(100).collect();
    status(StatusCode::NOT_FOUND, &format!("there is nothing at {path}"))
}

/// An error as the API server reads it, and so shows it to whoever ran kubectl.
fn status(code: StatusCode, message: &str) -> Response {
    let body = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "code": code.as_u16(),
    });
    (code, Json(body)).into_response()
}
