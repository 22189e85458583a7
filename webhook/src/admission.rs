//! From the bytes of a request to the bytes of its answer.

use std::time::Instant;

use axum::http::StatusCode;
use signet_mesh::review::{Refusal, Request};

use crate::Metrics;
use crate::state::{Mesh, NotReady};

/// The largest body that is read. An object of 600 kB, which etcd still takes, can grow past 3 MiB as
/// JSON; a review of an update carries it twice.
pub const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Why a request gets no AdmissionReview. What the API server does then is its `failurePolicy`'s matter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The body did not arrive in time, or broke off.
    #[error("the body could not be read: {0}")]
    BodyUnreadable(String),
    /// It is not JSON by its header.
    #[error("expected content-type application/json; got {0}")]
    ContentType(String),
    /// It is no AdmissionReview.
    #[error(transparent)]
    NoReview(#[from] Refusal),
    /// Nothing is known of the mesh yet.
    #[error(transparent)]
    NotReady(#[from] NotReady),
    /// It is larger than [`BODY_LIMIT`].
    #[error("the body is larger than 16 MiB")]
    TooLarge,
}

impl Refused {
    /// The HTTP status that says so.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BodyUnreadable(_) => StatusCode::REQUEST_TIMEOUT,
            Self::ContentType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoReview(_) => StatusCode::BAD_REQUEST,
            Self::NotReady(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The kebab-case word for metrics.
    pub fn word(&self) -> &'static str {
        match self {
            Self::BodyUnreadable(_) => "body-unreadable",
            Self::ContentType(_) => "content-type",
            Self::NoReview(_) => "no-review",
            Self::NotReady(_) => "not-ready",
            Self::TooLarge => "too-large",
        }
    }
}

/// Answers one request with what is known of the mesh. Never fails for what the pod is: whatever is in
/// it, the answer is well-formed.
pub async fn admit(body: &[u8], mesh: &Mesh, metrics: &Metrics) -> Result<Vec<u8>, Refused> {
    let start = Instant::now();
    let mut request = Request::parse(body)?;
    let subject = request.take_subject();
    let state = mesh.state(request.namespace(), subject.revision().as_deref()).await?;
    let answer = subject.answer(&state);
    let (decision, reason) = (answer.decision, answer.reason);
    metrics.count_request(decision, reason, start.elapsed());
    tracing::debug!(uid = request.uid(), namespace = request.namespace(), decision, reason, "admission");
    Ok(answer.into_review(request.uid()))
}
