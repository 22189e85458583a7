//! Pods as they reach the API server: what a manifest says, what Istio's template adds, and what
//! [`signet_mesh::review()`] makes of it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_certs::UnixTime;
use signet_mesh::names::{CERT_SIGNER, PROXY_CONFIG_ANNOTATION};
use signet_mesh::objects::Pod;
use signet_mesh::resolve::resolve_pod;
use signet_mesh::review::State;

use crate::scenario::{Controller, Member, Shape, TRUST_DOMAIN};

/// One pod of a member, with the names that its controller gave it.
pub(crate) struct Birth<'a> {
    pub(crate) member: &'a Member,
    pub(crate) name: String,
    /// What made it: a ReplicaSet, a Job and the like.
    pub(crate) owner: String,
    /// `pod-template-hash`, for a Deployment's pods.
    pub(crate) template_hash: String,
    pub(crate) node: &'a str,
    pub(crate) created: UnixTime,
    pub(crate) revision: &'a str,
}

/// The pod as it is stored, after Istio's injector and Signet's webhook. `state` is what both knew
/// when it was created.
pub(crate) fn admit(birth: &Birth<'_>, state: &State) -> Pod {
    let mut pod = manifest(birth);
    inject(&mut pod, birth, state);
    pod = reviewed(pod, state);
    merge(
        &mut pod,
        &json!({
            "metadata": {"name": birth.name, "creationTimestamp": birth.created},
            "spec": {"nodeName": birth.node},
            "status": {"phase": if birth.member.controller == Controller::Job { "Succeeded" } else { "Running" }},
        }),
    );
    typed(&pod)
}

/// What the controller sends.
fn manifest(birth: &Birth<'_>) -> Value {
    let Member { namespace, app, controller, shape, asks_for, spire, .. } = birth.member;
    let gateway = matches!(shape, Shape::Waypoint);
    let mut labels = BTreeMap::from([("app", (*app).to_owned())]);
    let mut annotations = BTreeMap::new();
    let owner_kind = match controller {
        Controller::Deployment | Controller::ManagedGateway => {
            labels.insert("pod-template-hash", birth.template_hash.clone());
            "ReplicaSet"
        }
        Controller::DaemonSet => "DaemonSet",
        Controller::Job => "Job",
        Controller::StatefulSet => "StatefulSet",
    };
    if gateway {
        labels.insert("gateway.networking.k8s.io/gateway-name", (*app).to_owned());
        labels.insert("gateway.istio.io/managed", "istio.io-mesh-controller".to_owned());
    }
    if gateway || *shape == Shape::NoProxy || *shape == Shape::Ztunnel {
        labels.insert("sidecar.istio.io/inject", "false".to_owned());
    }
    if *spire {
        labels.insert("spiffe.io/spire-managed-identity", "true".to_owned());
        annotations.insert("inject.istio.io/templates", "sidecar,spire".to_owned());
    }
    if *shape == Shape::Gateway {
        annotations.insert("inject.istio.io/templates", "gateway".to_owned());
    }
    if let Some(signer) = asks_for {
        annotations.insert(PROXY_CONFIG_ANNOTATION, format!("proxyMetadata:\n  {CERT_SIGNER}: {signer}\n"));
    }
    let containers = match shape {
        Shape::Gateway | Shape::Waypoint | Shape::Ztunnel => json!([]),
        _ => json!([{"name": app, "image": format!("registry.example.com/{namespace}/{app}:1.8.2")}]),
    };
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "generateName": format!("{}-", birth.owner),
            "namespace": namespace,
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": owner_kind, "name": birth.owner, "controller": true},
            ],
        },
        "spec": {"serviceAccountName": app, "containers": containers},
    })
}

