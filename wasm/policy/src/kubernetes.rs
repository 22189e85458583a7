//! Questions to the Kubernetes API, which the host answers from its watches and its cache.
//!
//! Each asks for the fields that decide, and no others: a host that knows field masks leaves the rest out,
//! and an older one sends the whole objects.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::host::{Host, HostError};

/// Objects that are asked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Query<'a> {
    pub(crate) api_version: &'a str,
    pub(crate) kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    pub(crate) label_selector: Option<&'a str>,
    pub(crate) field_selector: Option<&'a str>,
    pub(crate) field_masks: &'a [&'a str],
    /// Only `get_resource` has it: what it found may be five seconds old.
    pub(crate) disable_cache: bool,
}

impl<'a> Query<'a> {
    /// Objects of one kind.
    pub(crate) const fn new(api_version: &'a str, kind: &'a str, field_masks: &'a [&'a str]) -> Self {
        Self {
            api_version,
            kind,
            namespace: None,
            name: None,
            label_selector: None,
            field_selector: None,
            field_masks,
            disable_cache: false,
        }
    }

    /// The operation of the host that answers it: an object by its name, or those of a namespace, or all.
    const fn operation(&self) -> &'static str {
        match (self.name, self.namespace) {
            (Some(_), _) => "get_resource",
            (None, Some(_)) => "list_resources_by_namespace",
            (None, None) => "list_resources_all",
        }
    }

    fn failed(&self, reason: HostError) -> CallFailed {
        let place = self.name.or(self.namespace).or(self.field_selector);
        let about = place.map_or_else(|| self.kind.to_owned(), |place| format!("{} {place}", self.kind));
        CallFailed { operation: self.operation(), about, reason }
    }
}

/// A question that got no answer, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallFailed {
    operation: &'static str,
    /// What was asked for: a kind, and its place if not the whole cluster.
    about: String,
    reason: HostError,
}

impl fmt::Display for CallFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, about, reason } = self;
        write!(f, "kubernetes/{operation} of {about}: {reason}")
    }
}

/// The objects of `query`, in its namespace if it has one; none is an answer.
pub(crate) fn list<T: DeserializeOwned>(host: &impl Host, query: &Query<'_>) -> Result<Vec<T>, CallFailed> {
    #[derive(Deserialize)]
    struct List<T> {
        items: Vec<T>,
    }

    let list: Result<List<T>, HostError> = ask(host, query);
    list.map(|list| list.items).map_err(|reason| query.failed(reason))
}

/// The same for a kind of which there are few objects, by way of a tree: so the page's manifests are read, and
/// another reader for each of these kinds would be a tenth of the module.
pub(crate) fn list_few<T: DeserializeOwned>(
    host: &impl Host,
    query: &Query<'_>,
) -> Result<Vec<T>, CallFailed> {
    let objects = list::<Value>(host, query)?;
    let read = objects.into_iter().map(serde_json::from_value).collect::<Result<_, _>>();
    read.map_err(|_| query.failed(HostError::Unexpected))
}

/// The one object of `query`, which is there.
pub(crate) fn get<T: DeserializeOwned>(host: &impl Host, query: &Query<'_>) -> Result<T, CallFailed> {
    let object: Result<Value, HostError> = ask(host, query);
    let read = object.and_then(|object| serde_json::from_value(object).map_err(|_| HostError::Unexpected));
    read.map_err(|reason| query.failed(reason))
}

fn ask<T: DeserializeOwned>(host: &impl Host, query: &Query<'_>) -> Result<T, HostError> {
    let payload = serde_json::to_vec(query)?;
    let answer = host.call("kubernetes", query.operation(), &payload)?;
    // As text, because a reader of text is in the module anyway, and one of bytes is 50 kB more.
    Ok(serde_json::from_str(str::from_utf8(&answer)?)?)
}
