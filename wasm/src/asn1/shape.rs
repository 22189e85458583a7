//! What RFC 5280 calls the elements of a certificate, by their place in it.

use super::read::{Class, Tag};
use super::{Element, identifiers};

/// What the elements are part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The file: one certificate.
    Whole,
    /// Section 4.1.
    Certificate,
    /// Section 4.1.2.
    TbsCertificate,
    AlgorithmIdentifier,
    Name,
    RelativeName,
    AttributeType,
    Validity,
    PublicKeyInfo,
    /// The `[3]` around the list.
    ExtensionList,
    Extensions,
    Extension,
    /// A string whose bytes are elements again: the value of an extension, the bits of a key.
    Wrapped(&'static [Choice]),
    /// The alternatives that context tags name, at any depth.
    Choices(&'static [Choice]),
    /// Nothing that is named.
    Other,
}

/// A context tag and its name.
pub(super) type Choice = (u32, &'static str);

/// Section 4.2.1.6.
const GENERAL_NAMES: &[Choice] = &[
    (0, "otherName"),
    (1, "rfc822Name"),
    (2, "dNSName"),
    (4, "directoryName"),
    (6, "uniformResourceIdentifier"),
    (7, "iPAddress"),
    (8, "registeredID"),
];
/// Section 4.2.1.1.
const AUTHORITY_KEY_ID: &[Choice] =
    &[(0, "keyIdentifier"), (1, "authorityCertIssuer"), (2, "authorityCertSerialNumber")];
/// Section 4.2.1.10.
const NAME_CONSTRAINTS: &[Choice] = &[(0, "permittedSubtrees"), (1, "excludedSubtrees")];

impl Shape {
    /// The name of the element at `index`, and what its own elements are part of. `identifier` is
    /// the OBJECT IDENTIFIER that stands before it among its neighbours.
    pub(super) fn of(self, index: usize, tag: Tag, identifier: &[u8]) -> (Option<&'static str>, Self) {
        match self {
            Self::Whole => (Some("Certificate"), Self::Certificate),
            Self::Certificate => match index {
                0 => (Some("tbsCertificate"), Self::TbsCertificate),
                1 => (Some("signatureAlgorithm"), Self::AlgorithmIdentifier),
                2 => (Some("signatureValue"), Self::Other),
                _ => (None, Self::Other),
            },
            Self::TbsCertificate => tbs_certificate(index, tag),
            Self::AlgorithmIdentifier => {
                (Some(if index == 0 { "algorithm" } else { "parameters" }), Self::Other)
            }
            Self::Name => (None, Self::RelativeName),
            Self::RelativeName => (None, Self::AttributeType),
            Self::AttributeType => (Some(if index == 0 { "type" } else { "value" }), Self::Other),
            Self::Validity => (Some(if index == 0 { "notBefore" } else { "notAfter" }), Self::Other),
            Self::PublicKeyInfo => match index {
                0 => (Some("algorithm"), Self::AlgorithmIdentifier),
                _ => (Some("subjectPublicKey"), Self::Wrapped(&[])),
            },
            Self::ExtensionList => (None, Self::Extensions),
            Self::Extensions => (None, Self::Extension),
            Self::Extension => match (tag.is(4), index) {
                (true, _) => (Some("extnValue"), Self::Wrapped(choices_in(identifier))),
                (false, 0) => (Some("extnID"), Self::Other),
                (false, _) => (Some("critical"), Self::Other),
            },
            Self::Wrapped(choices) | Self::Choices(choices) => {
                let choice =
                    choices.iter().find(|(number, _)| tag.class == Class::Context && tag.number == *number);
                (choice.map(|(_, name)| *name), Self::Choices(choices))
            }
            Self::Other => (None, Self::Other),
        }
    }

    /// Whether a primitive string holds elements.
    pub(super) fn is_wrapped(self) -> bool {
        matches!(self, Self::Wrapped(_))
    }

    /// The name that an element gets from what is in it: an extension's, an attribute's.
    pub(super) fn name_by(self, nested: &[Element], content: &[u8], begin: usize) -> Option<&'static str> {
        let first = nested.first()?;
        let start = (first.offset + first.header).checked_sub(begin)?;
        let identifier = content.get(start..start + first.length)?;
        matches!(self, Self::Extension | Self::AttributeType).then(|| identifiers::name(identifier))?
    }
}

/// Section 4.1, where `index` counts the version also when it is absent.
fn tbs_certificate(index: usize, tag: Tag) -> (Option<&'static str>, Shape) {
    if tag.class == Class::Context {
        return match tag.number {
            0 => (Some("version"), Shape::Other),
            1 => (Some("issuerUniqueID"), Shape::Other),
            2 => (Some("subjectUniqueID"), Shape::Other),
            3 => (Some("extensions"), Shape::ExtensionList),
            _ => (None, Shape::Other),
        };
    }
    match index {
        1 => (Some("serialNumber"), Shape::Other),
        2 => (Some("signature"), Shape::AlgorithmIdentifier),
        3 => (Some("issuer"), Shape::Name),
        4 => (Some("validity"), Shape::Validity),
        5 => (Some("subject"), Shape::Name),
        6 => (Some("subjectPublicKeyInfo"), Shape::PublicKeyInfo),
        _ => (None, Shape::Other),
    }
}

fn choices_in(identifier: &[u8]) -> &'static [Choice] {
    match identifiers::name(identifier) {
        Some("authorityKeyIdentifier") => AUTHORITY_KEY_ID,
        Some("issuerAltName" | "subjectAltName") => GENERAL_NAMES,
        Some("nameConstraints") => NAME_CONSTRAINTS,
        _ => &[],
    }
}
