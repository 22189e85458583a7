//! DER as it is, in base64 or in hexadecimal.

use base64::Engine;

use super::pem::{self, BASE64};
use super::{ReadError, reading::Reading};
use crate::finding::{Finding, UNREADABLE};
use crate::x509::{Certificate, ParseError, PrivateKey, split_der};
use crate::{Document, Entry, Format, Source};

/// Reads DER structures, one after the other. Nothing if the first is none that is known.
pub(super) fn read(input: &[u8], reading: &mut Reading<'_>) -> Result<Option<Document>, ReadError> {
    let mut entry = Entry::default();
    let mut findings = Vec::new();
    let mut rest = input;
    while !rest.is_empty() {
        let (first, after) = split_der(rest).unwrap_or((rest, &[]));
        if !reading.der(first, &mut entry)? {
            let reason = Certificate::parse(first).err().unwrap_or(ParseError::CutOff);
            let offset = input.len() - rest.len();
            if offset == 0 && !resembles_certificate(first) {
                return Ok(None);
            }
            findings.push(
                Finding::new(
                    &UNREADABLE,
                    format!("byte {offset}"),
                    format!("from byte {offset} on: {reason}"),
                )
                .with("offset", offset),
            );
            break;
        }
        rest = after;
    }
    let source = Source { format: Format::Der, ..Source::default() };
    Ok(Some(Document { source, entries: vec![entry], findings }))
}

/// What a text of nothing but base64 or hexadecimal digits stands for.
pub(super) fn decode_text(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b':').collect();
    if let Some(bytes) = crate::x509::decode_hex(&digits).filter(|bytes| is_known(bytes)) {
        return Some(bytes);
    }
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(digits).ok().filter(|bytes| is_known(bytes))
}

/// Whichever private key the bytes are, if they are one.
pub(super) fn private_key(der: &[u8]) -> Option<PrivateKey<'_>> {
    PrivateKey::pkcs8(der).or_else(|| PrivateKey::sec1(der)).or_else(|| PrivateKey::pkcs1(der))
}

fn is_known(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x30]) || memchr::memmem::find(bytes, pem::BEGIN).is_some()
}

/// A SEQUENCE that begins with a SEQUENCE, as Certificate does and a keystore does not.
fn resembles_certificate(der: &[u8]) -> bool {
    matches!(der, [0x30, 0x82, _, _, 0x30, ..] | [0x30, 0x81, _, 0x30, ..])
}
