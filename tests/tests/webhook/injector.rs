//! A second webhook, in the place of Istio's injector: it adds an `istio-proxy` where there is none.

use std::net::SocketAddr;

use axum::Json;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_tests::testbed::Kubectl;
use signet_webhook::tls::{Identity, Material, Reloader};
use signet_webhook::{Clock, Metrics, drain, serve};

/// Namespaces with this label are injected, by the configuration that its value names.
const LABEL: &str = "injected-by";

/// Starts it, and registers it under each name for the namespaces that are labelled with it.
pub(crate) fn start(kubectl: &Kubectl, names: &[&str]) {
    let identity = Material::renewed(None, &["127.0.0.1".to_owned()].into(), Clock::System.now());
    let identity = identity.expect("certificates").identity();
    let listener = serve::bind("127.0.0.1:0".parse().expect("an address"), "--listen").expect("a port");
    let address = listener.local_addr().expect("an address");
    let ours = identity.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let reloader = Reloader::new(ours, Metrics::default()).expect("an identity");
        let (_signal, drain) = drain::channel();
        let router = axum::Router::new().route("/inject", post(async |body| Json(inject(&body))));
        runtime.block_on(serve::serve_tls(listener, reloader.config(), router, drain)).expect("it serves");
    });
    for name in names {
        let manifest = registration(name, address, &identity);
        kubectl.run(&["create", "--validate=false", "--filename", &on_disk(&manifest)]).expect("registered");
    }
}

/// Makes a namespace whose pods the configuration `name` injects.
pub(crate) fn namespace(kubectl: &Kubectl, namespace: &str, name: &str) {
    kubectl.namespace(namespace).expect("a namespace");
    kubectl.run(&["label", "namespace", namespace, &format!("{LABEL}={name}")]).expect("labelled");
}

fn inject(body: &Json<Value>) -> Value {
    let request = &body.0["request"];
    let spec = &request["object"]["spec"];
    let has_proxy =
        spec["containers"].as_array().is_some_and(|all| all.iter().any(|c| c["name"] == "istio-proxy"));
    let proxy = json!({"name": "istio-proxy", "image": "proxyv2", "args": ["proxy", "sidecar"]});
    let patch = json!([{"op": "add", "path": "/spec/containers/-", "value": proxy}]);
    let mut response = json!({"uid": request["uid"], "allowed": true});
    if !has_proxy {
        response["patchType"] = json!("JSONPatch");
        response["patch"] = json!(STANDARD.encode(patch.to_string()));
    }
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response})
}

fn registration(name: &str, address: SocketAddr, identity: &Identity) -> Value {
    let ca_bundle = STANDARD.encode(identity.ca_bundle.as_deref().expect("a CA"));
    let rule =
        json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]});
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [{
            "name": "injector.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "clientConfig": {"url": format!("https://{address}/inject"), "caBundle": ca_bundle},
            "namespaceSelector": {"matchLabels": {LABEL: name}},
            "rules": [rule],
        }],
    })
}

fn on_disk(manifest: &Value) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), manifest.to_string()).expect("written");
    let path = file.path().to_string_lossy().into_owned();
    // kubectl reads it after this returns.
    drop(file.keep().expect("kept"));
    path
}
