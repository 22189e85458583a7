//! SPIFFE bundles, and any bytes as a certificate in one.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use signet_certs::Certificate;
use signet_fuzz::{answer, certificates};

fuzz_target!(|data: &[u8]| {
    let _ = answer(data);
    let bundle = json!({"keys": [{"kty": "EC", "use": "x509-svid", "x5c": [STANDARD.encode(data)]}]});
    let read = certificates(&answer(bundle.to_string().as_bytes()));
    let alone = Certificate::parse(data).ok().map(|certificate| certificate.fingerprint);
    assert!(read.iter().eq(&alone), "in a bundle and alone");
});
