//! The AdmissionReview that comes in. Borrowed from the body, and only as deep as it is needed: the
//! object is left as it stands until it is known to be a pod.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Refusal;
use crate::plan::Short;

pub(super) const API_VERSION: &str = "admission.k8s.io/v1";
pub(super) const KIND: &str = "AdmissionReview";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review<'a> {
    #[serde(borrow, default, deserialize_with = "text")]
    api_version: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    request: Option<Request<'a>>,
}

/// The request of a review, as far as it is needed.
///
/// For callers that look up the state of its namespace first; [`review`](super::review()) does it all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request<'a> {
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) uid: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) kind: Option<GroupKind<'a>>,
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) sub_resource: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) namespace: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) operation: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) object: Option<&'a RawValue>,
}

/// What the object is; the version is the one that the webhook registered for.
#[derive(Deserialize)]
pub(super) struct GroupKind<'a> {
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) group: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) kind: Cow<'a, str>,
}

impl<'a> Request<'a> {
    /// Reads an AdmissionReview and takes its request out.
    pub fn parse(body: &'a [u8]) -> Result<Self, Refusal> {
        let review: Review<'_> = serde_json::from_slice(body).map_err(|error| {
            let reason = place(&error);
            if error.is_data() { Refusal::Malformed { reason } } else { Refusal::NotJson { reason } }
        })?;
        if review.api_version != API_VERSION || review.kind != KIND {
            let named =
                |text: &str| if text.is_empty() { "(none)".to_owned() } else { Short(text).to_string() };
            let found = format!("apiVersion {}, kind {}", named(&review.api_version), named(&review.kind));
            return Err(Refusal::NotAReview { found });
        }
        let request = review.request.ok_or(Refusal::NoRequest)?;
        if request.uid.is_empty() {
            return Err(Refusal::Malformed { reason: "the request has no uid".to_owned() });
        }
        Ok(request)
    }

    /// Names the request in its answer, and in logs.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// The namespace of the object; empty for cluster-scoped kinds.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// Where a parser gave up. Its own words could quote a secret.
pub(super) fn place(error: &serde_json::Error) -> String {
    format!("line {} column {}", error.line(), error.column())
}

/// A text that is borrowed unless it has escapes; `null` is empty.
fn text<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

    Ok(Option::<Borrowed<'de>>::deserialize(deserializer)?.map(|borrowed| borrowed.0).unwrap_or_default())
}
