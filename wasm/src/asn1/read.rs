//! One element after the other (X.690 section 8.1).

use std::fmt;

use super::shape::Shape;

/// An identifier octet, or the octets of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) class: Class,
    pub(super) constructed: bool,
    pub(super) number: u32,
}

/// Whose number it is (X.680 section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Application,
    Context,
    Private,
    Universal,
}

impl Tag {
    pub(super) fn is(self, number: u32) -> bool {
        self.class == Class::Universal && self.number == number
    }

    pub(super) fn is_object_identifier(self) -> bool {
        self.is(6)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number;
        match self.class {
            Class::Application => write!(f, "[APPLICATION {number}]"),
            Class::Context => write!(f, "[{number}]"),
            Class::Private => write!(f, "[PRIVATE {number}]"),
            Class::Universal => f.write_str(match number {
                1 => "BOOLEAN",
                2 => "INTEGER",
                3 => "BIT STRING",
                4 => "OCTET STRING",
                5 => "NULL",
                6 => "OBJECT IDENTIFIER",
                10 => "ENUMERATED",
                12 => "UTF8String",
                16 => "SEQUENCE",
                17 => "SET",
                18 => "NumericString",
                19 => "PrintableString",
                20 => "TeletexString",
                22 => "IA5String",
                23 => "UTCTime",
                24 => "GeneralizedTime",
                26 => "VisibleString",
                28 => "UniversalString",
                30 => "BMPString",
                _ => return write!(f, "[UNIVERSAL {number}]"),
            }),
        }
    }
}

/// One element as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    pub(super) tag: Tag,
    /// Bytes of tag and length.
    pub(super) header: usize,
    pub(super) value: &'a [u8],
}

impl<'a> Raw<'a> {
    /// How many bytes of the value precede what it wraps, and what that is.
    pub(super) fn content(&self, inner: Shape) -> (usize, &'a [u8]) {
        match self.value.split_first() {
            // A BIT STRING begins with the number of its unused bits.
            Some((0, rest)) if inner.is_wrapped() && self.tag.is(3) => (1, rest),
            _ => (0, self.value),
        }
    }
}

/// The first element of `input` and what follows it. Indefinite lengths are not DER.
pub(super) fn first(input: &[u8]) -> Option<(Raw<'_>, &[u8])> {
    let (tag, after_tag) = tag(input)?;
    let (&octet, rest) = after_tag.split_first()?;
    let (length, rest) = match octet {
        0..=0x7f => (usize::from(octet), rest),
        0x81..=0x84 => {
            let (octets, rest) = rest.split_at_checked(usize::from(octet & 0x7f))?;
            let length = octets.iter().fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    let header = input.len() - rest.len();
    let (value, rest) = rest.split_at_checked(length)?;
    Some((Raw { tag, header, value }, rest))
}

fn tag(input: &[u8]) -> Option<(Tag, &[u8])> {
    let (&octet, mut rest) = input.split_first()?;
    let class = match octet >> 6 {
        0 => Class::Universal,
        1 => Class::Application,
        2 => Class::Context,
        _ => Class::Private,
    };
    let mut number = u32::from(octet & 0x1f);
    if number == 0x1f {
        number = 0;
        loop {
            let (&octet, after) = rest.split_first()?;
            rest = after;
            number = number.checked_mul(128)? | u32::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                break;
            }
        }
    }
    Some((Tag { class, constructed: octet & 0x20 != 0, number }, rest))
}
