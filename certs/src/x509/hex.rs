//! Lower-case hexadecimal, the form of serial numbers, key identifiers and fingerprints.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two lower-case digits a byte, without separators.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    for ([high, low], byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
        (*high, *low) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]);
    }
    // Digits are ASCII, so nothing is ever replaced.
    String::from_utf8(text).unwrap_or_default()
}

/// The bytes that an even number of digits of either case stands for.
pub(crate) fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn reads_what_it_writes_and_both_cases() {
        assert_eq!(encode(&[0, 0x0a, 0xff]), "000aff");
        assert_eq!(decode(b"000AfF"), Some(vec![0, 0x0a, 0xff]));
        assert_eq!(decode(b"000"), None);
        assert_eq!(decode(b"0g"), None);
    }
}
