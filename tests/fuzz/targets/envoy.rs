//! Envoy's `config_dump` and `/certs`, and any bytes as a chain in a dump.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use signet_fuzz::{answer, certificates};

fuzz_target!(|data: &[u8]| {
    let _ = answer(data);
    let chain = STANDARD.encode(data);
    let envoys = json!({"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
        "dynamic_active_secrets": [{"name": "default", "secret": {"name": "default",
            "tls_certificate": {"certificate_chain": {"inline_bytes": chain}}}}]}]});
    let istioctls = json!({"dynamicActiveSecrets": [{"name": "default", "secret": {"name": "default",
        "tlsCertificate": {"certificateChain": {"inlineBytes": chain}}}}]});
    let answers = [envoys, istioctls].map(|dump| certificates(&answer(dump.to_string().as_bytes())));
    assert_eq!(answers[0], answers[1], "in Envoy's spelling and in istioctl's");
});
