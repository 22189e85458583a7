//! Kubernetes objects, and any bytes as a value of a Secret or ConfigMap.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use signet_certs::yaml;
use signet_fuzz::{answer, certificates};

fn object(kind: &str, field: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, field: {"ca.crt": value}})
}

fuzz_target!(|data: &[u8]| {
    let _ = answer(data);
    let base64 = STANDARD.encode(data);
    let binary = object("ConfigMap", "binaryData", &base64);
    let mut same = vec![object("Secret", "data", &base64)];
    if let Ok(text) = std::str::from_utf8(data) {
        same.push(object("Secret", "stringData", text));
        same.push(object("ConfigMap", "data", text));
    }
    same.push(json!({"apiVersion": "v1", "kind": "List", "items": [binary]}));
    let wanted = certificates(&answer(binary.to_string().as_bytes()));
    for object in same {
        assert_eq!(certificates(&answer(object.to_string().as_bytes())), wanted, "{object}");
        assert_eq!(certificates(&answer(yaml::to_string(&object).as_bytes())), wanted, "{object} as YAML");
    }
});
