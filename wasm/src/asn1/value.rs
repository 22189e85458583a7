//! The value of an element in words.

use super::identifiers;
use super::read::{Class, Raw};

/// Bytes of a value that are written out in hexadecimal; the page shows all of them beside.
const BYTES: usize = 32;

/// What a primitive element says.
pub(super) fn in_words(raw: &Raw<'_>) -> String {
    let value = raw.value;
    if raw.tag.class != Class::Universal {
        return text(value).unwrap_or_else(|| hex(value));
    }
    match raw.tag.number {
        1 => if value == [0] { "FALSE" } else { "TRUE" }.to_owned(),
        2 | 10 => integer(value),
        3 => match value.split_first() {
            Some((unused, bits)) => {
                let count = (bits.len() * 8).saturating_sub(usize::from(*unused));
                if count <= 16 { bit_string(bits, count) } else { format!("{count} bits: {}", hex(bits)) }
            }
            None => String::new(),
        },
        5 => String::new(),
        6 => match identifiers::name(value) {
            Some(name) => format!("{} ({name})", identifiers::dotted(value)),
            None => identifiers::dotted(value),
        },
        12 | 18..=20 | 22..=24 | 26 => text(value).unwrap_or_else(|| hex(value)),
        30 => utf16(value),
        _ => hex(value),
    }
}

fn integer(value: &[u8]) -> String {
    match value.split_first() {
        Some((first, _)) if value.len() <= 8 => {
            let sign = if first & 0x80 == 0 { 0 } else { -1 };
            value.iter().fold(sign, |number: i64, octet| number << 8 | i64::from(*octet)).to_string()
        }
        _ => hex(value),
    }
}

/// Named bits, the first one first, as keyUsage has them.
fn bit_string(bits: &[u8], count: usize) -> String {
    let digits = bits.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1));
    digits.take(count).map(|digit| if digit == 1 { '1' } else { '0' }).collect()
}

fn text(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
}

fn utf16(value: &[u8]) -> String {
    let units = value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn hex(value: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut text = String::with_capacity(2 * BYTES + 3);
    for octet in value.iter().take(BYTES) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{octet:02x}");
    }
    if value.len() > BYTES {
        text.push('…');
    }
    text
}
