//! Istio's mesh config, alone and in its ConfigMap, and any text as one of its `caCertificates`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use signet_certs::yaml;
use signet_fuzz::{answer, certificates};

fn in_map(mesh: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio"}, "data": {"mesh": mesh}})
}

fuzz_target!(|text: &str| {
    let _ = answer(text.as_bytes());
    let _ = answer(in_map(text).to_string().as_bytes());
    let mesh = yaml::to_string(&json!({"caCertificates": [{"pem": text, "certSigners": ["a/b"]}]}));
    let alone = certificates(&answer(mesh.as_bytes()));
    assert_eq!(certificates(&answer(in_map(&mesh).to_string().as_bytes())), alone, "{mesh}");
});
