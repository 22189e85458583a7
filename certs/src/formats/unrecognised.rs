//! What an input looks like that holds no certificate, in words that help.

use std::collections::BTreeSet;

use super::pem::Blocks;
use super::yaml::Stream;

/// The first bytes of files that people pass by mistake.
const MAGIC: [(&[u8], &str); 10] = [
    (b"\x89PNG", "it looks like a PNG picture"),
    (b"\xff\xd8\xff", "it looks like a JPEG picture"),
    (b"%PDF", "it looks like a PDF"),
    (b"PK\x03\x04", "it looks like a zip archive; unpack it first"),
    (b"\x1f\x8b", "it looks like gzip; unpack it first"),
    (b"\x7fELF", "it looks like a program"),
    (b"\xfe\xed\xfe\xed", "it looks like a Java keystore; export it with keytool -exportcert -rfc"),
    (b"\xff\xfe", "it looks like UTF-16 text; save it as UTF-8"),
    (b"\xfe\xff", "it looks like UTF-16 text; save it as UTF-8"),
    (
        b"\x30\x82",
        "it looks like DER, but of something else (PKCS#12? openssl pkcs12 -nokeys makes PEM of its certificates)",
    ),
];

/// What `input` looks like.
pub(super) fn describe(input: &[u8]) -> String {
    if let Some((_, words)) = MAGIC.iter().find(|(magic, _)| input.starts_with(magic)) {
        return (*words).to_owned();
    }
    let text = match std::str::from_utf8(input) {
        Ok(text) => text,
        Err(error) if input.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace()) => {
            return format!(
                "it is text of which byte {} is not UTF-8; save it as UTF-8",
                error.valid_up_to()
            );
        }
        Err(_) => return "it looks like binary data".to_owned(),
    };
    let start = text.trim_start();
    if start.starts_with(['{', '[']) {
        return match Stream::first(text).documents().next() {
            Some(Err(error)) => format!("it looks like broken JSON ({error})"),
            _ => "it is JSON without any certificate".to_owned(),
        };
    }
    if start.starts_with('<') {
        return "it looks like HTML or XML".to_owned();
    }
    "it is text without any certificate".to_owned()
}

/// What a PEM text holds of which nothing was read.
pub(super) fn describe_pem(text: &[u8]) -> String {
    let mut blocks = Blocks::new(text);
    let mut labels = BTreeSet::new();
    while let Some(block) = blocks.advance() {
        labels.insert(block.label.to_owned());
    }
    match Vec::from_iter(labels).as_slice() {
        [] => "it has no whole PEM block".to_owned(),
        labels => format!("it is PEM of {} only", labels.join(", ")),
    }
}
