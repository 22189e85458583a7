//! Admissions per second of a 20 kB pod, beside parsing the same request and serialising the same
//! answer alone.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use signet_mesh::config::{CaCertificate, ControlPlane, MeshConfig};
use signet_mesh::objects::{Pod, ProxyConfig};
use signet_mesh::review::State;
use signet_mesh::{Policy, Signers, review};
use signet_tests::fixtures::identity;
use signet_tests::interleaved::measure;

/// What has to be parsed whatever is decided.
#[derive(Deserialize)]
struct Review {
    request: Request,
}

#[derive(Deserialize)]
struct Request {
    uid: String,
    object: Pod,
}

fn main() -> ExitCode {
    let state = state();
    let body = serde_json::to_vec(&request()).expect("JSON");
    let answer = review(&body, &state).expect("an answer");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert!(answer["response"]["patch"].is_string(), "the pod is changed: {answer}");
    println!("request {} bytes, answer {} bytes", body.len(), answer.to_string().len());
    let ratio = measure(
        "review",
        ("reviews", 1),
        1.5,
        || {
            black_box(review(black_box(&body), &state).expect("an answer"));
        },
        || {
            let review: Review = serde_json::from_slice(black_box(&body)).expect("a review");
            black_box((review.request.uid, review.request.object));
            black_box(serde_json::to_vec(&answer).expect("JSON"));
        },
    );
    if ratio.report() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn state() -> State {
    let signer = "clusterissuers.cert-manager.io/foo";
    let root = CaCertificate {
        pem: identity("foo", "httpbin").roots.concat(),
        cert_signers: vec![signer.to_owned()],
        trust_domains: Vec::new(),
    };
    let mesh = MeshConfig { ca_certificates: vec![root], ..MeshConfig::default() };
    let control_plane = ControlPlane {
        revision: "default".to_owned(),
        kubernetes_signers: true,
        cert_signer_domain: Some("clusterissuers.cert-manager.io".to_owned()),
        ..ControlPlane::default()
    };
    let proxy_config: ProxyConfig = serde_json::from_value(json!({
        "metadata": {"name": "signer", "namespace": "foo", "creationTimestamp": "2026-11-01T08:00:00Z"},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": "foo"}},
    }))
    .expect("a ProxyConfig");
    State {
        signers: Arc::new(Signers::new(&mesh, control_plane, None)),
        mesh: Arc::new(mesh),
        proxy_configs: [("foo".to_owned(), Arc::from([proxy_config]))].into(),
        policy: Policy::default(),
        snapshot_age_seconds: 0,
    }
}

/// A pod of 20 kB: an injected sidecar beside an app with as much environment as real ones have.
fn request() -> Value {
    let environment: Vec<_> = (0..120)
        .map(|number| json!({"name": format!("APP_SETTING_{number}"), "value": format!("https://service-{number}.example.internal:8443/path/{number}")}))
        .collect();
    let mounts: Vec<_> = (0..20)
        .map(|number| json!({"name": format!("volume-{number}"), "mountPath": format!("/var/lib/app/{number}")}))
        .collect();
    let volumes: Vec<_> = (0..20)
        .map(|number| json!({"name": format!("volume-{number}"), "emptyDir": {"sizeLimit": "1Gi"}}))
        .collect();
    let probe =
        json!({"httpGet": {"path": "/healthz/ready", "port": 15021, "scheme": "HTTP"}, "periodSeconds": 15});
    let container = |name: &str| {
        json!({
            "name": name, "image": "registry.example/app:v1", "env": environment, "volumeMounts": mounts,
            "readinessProbe": probe, "livenessProbe": probe, "imagePullPolicy": "IfNotPresent",
            "resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        })
    };
    let mut proxy = container("istio-proxy");
    proxy["args"] = json!(["proxy", "sidecar"]);
    proxy["restartPolicy"] = json!("Always");
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "operation": "CREATE", "namespace": "foo", "dryRun": false,
            "object": {
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"generateName": "httpbin-", "labels": {"app": "httpbin"}},
                "spec": {"initContainers": [proxy], "containers": [container("httpbin")], "volumes": volumes},
            },
        },
    })
}
