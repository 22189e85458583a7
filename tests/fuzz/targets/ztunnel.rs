//! ztunnel's config dump, and any text as a certificate in it: as it is and in base64.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use signet_fuzz::{answer, certificates};

fn dump(pem: &str) -> Value {
    json!([{"identity": "spiffe://td/ns/a/sa/b", "state": "Available", "certChain": [{"pem": pem}]}])
}

fuzz_target!(|text: &str| {
    let _ = answer(text.as_bytes());
    if !text.contains("-----BEGIN ") {
        return;
    }
    let answers =
        [text, &STANDARD.encode(text)].map(|pem| certificates(&answer(dump(pem).to_string().as_bytes())));
    assert_eq!(answers[0], answers[1], "as it is and in base64");
});
