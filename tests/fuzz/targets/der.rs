//! DER (certificates, requests, keys, PKCS#7), and the same as base64 and hexadecimal.

#![no_main]

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::{Corpus, fuzz_target};
use signet_fuzz::{answer, certificates};

/// How every structure of two to four length octets begins: no text does.
fn is_der(data: &[u8]) -> bool {
    matches!(data, [0x30, 0x82..=0x84, ..])
}

fuzz_target!(|data: &[u8]| -> Corpus {
    if !is_der(data) {
        return Corpus::Reject;
    }
    let plain = certificates(&answer(data));
    assert_eq!(certificates(&answer(STANDARD.encode(data).as_bytes())), plain, "as base64");
    let hexadecimal = data.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    assert_eq!(certificates(&answer(hexadecimal.as_bytes())), plain, "as hexadecimal");
    Corpus::Keep
});
