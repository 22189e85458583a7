//! The whole admission function: any bytes in, an AdmissionReview or a typed refusal out.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::MeshConfig;
use crate::objects::ProxyConfig;
use crate::{Policy, Signers};

/// What reviews are decided on: an immutable snapshot.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The mesh config.
    pub mesh: Arc<MeshConfig>,
    /// The ProxyConfigs by namespace.
    pub proxy_configs: HashMap<String, Arc<[ProxyConfig]>>,
    /// The signers and where their CA is.
    pub signers: Arc<Signers>,
    /// The operator's settings.
    pub policy: Policy,
}

/// Why there is no AdmissionReview to answer with: what HTTP answers with a 4xx.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No JSON.
    #[error("the body is no JSON: {reason}")]
    NotJson {
        /// What the parser says, without the body's text.
        reason: String,
    },
    /// JSON, but no `admission.k8s.io/v1` AdmissionReview.
    #[error("expected apiVersion admission.k8s.io/v1, kind AdmissionReview; got {found}")]
    NotAReview {
        /// The apiVersion and kind found.
        found: String,
    },
    /// An AdmissionReview without a request.
    #[error("the AdmissionReview has no request")]
    NoRequest,
}

/// Reviews one request: the AdmissionReview to answer with, as JSON.
pub fn review(body: &[u8], state: &State) -> Result<Vec<u8>, Refusal> {
    let _ = (body, state);
    todo!("review")
}
