//! The little DER (X.690) that private keys and layouts need: one element after the other.

/// One element: its tag and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) value: &'a [u8],
}

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Reads the first element of `input` and returns what follows it. Long tags and lengths over four
/// octets, which no certificate or key has, are not read.
pub(super) fn read(input: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&[tag, length], rest) = input.split_first_chunk::<2>()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81..=0x84 => {
            let (octets, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), rest)
        }
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, value }, rest))
}

/// Reads an element that must have this tag.
pub(super) fn expect(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (element, rest) = read(input)?;
    (element.tag == tag).then_some((element.value, rest))
}

/// The bits of a BIT STRING's value that has no unused ones.
pub(super) fn whole_bits(value: &[u8]) -> Option<&[u8]> {
    match value.split_first() {
        Some((0, bits)) => Some(bits),
        _ => None,
    }
}

/// The length in bits of a positive INTEGER's value.
pub(super) fn integer_bits(value: &[u8]) -> u32 {
    let zeros = value.iter().take_while(|octet| **octet == 0).count();
    let significant = value.get(zeros..).unwrap_or_default();
    let leading = significant.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(significant.len()).unwrap_or(u32::MAX).saturating_mul(8).saturating_sub(leading)
}

/// Whether the bytes are one DER SEQUENCE from the first to the last, as certificates, requests and
/// keys are.
pub(crate) fn looks_like_der(input: &[u8]) -> bool {
    input.first() == Some(&SEQUENCE) && read(input).is_some_and(|(_, rest)| rest.is_empty())
}

/// The first element with its header, and what follows it.
pub(crate) fn split(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = read(input)?;
    input.split_at_checked(input.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::{integer_bits, looks_like_der, read};

    #[test]
    fn reads_short_and_long_lengths_and_refuses_what_is_cut_off() {
        assert_eq!(
            read(&[0x04, 1, 7, 9]).map(|(element, rest)| (element.value, rest)),
            Some((&[7][..], &[9][..]))
        );
        let mut long = vec![0x30, 0x81, 200];
        long.extend([0; 200]);
        assert!(looks_like_der(&long));
        assert!(!looks_like_der(&long[..150]));
        assert_eq!(read(&[0x30, 0x80, 0, 0]), None, "indefinite lengths are not DER");
    }

    #[test]
    fn counts_the_bits_of_a_modulus() {
        assert_eq!(integer_bits(&[0, 0x80, 0]), 16);
        assert_eq!(integer_bits(&[1, 0]), 9);
        assert_eq!(integer_bits(&[0]), 0);
    }
}
