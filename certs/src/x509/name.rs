//! Distinguished names as text (RFC 4514).

use std::borrow::Cow;
use std::fmt::Write;

use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::x509::X509Name;

use super::{hex, oids};

/// The name in RFC 4514 form: the last RDN first, special characters escaped.
///
/// Attribute types without a registered short name are written as dotted OIDs, and their values as
/// `#` with the hexadecimal BER value (section 2.4).
pub(super) fn rfc_4514(name: &X509Name<'_>) -> String {
    let rdns: Vec<_> = name.iter_rdn().collect();
    // Every attribute is longer in DER than in text, but for the few that are escaped.
    let mut text = String::with_capacity(if rdns.is_empty() { 0 } else { name.as_raw().len() });
    for rdn in rdns.into_iter().rev() {
        for (index, attribute) in rdn.iter().enumerate() {
            match (text.is_empty(), index) {
                (true, 0) => {}
                (false, 0) => text.push(','),
                _ => text.push('+'),
            }
            let oid = attribute.attr_type();
            let value = attribute.attr_value();
            match (oids::attribute_type(oid.as_bytes()), string(value)) {
                (Some(short), Some(value)) => {
                    text.push_str(short);
                    text.push('=');
                    escape_into(&mut text, &value);
                }
                (Some(short), None) => {
                    text.push_str(short);
                    text.push('=');
                    push_ber(&mut text, value);
                }
                (None, _) => {
                    text.push_str(&oid.to_id_string());
                    text.push('=');
                    push_ber(&mut text, value);
                }
            }
        }
    }
    text
}

/// Text from a certificate with its control characters escaped as RFC 4514 escapes them: what a
/// stranger wrote must not steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        push_printable(&mut escaped, character);
    }
    escaped
}

/// The characters of a string type (X.680 section 41), or nothing for a value that is no string.
fn string<'a>(value: &Any<'a>) -> Option<Cow<'a, str>> {
    match value.tag() {
        Tag::NumericString | Tag::PrintableString | Tag::Utf8String | Tag::Ia5String | Tag::VisibleString => {
            std::str::from_utf8(value.data).ok().map(Cow::Borrowed)
        }
        // T.61 is never what issuers mean; they write Latin-1.
        Tag::TeletexString => Some(value.data.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let (units, []) = value.data.as_chunks::<2>() else { return None };
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                .collect::<Result<String, _>>()
                .ok()
                .map(Cow::Owned)
        }
        Tag::UniversalString => {
            let (units, []) = value.data.as_chunks::<4>() else { return None };
            units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit))).collect::<Option<_>>()
        }
        _ => None,
    }
}

fn push_ber(text: &mut String, value: &Any<'_>) {
    text.push('#');
    let length = value.data.len();
    // A DER header; values of 64 KiB and more do not occur in names, and would only be cut here.
    let mut header =
        vec![u8::try_from(value.tag().0).unwrap_or_default() | u8::from(value.header.is_constructed()) << 5];
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => header.push(short),
        Ok(long) => header.extend([0x81, long]),
        Err(_) => {
            header.extend([&[0x82], &u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()[..]].concat());
        }
    }
    text.push_str(&hex::encode(&header));
    text.push_str(&hex::encode(value.data));
}

/// Escapes what section 2.4 wants escaped.
fn escape_into(text: &mut String, value: &str) {
    if value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'/'))
    {
        text.push_str(value);
        return;
    }
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            '#' if index == 0 => text.push_str("\\#"),
            ' ' if index == 0 || index == last => text.push_str("\\ "),
            _ => push_printable(text, character),
        }
    }
}

/// Controls, and the marks that turn the direction of writing, as `\XX` for each of their octets.
fn push_printable(text: &mut String, character: char) {
    let turns =
        matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character.is_control() || turns {
        for octet in character.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(text, "\\{octet:02x}");
        }
    } else {
        text.push(character);
    }
}
