//! Decisions as they are printed: kind `Explanations`.

use serde::{Deserialize, Serialize};
use signet_certs::report::API_VERSION;

use crate::objects::{ObjectName, Pod};
use crate::patch::Patch;
use crate::resolve::{Inert, InertReason, Layer, Provenance, Variable};
use crate::review::State;
use crate::{Manifests, Plan, Resolved, decide};

/// What `signet explain` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanations {
    /// The version of this shape.
    pub api_version: String,
    /// `Explanations`.
    pub kind: String,
    /// One per pod, in the order in which they were given.
    pub items: Vec<Explanation>,
}

/// What one pod's proxy gets, from where, and what is done about the pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The pod.
    pub pod: PodName,
    /// The configured signer; missing when nothing names one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signer: Option<String>,
    /// The whole effective `proxyMetadata`, in byte order.
    pub environment: Vec<EnvironmentVariable>,
    /// What looked as if it applied and does not.
    pub ignored: Vec<Ignored>,
    /// What is done about the pod.
    pub decision: Decision,
}

/// A pod's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PodName {
    /// The namespace.
    pub namespace: String,
    /// The name, or the beginning of one that the API server will make.
    pub name: String,
}

/// One effective variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Its value; the empty string is a value.
    pub value: String,
    /// The layer that gave it.
    pub layer: Layer,
    /// The object that gave it, `NAMESPACE/NAME`; missing for the pod's annotation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<String>,
    /// The values beneath it, highest first.
    pub overrode: Vec<OverriddenValue>,
}

/// A value that another one overrides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OverriddenValue {
    /// The value.
    pub value: String,
    /// The layer that gave it.
    pub layer: Layer,
    /// The object that gave it, `NAMESPACE/NAME`; missing for the pod's annotation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<String>,
}

/// Something that does not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ignored {
    /// The ProxyConfig, `NAMESPACE/NAME`; missing for the pod's annotation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub object: Option<String>,
    /// The rule.
    pub reason: InertReason,
    /// The rule in words, with both values.
    pub message: String,
}

/// What is done about a pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decision {
    /// The kind of decision.
    pub action: Action,
    /// Why it is skipped or denied, as a kebab-case word.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<String>,
    /// What kubectl would show, remedy first.
    pub warnings: Vec<String>,
    /// The JSON patch (RFC 6902), when it was asked for and there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<serde_json::Value>>"))]
    pub patch: Option<Patch>,
}

/// The kinds of decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The pod is refused.
    Deny,
    /// The pod is changed.
    Inject,
    /// The pod is as it should be.
    NothingToDo,
    /// The pod is left alone.
    Skip,
}

impl Action {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Inject => "inject",
            Self::NothingToDo => "nothing-to-do",
            Self::Skip => "skip",
        }
    }
}

impl Explanations {
    /// The answer with these items.
    pub fn new(items: Vec<Explanation>) -> Self {
        Self { api_version: API_VERSION.to_owned(), kind: "Explanations".to_owned(), items }
    }

    /// The decision about every pod of `manifests`, as the webhook would decide on `state`.
    pub fn of_manifests(manifests: &Manifests, state: &State, with_patch: bool) -> Self {
        let items = manifests.pods.iter().map(|pod| {
            let (resolved, plan) = decide(pod, &pod.metadata.namespace, state);
            Explanation::new(pod, &resolved, &plan, with_patch)
        });
        Self::new(items.collect())
    }
}

impl Explanation {
    /// The decision about `pod` (see [`crate::decide`]), with its patch only when `with_patch`.
    pub fn new(pod: &Pod, resolved: &Resolved, plan: &Plan, with_patch: bool) -> Self {
        let metadata = &pod.metadata;
        let name = if metadata.name.is_empty() { &metadata.generate_name } else { &metadata.name };
        Self {
            pod: PodName { namespace: metadata.namespace.clone(), name: name.clone() },
            signer: resolved.signer().map(|signer| signer.effective.value.clone()),
            environment: resolved.environment.iter().map(EnvironmentVariable::from).collect(),
            ignored: resolved.inert.iter().map(Ignored::from).collect(),
            decision: Decision::new(plan, with_patch),
        }
    }
}

impl Decision {
    fn new(plan: &Plan, with_patch: bool) -> Self {
        let of = |action| Self { action, reason: None, message: None, warnings: Vec::new(), patch: None };
        match plan {
            Plan::Deny(denial) => Self {
                reason: Some(denial.reason.to_owned()),
                message: Some(denial.message.clone()),
                ..of(Action::Deny)
            },
            Plan::Inject { patch, warnings } => Self {
                warnings: warnings.clone(),
                patch: with_patch.then(|| patch.clone()),
                ..of(Action::Inject)
            },
            Plan::NothingToDo { warnings } => Self { warnings: warnings.clone(), ..of(Action::NothingToDo) },
            Plan::Skip(reason) => Self {
                reason: Some(reason.word().to_owned()),
                message: Some(reason.message().to_owned()),
                ..of(Action::Skip)
            },
        }
    }
}

impl From<(&String, &Variable)> for EnvironmentVariable {
    fn from((name, variable): (&String, &Variable)) -> Self {
        let Provenance { value, layer, object } = &variable.effective;
        Self {
            name: name.clone(),
            value: value.clone(),
            layer: *layer,
            object: shown(object.as_ref()),
            overrode: variable.overrode.iter().map(OverriddenValue::from).collect(),
        }
    }
}

impl From<&Provenance> for OverriddenValue {
    fn from(provenance: &Provenance) -> Self {
        let Provenance { value, layer, object } = provenance;
        Self { value: value.clone(), layer: *layer, object: shown(object.as_ref()) }
    }
}

impl From<&Inert> for Ignored {
    fn from(inert: &Inert) -> Self {
        Self { object: shown(inert.object.as_ref()), reason: inert.reason, message: inert.message.clone() }
    }
}

fn shown(object: Option<&ObjectName>) -> Option<String> {
    object.map(ToString::to_string)
}
