//! Nothing that is in an object is ever logged, at any level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use signet_mesh::Observation;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Fixture, SECRET, ca, mesh_with_signer, namespace, post, proxy_config, review};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_body_no_value_no_pem() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(captured.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let fixture = Fixture::ready([]);
    let (publisher, fold) = (fixture.publisher, fixture.fold);
    let pem = ca();
    let objects =
        [namespace("foo"), proxy_config("foo", SECRET), mesh_with_signer(&format!("d/{SECRET}"), &pem)];
    let observations = objects.map(|object| Observation::Put { object });
    let stream = futures::stream::iter(observations);
    let metrics = fixture.webhook.metrics.clone();
    signet_webhook::state::follow(stream, fold, publisher, metrics).await;
    let router = || signet_webhook::router(fixture.webhook.clone());
    let mut malformed = review("foo");
    malformed["request"]["object"]["spec"] = json!(SECRET);
    for body in [
        review("foo").to_string(),
        malformed.to_string(),
        format!("{{\"kind\": {SECRET}}}"),
        format!("{{\"kind\": \"{SECRET}\", \"request\": {{\"uid\": 7}}}}"),
        SECRET.to_owned(),
    ] {
        tower::ServiceExt::oneshot(router(), post(body)).await.expect("an answer");
    }
    drop(guard);

    let logged = String::from_utf8(captured.0.lock().expect("no panic").clone()).expect("text");
    assert!(logged.contains("admission"), "requests are logged at all: {logged}");
    let base64 = pem.lines().nth(1).expect("a line");
    for hidden in [SECRET, "BEGIN CERTIFICATE", base64] {
        assert!(!logged.contains(hidden), "{hidden} is in\n{logged}");
    }
}
