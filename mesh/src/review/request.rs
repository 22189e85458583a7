//! The request that comes in, in an AdmissionReview or by itself. Borrowed from the body, and only as
//! deep as it is needed.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::Refusal;
use crate::objects::{Mapping, Pod, ProxyConfig, Text};
use crate::plan::Short;

pub(super) const API_VERSION: &str = "admission.k8s.io/v1";
pub(super) const KIND: &str = "AdmissionReview";

/// The request of a review, as far as it is needed, with its object read as `O`: as what it is about,
/// or the place where that could not be read.
///
/// For callers that look up the state of its namespace first; [`review`](super::review()) does it all.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "O: Deserialize<'de>"))]
pub struct Request<'a, O = Result<Object, String>> {
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

/// An object that is judged.
pub enum Object {
    /// A pod; of any other kind as much of it as is written as in a pod.
    Pod(Box<Pod>),
    /// An Istio ProxyConfig.
    ProxyConfig(Box<ProxyConfig>),
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

/// What carries a request.
trait Envelope<'a, O>: Deserialize<'a> {
    /// Its request, if it is what it should be, with one that can be answered.
    fn into_request(self) -> Result<Request<'a, O>, Refusal>;
}

impl<'a, O: Deserialize<'a>> Envelope<'a, O> for Review<'a, O> {
    fn into_request(self) -> Result<Request<'a, O>, Refusal> {
        if self.api_version != API_VERSION || self.kind != KIND {
            let named =
                |text: &str| if text.is_empty() { "(none)".to_owned() } else { Short(text).to_string() };
            let found = format!("apiVersion {}, kind {}", named(&self.api_version), named(&self.kind));
            return Err(Refusal::NotAReview { found });
        }
        self.request.ok_or(Refusal::NoRequest)?.into_request()
    }
}

impl<'a, O: Deserialize<'a>> Envelope<'a, O> for Request<'a, O> {
    fn into_request(self) -> Result<Self, Refusal> {
        if self.uid.is_empty() {
            return Err(Refusal::Malformed { reason: "the request has no uid".to_owned() });
        }
        Ok(self)
    }
}

impl<'a> Request<'a> {
    /// Reads an AdmissionReview and takes its request out.
    pub fn parse(body: &'a [u8]) -> Result<Self, Refusal> {
        read::<Review<'_, _>, Review<'_, _>>(body)
    }

    /// Reads a request that came without its AdmissionReview.
    pub fn parse_bare(body: &'a [u8]) -> Result<Self, Refusal> {
        read::<Request<'_, _>, Request<'_, _>>(body)
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

fn read<'a, Typed, Raw>(body: &'a [u8]) -> Result<Request<'a>, Refusal>
where
    Typed: Envelope<'a, Mapping<Pod>>,
    Raw: Envelope<'a, &'a RawValue>,
{
    // Nearly every object is a pod that can be read, and then one pass over the body does it all.
    if let Ok(text) = str::from_utf8(body)
        && let Ok(envelope) = serde_json::from_str::<Typed>(text)
    {
        let request = envelope.into_request()?;
        if !request.is_about_a_proxy_config() {
            return Ok(request.map(|pod| Ok(Object::Pod(Box::new(pod.0)))));
        }
    }
    // Any other object is passed over, so that what is wrong in it is not taken for the request's.
    let envelope: Raw = serde_json::from_slice(body).map_err(|error| {
        let reason = place(&error);
        if error.is_data() { Refusal::Malformed { reason } } else { Refusal::NotJson { reason } }
    })?;
    let request = envelope.into_request()?;
    let is_proxy_config = request.is_about_a_proxy_config();
    Ok(request.map(|object| read_object(object.get(), is_proxy_config).map_err(|error| place(&error))))
}

fn read_object(text: &str, is_proxy_config: bool) -> serde_json::Result<Object> {
    if is_proxy_config {
        return Ok(Object::ProxyConfig(Box::new(serde_json::from_str::<Mapping<_>>(text)?.0)));
    }
    Ok(Object::Pod(Box::new(serde_json::from_str::<Mapping<_>>(text)?.0)))
}

impl<'a, O> Request<'a, O> {
    pub(super) fn is_about_a_proxy_config(&self) -> bool {
        self.kind
            .as_ref()
            .is_some_and(|kind| kind.group == "networking.istio.io" && kind.kind == "ProxyConfig")
    }

    pub(super) fn is_about_a_pod(&self) -> bool {
        self.kind.as_ref().is_some_and(|kind| kind.group.is_empty() && kind.kind == "Pod")
    }

    fn map<P>(self, read: impl FnOnce(O) -> P) -> Request<'a, P> {
        let Self { uid, kind, sub_resource, namespace, operation, object } = self;
        Request { uid, kind, sub_resource, namespace, operation, object: object.map(read) }
    }
}

/// Where a parser gave up. Its own words could quote a secret.
fn place(error: &serde_json::Error) -> String {
    format!("line {} column {}", error.line(), error.column())
}

/// A text; `null` is empty.
fn text<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    Ok(Option::<Text<'de>>::deserialize(deserializer)?.unwrap_or_default().0)
}
