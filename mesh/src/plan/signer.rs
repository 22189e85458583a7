//! The signer's variable on the proxy: set exactly once, to what is configured.

use serde_json::json;

use super::origin::{self, Origin};
use super::proxy::Placed;
use super::{Conflict, Denial, Draft, Notice, Policy, Short, asked};
use crate::Resolved;
use crate::names;
use crate::objects::{EnvVar, Environment, Pod};
use crate::patch::List;

/// What is decided about.
pub(super) struct Subject<'a> {
    pub(super) pod: &'a Pod,
    pub(super) proxy: Placed<'a>,
    /// The configured signer.
    pub(super) configured: &'a str,
}

/// The signer that the pod will ask for once the plan is carried out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effective {
    /// The configured one.
    Configured,
    /// Another one, which was there and stays; nothing when it cannot be known.
    Kept(Option<String>),
}

/// What to do about a value that differs.
#[derive(Clone, Copy)]
pub(super) enum Conflicting {
    /// Refuse the pod.
    Deny,
    /// Leave the value.
    Keep,
    /// Replace it.
    Override,
    /// Leave it, because what is configured may have changed since.
    Stale,
}

impl Effective {
    /// Its name; nothing when it cannot be known.
    pub(super) fn name<'a>(&'a self, subject: &Subject<'a>) -> Option<&'a str> {
        match self {
            Self::Configured => Some(subject.configured),
            Self::Kept(name) => name.as_deref(),
        }
    }
}

impl Conflicting {
    /// What the settings say, as far as what is configured can be relied on.
    pub(super) fn of(policy: &Policy, resolved: &Resolved) -> Self {
        match policy.conflict {
            _ if resolved.stale => Self::Stale,
            Conflict::Deny => Self::Deny,
            Conflict::Keep => Self::Keep,
            Conflict::Override => Self::Override,
        }
    }
}

/// Drafts what makes the proxy ask for the configured signer, exactly once.
pub(super) fn plan(
    subject: &Subject<'_>,
    conflicting: Conflicting,
    draft: &mut Draft,
) -> Result<Effective, Denial> {
    let variables = subject.proxy.container.env.iter().flat_map(Environment::iter).enumerate();
    let mut places: Vec<(usize, EnvVar<&str>)> =
        variables.filter(|(_, variable)| variable.name == names::CERT_SIGNER).collect();
    // Of duplicates the last one counts at run time.
    let Some((last, variable)) = places.pop() else {
        append(subject, draft);
        return Ok(Effective::Configured);
    };
    let effective = if is_configured(subject, last, &variable) {
        Effective::Configured
    } else {
        settle(subject, conflicting, (last, variable), draft)?
    };
    let proxy = subject.proxy;
    for (index, _) in places.into_iter().rev() {
        let path = ["spec", proxy.list.field(), &proxy.index.to_string(), "env", &index.to_string()];
        draft.patch.remove(&path);
    }
    Ok(effective)
}

fn append(subject: &Subject<'_>, draft: &mut Draft) {
    let proxy = subject.proxy;
    let value = json!({"name": names::CERT_SIGNER, "value": subject.configured});
    let parent = ["spec", proxy.list.field(), &proxy.index.to_string()];
    draft.patch.append(&parent, "env", List::of(proxy.container.env.as_ref()), value);
}

/// Whether the variable already has the configured value: as it is written, or as the process sees it.
fn is_configured(subject: &Subject<'_>, index: usize, variable: &EnvVar<&str>) -> bool {
    let container = subject.proxy.container;
    let is_plain = variable.source.is_none();
    if is_plain && variable.value.unwrap_or_default() == subject.configured {
        return true;
    }
    let found = asked::value_at(subject.pod, container, index);
    found.is_some() && found == asked::expand_at_end(subject.pod, container, subject.configured)
}

/// Decides about a value that is not the configured one.
fn settle(
    subject: &Subject<'_>,
    conflicting: Conflicting,
    (index, variable): (usize, EnvVar<&str>),
    draft: &mut Draft,
) -> Result<Effective, Denial> {
    let found = asked::value_at(subject.pod, subject.proxy.container, index);
    let own = Short(found.as_deref().unwrap_or("(unknown)"));
    let configured = Short(subject.configured);
    match (origin::of(subject.pod, &subject.proxy, &variable), conflicting) {
        (Origin::Istio, _) => draft.warn(&Notice::RenderedSignerDiffers { rendered: own, configured }),
        (Origin::PodSpec, Conflicting::Stale) => draft.warn(&Notice::StaleSnapshot { own, configured }),
        (Origin::PodSpec, Conflicting::Keep) => draft.warn(&Notice::OwnSignerKept { own, configured }),
        (Origin::PodSpec, Conflicting::Deny) => {
            let message = Notice::OwnSignerDenied { own, configured }.to_string();
            return Err(Denial { reason: "signer-conflict", message });
        }
        (Origin::PodSpec, Conflicting::Override) => {
            draft.warn(&Notice::OwnSignerReplaced { own, configured });
            replace(subject, index, &variable, draft);
            return Ok(Effective::Configured);
        }
    }
    Ok(Effective::Kept(found))
}

fn replace(subject: &Subject<'_>, index: usize, variable: &EnvVar<&str>, draft: &mut Draft) {
    let proxy = subject.proxy;
    let (container, index) = (proxy.index.to_string(), index.to_string());
    let entry = ["spec", proxy.list.field(), &container, "env", &index];
    if variable.value.is_some() && variable.source.is_none() {
        let value = [&entry[..], &["value"]].concat();
        draft.patch.replace(&value, json!(subject.configured));
    } else {
        draft.patch.replace(&entry, json!({"name": names::CERT_SIGNER, "value": subject.configured}));
    }
}
