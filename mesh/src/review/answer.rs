//! The AdmissionReview that goes out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::RawValue;

use super::request::{API_VERSION, KIND};
use crate::Plan;
use crate::patch::Patch;

/// What is answered, before it is put into its envelope.
#[derive(Default)]
pub struct Answer {
    /// What was decided, for the audit log: `inject`, `nothing-to-do`, `skip` or `deny`.
    pub decision: &'static str,
    /// Why, as a kebab-case word; empty when the decision says it all.
    pub reason: &'static str,
    /// What is to be changed.
    pub patch: Option<Patch>,
    /// Shown by kubectl.
    pub warnings: Vec<String>,
    /// The message of a denial.
    pub denial: Option<String>,
}

/// The answer that carries out `plan`.
pub(super) fn to_plan(plan: Plan) -> Answer {
    match plan {
        Plan::Inject { patch, warnings } => {
            Answer { decision: "inject", patch: Some(patch), warnings, ..Answer::default() }
        }
        Plan::NothingToDo { warnings } => Answer { decision: "nothing-to-do", warnings, ..Answer::default() },
        Plan::Skip(reason) => Answer::skip(reason.word()),
        Plan::Deny(denial) => Answer {
            decision: "deny",
            reason: denial.reason,
            denial: Some(denial.message),
            ..Answer::default()
        },
    }
}

impl Answer {
    /// Allowed as it is.
    pub(super) fn skip(reason: &'static str) -> Self {
        Self { decision: "skip", reason, ..Self::default() }
    }

    /// The same answer with one more warning.
    pub(super) fn with_warning(mut self, warning: String) -> Self {
        self.warnings.push(warning);
        self
    }

    /// The AdmissionReview as JSON, for the request `uid`.
    pub fn into_review(self, uid: &str) -> Vec<u8> {
        let patch = self.patch.and_then(|patch| in_base64(&patch));
        let response = Response {
            uid,
            allowed: self.denial.is_none(),
            status: self.denial.as_deref().map(|message| Status { message, code: 403 }),
            patch_type: patch.as_ref().map(|_| "JSONPatch"),
            patch,
            warnings: self.warnings,
            audit_annotations: AuditAnnotations { decision: self.decision, reason: self.reason },
        };
        json(&Review { api_version: API_VERSION, kind: KIND, response })
    }
}

/// What most answers fit into, in bytes.
const USUAL_LENGTH: usize = 1024;

/// The patch as a JSON string. Base64 has nothing to escape, and looking for it would take as long as all else
/// of the answer.
fn in_base64(patch: &Patch) -> Option<Box<RawValue>> {
    let mut string = String::with_capacity(2 * USUAL_LENGTH);
    string.push('"');
    STANDARD.encode_string(json(patch), &mut string);
    string.push('"');
    RawValue::from_string(string).ok()
}

/// Serialises what has only text, booleans and numbers, for which it cannot fail.
fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut json = Vec::with_capacity(USUAL_LENGTH);
    match serde_json::to_writer(&mut json, value) {
        Ok(()) => json,
        Err(_) => Vec::new(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review<'a> {
    api_version: &'a str,
    kind: &'a str,
    response: Response<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    audit_annotations: AuditAnnotations<'a>,
}

#[derive(Serialize)]
struct Status<'a> {
    message: &'a str,
    code: u16,
}

/// The API server puts the webhook's name before each key.
#[derive(Serialize)]
struct AuditAnnotations<'a> {
    decision: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
}
