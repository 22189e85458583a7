//! PEM, and anything written as PEM.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signet_certs::formats::pem;
use signet_fuzz::answer;

fuzz_target!(|data: &[u8]| {
    let _ = answer(data);
    for der in pem::blocks(data, "CERTIFICATE").into_iter().chain([data.to_vec()]) {
        let text = pem::encode("CERTIFICATE", &der);
        assert_eq!(pem::blocks(text.as_bytes(), "CERTIFICATE"), [der], "written as PEM and read again");
    }
});
