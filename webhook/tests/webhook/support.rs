//! A webhook without sockets, and requests for it.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use signet_certs::UnixTime;
use signet_mesh::objects::{ConfigMap, Kind, Namespace, Object, ObjectMeta, ProxyConfig};
use signet_mesh::{Observation, Policy};
use signet_webhook::drain::{self, Signal};
use signet_webhook::state::{self, Fold, Mesh, Publisher};
use signet_webhook::{Clock, Metrics, Webhook};
use tower::ServiceExt as _;

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_795_514_400);
/// A value that must never be written anywhere but into an answer.
pub(crate) const SECRET: &str = "hunter2-do-not-log";

/// A webhook, and the strings by which it is moved.
pub(crate) struct Fixture {
    pub(crate) webhook: Webhook,
    pub(crate) drain: Signal,
    pub(crate) publisher: Publisher,
    pub(crate) fold: Fold,
    pub(crate) mesh: Mesh,
}

impl Fixture {
    /// One that has seen nothing yet.
    pub(crate) fn new() -> Self {
        let (publisher, mesh) = state::channel(Clock::Fixed(NOW));
        let (signal, drain) = drain::channel();
        let webhook = Webhook { mesh: mesh.clone(), metrics: Metrics::default(), drain };
        Self { webhook, drain: signal, publisher, fold: Fold::new(Policy::default(), None), mesh }
    }

    /// One that has seen `objects`, and all there is.
    pub(crate) fn ready(objects: impl IntoIterator<Item = Object>) -> Self {
        let mut fixture = Self::new();
        fixture.see(objects.into_iter().map(|object| Observation::Put { object }));
        fixture.see(KINDS.map(|kind| Observation::Synced { kind }));
        fixture
    }

    /// Sees more.
    pub(crate) fn see(&mut self, observations: impl IntoIterator<Item = Observation>) {
        observations.into_iter().for_each(|observation| self.fold.apply(observation));
        self.publisher.publish(self.fold.changes());
    }

    pub(crate) async fn admission(&self, request: Request<Body>) -> Answer {
        answer(signet_webhook::router(self.webhook.clone()), request).await
    }

    pub(crate) async fn operators(&self, path: &str) -> Answer {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        answer(signet_webhook::operator_router(self.webhook.clone()), request).await
    }
}

pub(crate) const KINDS: [Kind; 4] = [Kind::ConfigMap, Kind::Deployment, Kind::Namespace, Kind::ProxyConfig];

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).expect("text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

async fn answer(router: Router, request: Request<Body>) -> Answer {
    let response: Response<Body> = router.oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    Answer { status, body }
}

/// A request as the API server sends it.
pub(crate) fn post(body: impl Into<Body>) -> Request<Body> {
    let builder = Request::post("/mutate?timeout=5s").header("content-type", "application/json");
    builder.body(body.into()).expect("a request")
}

/// A review of a pod with a proxy, in `namespace`.
pub(crate) fn review(namespace: &str) -> Value {
    let env = json!([{"name": "PASSWORD", "value": SECRET}]);
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "operation": "CREATE", "namespace": namespace, "dryRun": false,
            "object": {
                "metadata": {"generateName": "web-"},
                "spec": {"containers": [
                    {"name": "web", "image": "web", "env": env},
                    {"name": "istio-proxy", "image": "proxyv2", "args": ["proxy", "sidecar"]},
                ]},
            },
        },
    })
}

pub(crate) fn namespace(name: &str) -> Object {
    Object::Namespace(Namespace { metadata: ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() } })
}

/// A ProxyConfig for all of `namespace`.
pub(crate) fn proxy_config(namespace: &str, signer: &str) -> Object {
    annotated_proxy_config(namespace, signer, &json!({}))
}

/// One with annotations.
pub(crate) fn annotated_proxy_config(namespace: &str, signer: &str, annotations: &Value) -> Object {
    let object: ProxyConfig = serde_json::from_value(json!({
        "metadata": {"name": "signer", "namespace": namespace, "annotations": annotations},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": signer}},
    }))
    .expect("a ProxyConfig");
    Object::ProxyConfig(object)
}

/// The ConfigMap in which istiod publishes its roots.
pub(crate) fn istiod_roots(pem: &str) -> Object {
    let metadata = ObjectMeta {
        name: "istio-ca-root-cert".to_owned(),
        namespace: "istio-system".to_owned(),
        ..ObjectMeta::default()
    };
    Object::ConfigMap(ConfigMap { metadata, data: [("root-cert.pem".to_owned(), pem.to_owned())].into() })
}

/// The mesh ConfigMap, with `text` under its key.
pub(crate) fn mesh_config(text: &str) -> Object {
    let metadata = ObjectMeta {
        name: "istio".to_owned(),
        namespace: "istio-system".to_owned(),
        ..ObjectMeta::default()
    };
    Object::ConfigMap(ConfigMap { metadata, data: [("mesh".to_owned(), text.to_owned())].into() })
}

/// A CA certificate as PEM.
pub(crate) fn ca() -> String {
    let key = rcgen::KeyPair::generate().expect("a key");
    let mut params = rcgen::CertificateParams::default();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("a certificate");
    signet_certs::formats::pem::encode("CERTIFICATE", certificate.der())
}

/// A mesh config in which `signer` has the root `pem`.
pub(crate) fn mesh_with_signer(signer: &str, pem: &str) -> Object {
    let entry = json!({"pem": pem, "certSigners": [signer]});
    mesh_config(&json!({"caCertificates": [entry]}).to_string())
}