/// What Istio's template adds (`files/injection-template.yaml`): the proxy, with every variable of
/// the resolved ProxyConfig at the end of its environment.
fn inject(pod: &mut Value, birth: &Birth<'_>, state: &State) {
    let Member { namespace, app, shape, spire, .. } = birth.member;
    let (role, list) = match shape {
        Shape::NoProxy => return,
        Shape::Ztunnel => ("ztunnel", "containers"),
        Shape::Waypoint => ("waypoint", "containers"),
        Shape::Gateway => ("router", "containers"),
        Shape::NativeSidecar => ("sidecar", "initContainers"),
        Shape::ClassicSidecar | Shape::GrpcAgent => ("sidecar", "containers"),
    };
    let mut env = vec![
        json!({"name": "PILOT_CERT_PROVIDER", "value": "istiod"}),
        json!({"name": "CA_ADDR", "value": format!("istiod.{}.svc:15012", state.mesh.root_namespace)}),
        json!({"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}),
        json!({"name": "ISTIO_META_WORKLOAD_NAME", "value": app}),
        json!({"name": "TRUST_DOMAIN", "value": TRUST_DOMAIN}),
    ];
    if *shape != Shape::Ztunnel {
        let proxy_configs = state.proxy_configs.values().flat_map(|proxy_configs| proxy_configs.iter());
        let resolved = resolve_pod(&state.mesh, proxy_configs, namespace, &typed(pod));
        env.extend(
            resolved
                .environment
                .iter()
                .map(|(name, variable)| json!({"name": name, "value": variable.effective.value})),
        );
    }
    if *shape == Shape::GrpcAgent {
        env.push(json!({"name": "DISABLE_ENVOY", "value": "true"}));
    }
    let mut proxy = json!({
        "name": "istio-proxy",
        "image": "docker.io/istio/proxyv2:1.31.0",
        "args": ["proxy", role, "--domain", "$(POD_NAMESPACE).svc.cluster.local"],
        "env": env,
        "volumeMounts": [
            {"name": "workload-socket", "mountPath": "/var/run/secrets/workload-spiffe-uds"},
            {"name": "istiod-ca-cert", "mountPath": "/var/run/secrets/istio"},
            {"name": "istio-token", "mountPath": "/var/run/secrets/tokens"},
        ],
    });
    let is_native = *shape == Shape::NativeSidecar;
    if is_native {
        merge(&mut proxy, &json!({"restartPolicy": "Always"}));
    }
    let socket = match spire {
        true => json!({"name": "workload-socket", "csi": {"driver": "csi.spiffe.io", "readOnly": true}}),
        false => json!({"name": "workload-socket"}),
    };
    let mut proxies = pod["spec"][list].as_array().cloned().unwrap_or_default();
    proxies.push(proxy);
    merge(
        pod,
        &json!({"spec": {
            list: proxies,
            "volumes": [
                socket,
                {"name": "istiod-ca-cert", "configMap": {"name": "istio-ca-root-cert"}},
                {"name": "istio-token", "projected": {"sources": []}},
            ],
        }}),
    );
    if matches!(shape, Shape::Waypoint | Shape::Ztunnel) {
        return;
    }
    let status = json!({
        "initContainers": is_native.then_some(["istio-proxy"]),
        "containers": (!is_native).then_some(["istio-proxy"]),
        "volumes": ["workload-socket", "istiod-ca-cert", "istio-token"],
        "revision": birth.revision,
    });
    merge(
        pod,
        &json!({"metadata": {
            "annotations": {"istio.io/rev": birth.revision, "sidecar.istio.io/status": status.to_string()},
            "labels": {"service.istio.io/canonical-name": app, "service.istio.io/canonical-revision": "latest"},
        }}),
    );
}

/// Sends the pod through the webhook, as the API server does after Istio's, and applies what it says.
/// A pod that is refused would not be there; none of the scenario's is.
fn reviewed(mut pod: Value, state: &State) -> Value {
    let review = json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "00000000-0000-4000-8000-000000000000",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "namespace": pod["metadata"]["namespace"],
            "operation": "CREATE",
            "object": pod,
        },
    });
    if let Some(patch) = patch_of(&review, state) {
        // The patch was made for this very object; one that does not fit leaves the pod as it was,
        // and the pod then shows up as what it is.
        let _ = json_patch::patch(&mut pod, &patch);
    }
    pod
}

fn patch_of(review: &Value, state: &State) -> Option<json_patch::Patch> {
    let answer = signet_mesh::review(&serde_json::to_vec(review).ok()?, state).ok()?;
    let answer: Value = serde_json::from_slice(&answer).ok()?;
    let patch = STANDARD.decode(answer["response"]["patch"].as_str()?).ok()?;
    serde_json::from_slice(&patch).ok()
}

fn merge(object: &mut Value, more: &Value) {
    json_patch::merge(object, more);
}

/// The typed view of a pod that was made here; what does not fit would be missing from the demo.
fn typed(pod: &Value) -> Pod {
    serde::Deserialize::deserialize(pod).unwrap_or_default()
}
