//! The whole admission function: any bytes in, an AdmissionReview or a typed refusal out.

mod answer;
mod request;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use self::answer::Answer;
pub use self::request::{Object, Request};
use crate::config::MeshConfig;
use crate::objects::{Kind, Namespace, Pod, ProxyConfig};
use crate::plan::{Notice, Short, evidence, istiod, proxy};
use crate::resolve::resolve_pod;
use crate::workload::revision;
use crate::{Plan, Policy, Resolved, Signers, advice, names, plan};

/// A snapshot older than this many seconds may add to a pod, and never overrules it.
pub const STALE_AFTER_SECONDS: i64 = 30;

/// What reviews are decided on: an immutable snapshot.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The mesh config.
    pub mesh: Arc<MeshConfig>,
    /// The ProxyConfigs by namespace.
    pub proxy_configs: HashMap<String, Arc<[ProxyConfig]>>,
    /// The annotations `signet.dev/…` of namespaces that have some.
    pub annotations: HashMap<String, BTreeMap<String, String>>,
    /// The signers and where their CA is.
    pub signers: Arc<Signers>,
    /// The operator's settings.
    pub policy: Policy,
    /// How many seconds ago the API server last confirmed all this; 0 while it answers.
    pub snapshot_age_seconds: i64,
}

impl State {
    /// The annotations `signet.dev/…` of those namespaces that have some, by name.
    pub fn annotations_of<'a>(
        namespaces: impl IntoIterator<Item = &'a Namespace>,
    ) -> HashMap<String, BTreeMap<String, String>> {
        let annotations = namespaces
            .into_iter()
            .map(|Namespace { metadata }| (metadata.name.clone(), metadata.signet_annotations()));
        annotations.filter(|(_, annotations)| !annotations.is_empty()).collect()
    }
}

/// Why there is no AdmissionReview to answer with: what HTTP answers with a 4xx.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No JSON.
    #[error("the body is no JSON: {reason}")]
    NotJson {
        /// Where the parser gave up, without the body's text.
        reason: String,
    },
    /// JSON, but no `admission.k8s.io/v1` AdmissionReview.
    #[error("expected apiVersion admission.k8s.io/v1, kind AdmissionReview; got {found}")]
    NotAReview {
        /// The apiVersion and kind found.
        found: String,
    },
    /// An AdmissionReview with a field of a wrong type, or a request without a `uid`.
    #[error("the AdmissionReview is malformed: {reason}")]
    Malformed {
        /// Where, without the body's text.
        reason: String,
    },
    /// An AdmissionReview without a request.
    #[error("the AdmissionReview has no request")]
    NoRequest,
}

/// Reviews one request: the AdmissionReview to answer with, as JSON.
///
/// The creation of a pod is judged, and a ProxyConfig that is created or changed is answered with
/// [`advice()`]; everything else is allowed as it is. A dry run is answered like any other request, because
/// nothing here has a side effect.
pub fn review(body: &[u8], state: &State) -> Result<Vec<u8>, Refusal> {
    let mut request = Request::parse(body)?;
    Ok(request.take_subject().answer(state).into_review(request.uid()))
}

/// Resolves and plans for a pod in `namespace`: what [`review`] answers with and what is explained.
pub fn decide(pod: &Pod, namespace: &str, state: &State) -> (Resolved, Plan) {
    let resolved = resolve_in(pod, namespace, state);
    let secret = || state.annotations.get(namespace)?.get(names::ISTIOD_CA_SECRET_ANNOTATION);
    let plan = match istiod::find(pod).zip(secret()) {
        Some((container, secret)) => istiod::plan(pod, container, secret, &state.signers),
        None => plan(pod, &resolved, &state.policy, &state.signers),
    };
    (resolved, plan)
}

fn resolve_in(pod: &Pod, namespace: &str, state: &State) -> Resolved {
    let root = state.mesh.root_namespace.as_str();
    let namespaces = [Some(namespace), (root != namespace).then_some(root)];
    let proxy_configs = namespaces
        .into_iter()
        .flatten()
        .filter_map(|namespace| state.proxy_configs.get(namespace))
        .flat_map(|proxy_configs| proxy_configs.iter());
    let mut resolved = resolve_pod(&state.mesh, proxy_configs, namespace, pod);
    resolved.stale = state.snapshot_age_seconds > STALE_AFTER_SECONDS;
    resolved
}

