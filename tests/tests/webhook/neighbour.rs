//! Webhooks beside Signet's, which these tests serve and register themselves.

use std::net::SocketAddr;

use axum::Json;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_tests::testbed::{Folder, Kubectl};
use signet_webhook::tls::{Identity, Material, Reloader};
use signet_webhook::{Clock, Metrics, drain, serve};

/// Namespaces with this label are sent to the neighbour that its value names.
const LABEL: &str = "neighbour";

/// What answers a request: the `response` of its AdmissionReview, but for the `uid`.
pub(crate) type Respond = fn(&Value) -> Value;

/// A webhook that is called about each new pod of the namespaces that are labelled with its name.
pub(crate) struct Neighbour {
    address: SocketAddr,
    identity: Identity,
}

impl Neighbour {
    /// Serves it, until the test program ends.
    pub(crate) fn serve(respond: Respond) -> Self {
        let identity = Material::renewed(None, &["127.0.0.1".to_owned()].into(), Clock::System.now());
        let identity = identity.expect("certificates").identity();
        let listener = serve::bind("127.0.0.1:0".parse().expect("an address"), "--listen").expect("a port");
        let address = listener.local_addr().expect("an address");
        let reloader = Reloader::new(identity.clone(), Metrics::default()).expect("an identity");
        let router = axum::Router::new().route("/", post(async move |body| answer(body, respond).await));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            let (_signal, drain) = drain::channel();
            runtime
                .block_on(serve::serve_tls(listener, reloader.config(), router, drain))
                .expect("it serves");
        });
        Self { address, identity }
    }

    /// Registers it under a name, by whose place in the alphabet it is called. A call that takes longer ends as
    /// `failure_policy` says.
    pub(crate) fn register(&self, kubectl: &Kubectl, name: &str, failure_policy: &str, seconds: u8) {
        let ca_bundle = STANDARD.encode(self.identity.ca_bundle.as_deref().expect("a CA"));
        let rule = json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]});
        let registration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": [{
                "name": "neighbour.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                "clientConfig": {"url": format!("https://{}/", self.address), "caBundle": ca_bundle},
                "failurePolicy": failure_policy, "timeoutSeconds": seconds,
                "namespaceSelector": {"matchLabels": {LABEL: name}},
                "rules": [rule],
            }],
        });
        let folder = Folder::new("neighbour").expect("a folder");
        let file = folder.path().join("registration.json");
        std::fs::write(&file, registration.to_string()).expect("written");
        let file = file.display().to_string();
        kubectl.run(&["create", "--validate=false", "--filename", &file]).expect("registered");
    }
}

/// Has the pods of a namespace sent to the neighbour of this name.
pub(crate) fn label(kubectl: &Kubectl, namespace: &str, name: &str) {
    kubectl.run(&["label", "namespace", namespace, &format!("{LABEL}={name}")]).expect("labelled");
}

async fn answer(Json(mut review): Json<Value>, respond: Respond) -> Json<Value> {
    let request = review["request"].take();
    let uid = request["uid"].clone();
    // It may take its time.
    let mut response = tokio::task::spawn_blocking(move || respond(&request)).await.expect("a response");
    response["uid"] = uid;
    Json(json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}))
}

/// A response that changes the pod.
pub(crate) fn patched(patch: &json_patch::Patch) -> Value {
    let patch = serde_json::to_vec(patch).expect("JSON");
    json!({"allowed": true, "patchType": "JSONPatch", "patch": STANDARD.encode(patch)})
}
