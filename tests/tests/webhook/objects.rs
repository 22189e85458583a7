//! Objects of the tests, and what is looked at in them.

use serde_json::{Value, json};
use signet_tests::testbed::{Failure, Kubectl, PROXY_CONFIG_CRD};

use crate::program::wait_for;

/// The kinds of proxies that are injected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// In `containers`.
    Classic,
    /// In `initContainers`, with `restartPolicy: Always`.
    Native,
    /// A gateway whose image the injector is still to put in.
    GatewayStub,
    /// No proxy.
    Bare,
}

/// A pod of this shape.
pub(crate) fn pod(namespace: &str, name: &str, shape: Shape) -> Value {
    let app = json!({"name": "app", "image": "app"});
    let mut proxy = json!({"name": "istio-proxy", "image": "proxyv2", "args": ["proxy", "sidecar"]});
    let (init_containers, containers) = match shape {
        Shape::Bare => (json!([]), json!([app])),
        Shape::Classic => (json!([]), json!([app, proxy])),
        Shape::GatewayStub => {
            proxy["image"] = json!("auto");
            (json!([]), json!([proxy]))
        }
        Shape::Native => {
            proxy["restartPolicy"] = json!("Always");
            (json!([proxy]), json!([app]))
        }
    };
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {
            "automountServiceAccountToken": false,
            "initContainers": init_containers, "containers": containers,
        },
    })
}

/// A ProxyConfig that gives a namespace a signer.
pub(crate) fn proxy_config(namespace: &str, signer: &str) -> String {
    json!({
        "apiVersion": "networking.istio.io/v1beta1", "kind": "ProxyConfig",
        "metadata": {"name": "signer", "namespace": namespace},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": signer}},
    })
    .to_string()
}

/// A mesh ConfigMap: `istio`, or that of a revision.
pub(crate) fn mesh_config(name: &str, mesh: &str) -> String {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "istio-system"},
        "data": {"mesh": mesh},
    })
    .to_string()
}

/// An istiod of a revision, as far as its settings go: it runs nowhere.
pub(crate) fn istiod(revision: &str) -> String {
    let labels = json!({"app": "istiod", "istio.io/rev": revision});
    let env = json!([
        {"name": "EXTERNAL_CA", "value": "ISTIOD_RA_KUBERNETES_API"},
        {"name": "CERT_SIGNER_DOMAIN", "value": "clusterissuers.cert-manager.io"},
    ]);
    let discovery = json!({"name": "discovery", "image": "pilot", "env": env});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": format!("istiod-{revision}"), "namespace": "istio-system", "labels": labels},
        "spec": {
            "replicas": 0, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [discovery]}},
        },
    })
    .to_string()
}

/// A mesh config that gives this signer this root.
pub(crate) fn mesh_with_signer(signer: &str, pem: &str) -> String {
    mesh_config("istio", &json!({"caCertificates": [{"pem": pem, "certSigners": [signer]}]}).to_string())
}

/// What a mesh needs before a pod is made: ProxyConfigs exist, and control planes of two revisions.
pub(crate) fn prepare(kubectl: &Kubectl) {
    kubectl.apply(PROXY_CONFIG_CRD).expect("the kind is taken");
    let crd = "crd/proxyconfigs.networking.istio.io";
    kubectl.run(&["wait", "--for=condition=Established", crd, "--timeout=30s"]).expect("it is served");
    kubectl.namespace("istio-system").expect("a namespace");
    for revision in ["default", "canary"] {
        kubectl.apply(&istiod(revision)).expect("an istiod");
    }
}

/// Makes the pod without keeping it: as the API server would, with all its webhooks.
pub(crate) fn dry_run(kubectl: &Kubectl, pod: &Value) -> Result<Value, Failure> {
    let folder = signet_tests::testbed::Folder::new("pod")?;
    let file = folder.path().join("pod.json");
    std::fs::write(&file, pod.to_string()).expect("written");
    let file = file.to_string_lossy().into_owned();
    let answer = kubectl.run(&["create", "--dry-run=server", "--output=json", "--filename", &file])?;
    Ok(serde_json::from_str(&answer).expect("JSON"))
}

/// The signer in the environment of a pod's proxy.
pub(crate) fn signer(pod: &Value) -> Option<String> {
    let lists = ["containers", "initContainers"].map(|list| pod["spec"][list].as_array());
    let mut containers = lists.into_iter().flatten().flatten();
    let proxy = containers.find(|container| container["name"] == "istio-proxy")?;
    let mut signers = proxy["env"].as_array()?.iter().filter(|env| env["name"] == "ISTIO_META_CERT_SIGNER");
    let signer = signers.next()?["value"].as_str()?.to_owned();
    assert!(signers.next().is_none(), "it is set once: {proxy}");
    Some(signer)
}

/// Waits until a new pod in `namespace` gets `wanted`.
pub(crate) fn wait_for_signer(kubectl: &Kubectl, namespace: &str, wanted: Option<&str>) -> Value {
    wait_for(&format!("signer {wanted:?} of pods in {namespace}"), || {
        let made =
            dry_run(kubectl, &pod(namespace, "web", Shape::Classic)).map_err(|error| error.to_string())?;
        let found = signer(&made);
        if found.as_deref() == wanted { Ok(made) } else { Err(format!("it is {found:?}")) }
    })
}
