//! Names of every type: subject alternative names and name constraints (RFC 5280 section 4.2.1.6).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use x509_parser::extensions::{GeneralName, GeneralSubtree};

use super::{hex, name};

/// Subject alternative names by type (RFC 5280 section 4.2.1.6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectAltNames {
    /// dNSName.
    pub dns: Vec<String>,
    /// uniformResourceIdentifier.
    pub uri: Vec<String>,
    /// iPAddress, as text.
    pub ip: Vec<String>,
    /// rfc822Name.
    pub email: Vec<String>,
    /// Every other type, as `TYPE:value`.
    pub other: Vec<String>,
}

impl SubjectAltNames {
    /// No name of any type.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of every type.
    pub fn len(&self) -> usize {
        let Self { dns, uri, ip, email, other } = self;
        [dns, uri, ip, email, other].into_iter().map(Vec::len).sum()
    }
}

/// Name constraints as `TYPE:value` (RFC 5280 section 4.2.1.10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NameConstraints {
    /// Names below it must be within one of these, type by type.
    pub permitted: Vec<String>,
    /// Names below it must not be within any of these.
    pub excluded: Vec<String>,
}

impl SubjectAltNames {
    /// Sorts `names` by type.
    pub(super) fn read(names: &[GeneralName<'_>]) -> Self {
        let mut sans = Self::default();
        for name in names {
            match name {
                GeneralName::DNSName(text) => sans.dns.push(name::printable(text)),
                GeneralName::URI(text) => sans.uri.push(name::printable(text)),
                GeneralName::RFC822Name(text) => sans.email.push(name::printable(text)),
                GeneralName::IPAddress(octets) => match address(octets) {
                    Some(text) => sans.ip.push(text),
                    None => sans.other.push(typed(name)),
                },
                _ => sans.other.push(typed(name)),
            }
        }
        sans
    }
}

impl NameConstraints {
    /// Writes every subtree as `TYPE:value`.
    pub(super) fn read(constraints: &x509_parser::extensions::NameConstraints<'_>) -> Self {
        let list = |subtrees: &Option<Vec<GeneralSubtree<'_>>>| {
            let names = subtrees.iter().flatten().map(|subtree| &subtree.base);
            names.map(|name| constrained(name).unwrap_or_else(|| typed(name))).collect()
        };
        Self {
            permitted: list(&constraints.permitted_subtrees),
            excluded: list(&constraints.excluded_subtrees),
        }
    }
}

/// A name as `TYPE:value`, with the type names of RFC 5280's ASN.1 (and the short ones that everybody
/// writes where there are some).
fn typed(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(text) => format!("DNS:{}", name::printable(text)),
        GeneralName::URI(text) => format!("URI:{}", name::printable(text)),
        GeneralName::RFC822Name(text) => format!("email:{}", name::printable(text)),
        GeneralName::IPAddress(octets) => format!("IP:#{}", hex::encode(octets)),
        GeneralName::DirectoryName(directory) => format!("dirName:{}", name::rfc_4514(directory)),
        GeneralName::RegisteredID(oid) => format!("registeredID:{oid}"),
        GeneralName::OtherName(oid, value) => format!("otherName:{oid}=#{}", hex::encode(value)),
        GeneralName::X400Address(any) => format!("x400Address:#{}", hex::encode(any.data)),
        GeneralName::EDIPartyName(any) => format!("ediPartyName:#{}", hex::encode(any.data)),
        GeneralName::Invalid(tag, value) => format!("invalid:{}=#{}", tag.0, hex::encode(value)),
    }
}

/// An address with its mask, as only name constraints have it.
fn constrained(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::IPAddress(octets) => network(octets).map(|network| format!("IP:{network}")),
        _ => None,
    }
}

/// Whether an address has a length that no version of IP has, or another name is not of its type.
pub(super) fn is_malformed(name: &GeneralName<'_>) -> bool {
    match name {
        GeneralName::IPAddress(octets) => !matches!(octets.len(), 4 | 16),
        GeneralName::Invalid(..) => true,
        _ => false,
    }
}

/// The same for a name constraint, whose addresses have masks.
pub(super) fn is_malformed_constraint(name: &GeneralName<'_>) -> bool {
    match name {
        GeneralName::IPAddress(octets) => !matches!(octets.len(), 8 | 32),
        GeneralName::Invalid(..) => true,
        _ => false,
    }
}

fn address(octets: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        return Some(Ipv4Addr::from(v4).to_string());
    }
    <[u8; 16]>::try_from(octets).ok().map(|v6| Ipv6Addr::from(v6).to_string())
}

/// An address and its mask, as name constraints carry them: `10.0.0.0/8`, or with the mask written
/// out where it is no prefix.
fn network(octets: &[u8]) -> Option<String> {
    let (network, mask) = octets.split_at_checked(octets.len() / 2)?;
    let (network, mask_text) = (address(network)?, address(mask)?);
    let ones: u32 = mask.iter().map(|byte| byte.leading_ones()).sum();
    let set: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let is_prefix = ones == set && mask.windows(2).all(|pair| pair[0] == 0xff || pair[1] == 0);
    Some(if is_prefix { format!("{network}/{ones}") } else { format!("{network}/{mask_text}") })
}
