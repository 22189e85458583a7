//! Questions to the Kubernetes API, which the host answers from its watches and its cache.
//!
//! Each asks for the fields that decide, and no others: a host that knows field masks leaves the rest out,
//! and an older one sends the whole objects.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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
}

/// A question that got no answer, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallFailed {
    operation: &'static str,
    /// What was asked for: a kind and its place.
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

    let operation =
        if query.namespace.is_some() { "list_resources_by_namespace" } else { "list_resources_all" };
    ask::<List<T>>(host, operation, query).map(|list| list.items)
}

/// The one object of `query`, which is there.
pub(crate) fn get<T: DeserializeOwned>(host: &impl Host, query: &Query<'_>) -> Result<T, CallFailed> {
    ask(host, "get_resource", query)
}

fn ask<T: DeserializeOwned>(
    host: &impl Host,
    operation: &'static str,
    query: &Query<'_>,
) -> Result<T, CallFailed> {
    let answer = || -> Result<T, HostError> {
        let payload = serde_json::to_vec(query)?;
        let answer = host.call("kubernetes", operation, &payload)?;
        // As text, because a reader of text is in the module anyway, and one of bytes is 50 kB more.
        Ok(serde_json::from_str(str::from_utf8(&answer)?)?)
    };
    answer().map_err(|reason| {
        let place = query.name.or(query.namespace).or(query.field_selector).unwrap_or_default();
        CallFailed { operation, about: format!("{} {place}", query.kind), reason }
    })
}
