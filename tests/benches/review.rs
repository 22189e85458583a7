//! Admissions per second of a 22 kB pod, beside parsing the same request and serialising the same
//! answer alone.

#![expect(clippy::expect_used, reason = "what goes wrong here ends the measurement, with its reason")]

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use signet_mesh::config::ControlPlane;
use signet_mesh::objects::Pod;
use signet_mesh::review::State;
use signet_mesh::{Signers, review};
use signet_tests::interleaved::measure;
use signet_tests::reviews::{CREATE_POD, mesh_config, proxy_configs_of_foo};

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
    let answer = review(CREATE_POD, &state).expect("an answer");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert!(answer["response"]["patch"].is_string(), "the pod is changed: {answer}");
    println!("request {} bytes, answer {} bytes", CREATE_POD.len(), answer.to_string().len());
    let ratio = measure(
        "review",
        ("reviews", 1),
        1.5,
        || {
            black_box(review(black_box(CREATE_POD), &state).expect("an answer"));
        },
        || {
            let review: Review = serde_json::from_slice(black_box(CREATE_POD)).expect("a review");
            black_box((review.request.uid, review.request.object));
            black_box(serde_json::to_vec(&answer).expect("JSON"));
        },
    );
    if ratio.report() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn state() -> State {
    let mesh = mesh_config();
    let control_plane = ControlPlane {
        revision: "default".to_owned(),
        kubernetes_signers: true,
        cert_signer_domain: Some("clusterissuers.cert-manager.io".to_owned()),
        ..ControlPlane::default()
    };
    State {
        signers: Arc::new(Signers::new(&mesh, control_plane, None)),
        mesh: Arc::new(mesh),
        proxy_configs: [("foo".to_owned(), proxy_configs_of_foo())].into(),
        ..State::default()
    }
}
