//! The AdmissionReview that comes in. Borrowed from the body, and only as deep as it is needed.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Refusal;
use crate::objects::{Mapping, Pod};
use crate::plan::Short;

pub(super) const API_VERSION: &str = "admission.k8s.io/v1";
pub(super) const KIND: &str = "AdmissionReview";

/// The request of a review, as far as it is needed, with its object read as `O`: as a pod, or the
/// place where it turned out to be none.
///
/// For callers that look up the state of its namespace first; [`review`](super::review()) does it all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "O: Deserialize<'de>"))]
pub struct Request<'a, O = Result<Pod, String>> {
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
    pub(super) object: Option<O>,
}

/// What the object is; the version is the one that the webhook registered for.
#[derive(Deserialize)]
pub(super) struct GroupKind<'a> {
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) group: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    pub(super) kind: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "O: Deserialize<'de>"))]
struct Review<'a, O> {
    #[serde(borrow, default, deserialize_with = "text")]
    api_version: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "text")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    request: Option<Request<'a, O>>,
}

impl<'a, O> Review<'a, O> {
    /// Its request, if it is an AdmissionReview with one that can be answered.
    fn into_request(self) -> Result<Request<'a, O>, Refusal> {
        if self.api_version != API_VERSION || self.kind != KIND {
            let named =
                |text: &str| if text.is_empty() { "(none)".to_owned() } else { Short(text).to_string() };
            let found = format!("apiVersion {}, kind {}", named(&self.api_version), named(&self.kind));
            return Err(Refusal::NotAReview { found });
        }
        let request = self.request.ok_or(Refusal::NoRequest)?;
        if request.uid.is_empty() {
            return Err(Refusal::Malformed { reason: "the request has no uid".to_owned() });
        }
        Ok(request)
    }
}

impl<'a> Request<'a> {
    /// Reads an AdmissionReview and takes its request out.
    pub fn parse(body: &'a [u8]) -> Result<Self, Refusal> {
        // Nearly every object is a pod that can be read, and then one pass over the body does it all.
        if let Ok(text) = str::from_utf8(body)
            && let Ok(review) = serde_json::from_str::<Review<'_, Mapping<Pod>>>(text)
        {
            return Ok(review.into_request()?.map(|pod| Ok(pod.0)));
        }
        // Any other object is passed over, so that what is wrong in it is not taken for the request's.
        let review: Review<'_, &RawValue> = serde_json::from_slice(body).map_err(|error| {
            let reason = place(&error);
            if error.is_data() { Refusal::Malformed { reason } } else { Refusal::NotJson { reason } }
        })?;
        Ok(review.into_request()?.map(|object| {
            let pod: Mapping<Pod> = serde_json::from_str(object.get()).map_err(|error| place(&error))?;
            Ok(pod.0)
        }))
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

impl<'a, O> Request<'a, O> {
    fn map<P>(self, read: impl FnOnce(O) -> P) -> Request<'a, P> {
        let Self { uid, kind, sub_resource, namespace, operation, object } = self;
        Request { uid, kind, sub_resource, namespace, operation, object: object.map(read) }
    }
}

/// Where a parser gave up. Its own words could quote a secret.
fn place(error: &serde_json::Error) -> String {
    format!("line {} column {}", error.line(), error.column())
}

/// A text that is borrowed unless it has escapes; `null` is empty.
fn text<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

    Ok(Option::<Borrowed<'de>>::deserialize(deserializer)?.map(|borrowed| borrowed.0).unwrap_or_default())
}
