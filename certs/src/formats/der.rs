//! DER as it is, in base64 or in hexadecimal.

use zeroize::Zeroizing;

use super::wiped::{self, Wiped};
use super::{ReadError, pem, reading::Reading};
use crate::finding::{Finding, UNREADABLE};
use crate::x509::{Certificate, ParseError, PrivateKey, SignedData, split_der};
use crate::{Document, Entry, Format, Place, Source};

/// Reads DER structures, one after the other. Nothing if the first is none that is known.
pub(super) fn read(input: &[u8], reading: &mut Reading<'_>) -> Result<Option<Document>, ReadError> {
    if SignedData::parse(input).is_some() {
        return signed_data(input, reading).map(Some);
    }
    let mut entry = Entry::default();
    let mut rest = input;
    let mut number = 0;
    while !rest.is_empty() {
        let (first, after) = split_der(rest).unwrap_or((rest, &[]));
        let offset = input.len() - rest.len();
        number += 1;
        if !reading.der(first, Place { item: None, block: number, offset }, &mut entry)? {
            let reason = Certificate::parse(first).err().unwrap_or(ParseError::CutOff);
            if offset == 0 && !resembles_certificate(first) {
                return Ok(None);
            }
            let message = format!("from byte {offset} on: {reason}");
            let finding = Finding::new(&UNREADABLE, format!("byte {offset}"), message);
            reading.unreadable(finding.with("offset", offset));
            break;
        }
        rest = after;
    }
    let source = Source { format: Format::Der, ..Source::default() };
    Ok(Some(reading.document(source, vec![entry])))
}

fn signed_data(input: &[u8], reading: &mut Reading<'_>) -> Result<Document, ReadError> {
    let mut entry = Entry::default();
    if let Err(reason) = reading.signed_data(input, Place { item: None, block: 1, offset: 0 }, &mut entry)? {
        reading.unreadable(Finding::new(&UNREADABLE, "PKCS#7", reason));
    }
    let source = Source { format: Format::Pkcs7, ..Source::default() };
    Ok(reading.document(source, vec![entry]))
}

/// What a text of nothing but base64 or hexadecimal digits stands for.
pub(super) fn decode_text(text: &str) -> Option<Wiped> {
    let digits = text.trim();
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let mut hex = Wiped::default();
    let separator = |byte: &u8| byte.is_ascii_whitespace() || *byte == b':';
    wiped::extend(&mut hex, digits.len(), digits.bytes().filter(|byte| !separator(byte)));
    let decoded = crate::x509::decode_hex(&hex).map(Zeroizing::new);
    decoded
        .filter(|bytes| is_known(bytes))
        .or_else(|| wiped::base64(text.as_bytes()).filter(|bytes| is_known(bytes)))
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
