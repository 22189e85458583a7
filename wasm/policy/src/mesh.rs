//! What a decision rests on, asked of the host with the fewest questions: the webhook has it from its
//! watches instead.
//!
//! | question | asked when |
//! |---|---|
//! | istiod's Deployments | always: their settings, and which revisions there are |
//! | the Namespace of istiod | always: its annotations |
//! | the Namespace of the object | several revisions run and the pod names none of them; it is a pod of istiod's |
//! | the mesh ConfigMap of that revision | always |
//! | the ProxyConfigs of the object's namespace, and of the root namespace | always |
//! | istiod's roots | one of these ProxyConfigs asks for them |
//! | what [`evidence`] asks | the answer rests on it |

use std::collections::HashMap;
use std::sync::Arc;

use signet_mesh::Policy;
use signet_mesh::inventory::ControlPlanes;
use signet_mesh::names::{AGENT_ROOTS_ANNOTATION, ISTIO_ROOT_CONFIG_MAP, ISTIOD_APP, REVISION};
use signet_mesh::objects::{ConfigMap, Deployment, Namespace, ObjectName, ProxyConfig};
use signet_mesh::review::{State, Subject};

use crate::evidence;
use crate::host::Host;
use crate::kubernetes::{CallFailed, Query, get, list, list_few};
use crate::settings::Settings;

/// Why there is nothing to decide on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unknown {
    #[error("{0}")]
    CallFailed(CallFailed),
    #[error("the mesh config in ConfigMap {0} cannot be read")]
    MeshConfig(String),
}

impl From<CallFailed> for Unknown {
    fn from(failed: CallFailed) -> Self {
        Self::CallFailed(failed)
    }
}

/// The state that decides about `subject` of `namespace`.
pub(crate) fn state(
    host: &impl Host,
    settings: &Settings,
    policy: Policy,
    namespace: &str,
    subject: &Subject,
) -> Result<State, Unknown> {
    let mut control_planes = istiods(host, &settings.mesh.namespace)?;
    read_namespace_of_istiod(host, &mut control_planes, &settings.mesh.namespace)?;
    let known: Vec<&str> = control_planes.revisions().map(|revision| revision.name.as_str()).collect();
    let of_pod = subject.revision().filter(|of_pod| known.contains(&of_pod.as_str()));
    // Whatever a namespace says where one revision runs, it means that one.
    let object = if subject.needs_annotations() || (of_pod.is_none() && known.len() > 1) {
        Some(namespace_of(host, namespace)?)
    } else {
        None
    };
    let of_namespace = object.as_ref().and_then(|object| object.metadata.labels.get(REVISION)).cloned();
    let of_namespace = of_namespace.filter(|revision| !revision.is_empty());
    let revision = of_pod.or(of_namespace).or_else(|| settings.mesh.revision());
    let revision = revision.as_deref();

    let wanted = control_planes.mesh_config_of(revision);
    read_config_map(host, &mut control_planes, &wanted)?;
    if control_planes.problems().next().is_some() {
        return Err(Unknown::MeshConfig(wanted.to_string()));
    }
    let root_namespace = control_planes.get(revision).and_then(|found| found.mesh.clone());
    let root_namespace = root_namespace.unwrap_or_default().root_namespace.clone();
    let proxy_configs = proxy_configs(host, namespace, &root_namespace)?;
    if proxy_configs.values().flat_map(|list| list.iter()).any(asks_for_istiods_roots) {
        let roots = ObjectName::new(wanted.namespace, ISTIO_ROOT_CONFIG_MAP);
        read_config_map(host, &mut control_planes, &roots)?;
    }
    let found = control_planes.get(revision);
    let found = found.map(|found| (found.mesh.clone().unwrap_or_default(), Arc::clone(&found.signers)));
    let (mesh, signers) = found.unwrap_or_default();
    let annotations = object.map(|object| (namespace.to_owned(), object.metadata.signet_annotations()));
    let annotations = annotations.into_iter().collect();
    let mut state = State { mesh, proxy_configs, annotations, signers, policy, snapshot_age_seconds: 0 };
    let rests_on = subject.rests_on(&state);
    evidence::read(host, rests_on, &mut state.signers);
    Ok(state)
}

fn istiods(host: &impl Host, namespace: &str) -> Result<ControlPlanes, CallFailed> {
    const FIELDS: &[&str] = &[
        "metadata.labels",
        "metadata.name",
        "metadata.namespace",
        "spec.template.spec.containers.env",
        "spec.template.spec.containers.name",
        "spec.template.spec.containers.volumeMounts",
    ];
    let label = format!("app={ISTIOD_APP}");
    let query = Query {
        namespace: Some(namespace),
        label_selector: Some(&label),
        ..Query::new("apps/v1", "Deployment", FIELDS)
    };
    let mut control_planes = ControlPlanes::default();
    for deployment in list_few::<Deployment>(host, &query)? {
        control_planes.put_deployment(&deployment.metadata.object_name(), &deployment);
    }
    Ok(control_planes)
}

/// What is read of Namespaces.
const NAMESPACE: Query<'_> =
    Query::new("v1", "Namespace", &["metadata.annotations", "metadata.labels", "metadata.name"]);

/// Asks for the annotations of istiod's namespace; a namespace that is not there has none.
fn read_namespace_of_istiod(
    host: &impl Host,
    control_planes: &mut ControlPlanes,
    name: &str,
) -> Result<(), CallFailed> {
    let name = format!("metadata.name={name}");
    for namespace in list_few::<Namespace>(host, &Query { field_selector: Some(&name), ..NAMESPACE })? {
        control_planes.put_namespace(&namespace);
    }
    Ok(())
}

fn namespace_of(host: &impl Host, name: &str) -> Result<Namespace, CallFailed> {
    get(host, &Query { name: Some(name), ..NAMESPACE })
}

/// Asks for a ConfigMap of a control plane; none at all is an answer.
fn read_config_map(
    host: &impl Host,
    control_planes: &mut ControlPlanes,
    wanted: &ObjectName,
) -> Result<(), CallFailed> {
    let name = format!("metadata.name={}", wanted.name);
    let query = Query {
        namespace: Some(&wanted.namespace),
        field_selector: Some(&name),
        ..Query::new("v1", "ConfigMap", &["data", "metadata.name", "metadata.namespace"])
    };
    for config_map in list_few::<ConfigMap>(host, &query)? {
        control_planes.put_config_map(&config_map.metadata.object_name(), &config_map);
    }
    Ok(())
}

fn asks_for_istiods_roots(proxy_config: &ProxyConfig) -> bool {
    proxy_config.metadata.annotations.contains_key(AGENT_ROOTS_ANNOTATION)
}

fn proxy_configs(
    host: &impl Host,
    namespace: &str,
    root_namespace: &str,
) -> Result<HashMap<String, Arc<[ProxyConfig]>>, CallFailed> {
    const FIELDS: &[&str] = &[
        "metadata.annotations",
        "metadata.creationTimestamp",
        "metadata.name",
        "metadata.namespace",
        "spec.environmentVariables",
        "spec.selector",
    ];
    let root = Some(root_namespace).filter(|root| !root.is_empty() && *root != namespace);
    let mut all = HashMap::new();
    for namespace in [Some(namespace), root].into_iter().flatten() {
        let query = Query {
            namespace: Some(namespace),
            ..Query::new("networking.istio.io/v1beta1", "ProxyConfig", FIELDS)
        };
        all.insert(namespace.to_owned(), list(host, &query)?.into());
    }
    Ok(all)
}