/// What a request is about: an object to judge, or something that is none of ours.
pub struct Subject(Result<Object, NotOurs>);

impl Request<'_> {
    /// Takes out the object of the request, as far as it is to be judged.
    pub fn take_subject(&mut self) -> Subject {
        Subject(take_object(self))
    }
}

impl Subject {
    /// The control plane's revision that the pod itself names; its namespace may name another.
    pub fn revision(&self) -> Option<String> {
        match self.0.as_ref().ok()? {
            Object::Pod(pod) => revision(pod),
            Object::ProxyConfig(_) => None,
        }
    }

    /// Whether the answer is the same on every state, so that none has to be looked up.
    pub fn needs_no_state(&self) -> bool {
        match &self.0 {
            Ok(Object::Pod(pod)) => proxy::find(pod).is_err() && istiod::find(pod).is_none(),
            Ok(Object::ProxyConfig(_)) => false,
            Err(_) => true,
        }
    }

    /// Whether the annotations of its namespace count.
    pub fn needs_annotations(&self) -> bool {
        matches!(&self.0, Ok(Object::Pod(pod)) if istiod::find(pod).is_some())
    }

    /// The kinds behind [`Signers::spire`] and [`Signers::bundled`] that the answer on `state` rests on. Nearly
    /// always it is none: whoever has to ask for them completes the state only then.
    pub fn rests_on(&self, state: &State) -> &'static [Kind] {
        match &self.0 {
            Ok(Object::Pod(pod)) => {
                let resolved = resolve_in(pod, &pod.metadata.namespace, state);
                evidence::of_pod(pod, &resolved, &state.policy, &state.signers)
            }
            Ok(Object::ProxyConfig(proxy_config)) => advice::rests_on(proxy_config, state),
            Err(_) => &[],
        }
    }

    /// What is answered, decided on `state`.
    pub fn answer(&self, state: &State) -> Answer {
        match &self.0 {
            Ok(Object::Pod(pod)) => answer::to_plan(decide(pod, &pod.metadata.namespace, state).1),
            Ok(Object::ProxyConfig(proxy_config)) => {
                answer::to_plan(Plan::NothingToDo { warnings: advice(proxy_config, state) })
            }
            Err(NotOurs::Uninteresting(reason)) => Answer::skip(reason),
            Err(NotOurs::Unreadable { what, place }) => Answer::skip("not-judged")
                .with_warning(Notice::NotJudged { what, place: Short(place) }.to_string()),
        }
    }
}

/// Why a request has no object to judge.
enum NotOurs {
    /// It is about something else; a word for the audit log.
    Uninteresting(&'static str),
    /// The object has a field of a wrong type, at this place.
    Unreadable { what: &'static str, place: String },
}

/// The object to judge, in its namespace: an object in a review may have none yet.
fn take_object(request: &mut Request<'_>) -> Result<Object, NotOurs> {
    let is_proxy_config = request.is_about_a_proxy_config();
    if !is_proxy_config && !request.is_about_a_pod() {
        return Err(NotOurs::Uninteresting("not-a-pod"));
    }
    if !request.sub_resource.is_empty() {
        return Err(NotOurs::Uninteresting("subresource"));
    }
    match request.operation.as_ref() {
        "CREATE" => {}
        "UPDATE" if is_proxy_config => {}
        _ => return Err(NotOurs::Uninteresting("not-a-creation")),
    }
    let what = if is_proxy_config { "ProxyConfig" } else { "pod" };
    let object = request.object.take().ok_or(NotOurs::Uninteresting("no-object"))?;
    let mut object = object.map_err(|place| NotOurs::Unreadable { what, place })?;
    let metadata = match &mut object {
        Object::Pod(pod) => &mut pod.metadata,
        Object::ProxyConfig(proxy_config) => &mut proxy_config.metadata,
    };
    if metadata.namespace.is_empty() {
        metadata.namespace = request.namespace.to_string();
    }
    Ok(object)
}
