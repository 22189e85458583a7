//! Extensions (RFC 5280 section 4.2) as facts.

use std::borrow::Cow;
use std::collections::BTreeSet;

use x509_parser::error::X509Error;
use x509_parser::extensions::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CRLDistributionPoints,
    DistributionPointName, GeneralName, KeyIdentifier, KeyUsage, SubjectAlternativeName, X509Extension,
};
use x509_parser::prelude::FromDer;

use super::general_names::{is_malformed, is_malformed_constraint};
use super::{NameConstraints, SubjectAltNames, der, hex, name, oids};

/// What the extensions of a certificate or request say.
#[derive(Default)]
pub(super) struct Extensions {
    pub(super) sans: SubjectAltNames,
    pub(super) is_ca: bool,
    pub(super) path_length: Option<u32>,
    pub(super) key_usage: Vec<&'static str>,
    pub(super) extended_key_usage: Vec<Cow<'static, str>>,
    pub(super) subject_key_id: Option<String>,
    pub(super) authority_key_id: Option<String>,
    pub(super) name_constraints: Option<NameConstraints>,
    pub(super) crl_distribution_points: Vec<String>,
    pub(super) ocsp: Vec<String>,
    pub(super) ca_issuers: Vec<String>,
    pub(super) unknown_critical: Vec<String>,
    pub(super) malformed: Vec<(String, String)>,
}

impl Extensions {
    /// Reads all of them. One that is malformed, or stands there twice, is noted and does not hide
    /// the others.
    pub(super) fn read(extensions: &[X509Extension<'_>]) -> Self {
        let mut facts = Self::default();
        let mut earlier = BTreeSet::new();
        for extension in extensions {
            if !earlier.insert(extension.oid.as_bytes()) {
                facts.note(extension, "it stands there twice (RFC 5280 section 4.2)");
                continue;
            }
            if let Err(Malformed(reason)) = facts.take(extension) {
                facts.note(extension, reason);
            }
        }
        facts
    }

    /// Reads one, by its OID as encoded. Those that say nothing which is shown or judged (policies,
    /// freshest CRL, …) are known, and passed over.
    fn take(&mut self, extension: &X509Extension<'_>) -> Result<(), Malformed> {
        let value = extension.value;
        match extension.oid.as_bytes() {
            // id-ce, 2.5.29: the last octet is the last arc.
            [0x55, 0x1d, arc] => match arc {
                14 => self.subject_key_id = Some(hex::encode(whole::<KeyIdentifier<'_>>(value)?.0)),
                15 => {
                    self.key_usage = key_usage(whole(value)?);
                    if self.key_usage.is_empty() {
                        return Err(Malformed("it allows nothing (RFC 5280 section 4.2.1.3)"));
                    }
                }
                17 => {
                    let names = whole::<SubjectAlternativeName<'_>>(value)?.general_names;
                    self.sans = SubjectAltNames::read(&names);
                    if names.iter().any(is_malformed) {
                        return Err(Malformed("a name in it is not of its type (RFC 5280 section 4.2.1.6)"));
                    }
                }
                19 => {
                    let constraints: BasicConstraints = whole(value)?;
                    (self.is_ca, self.path_length) = (constraints.ca, constraints.path_len_constraint);
                }
                30 => {
                    let constraints = whole::<x509_parser::extensions::NameConstraints<'_>>(value)?;
                    self.name_constraints = Some(NameConstraints::read(&constraints));
                    let lists = [&constraints.permitted_subtrees, &constraints.excluded_subtrees];
                    let mut names = lists.into_iter().flatten().flatten().map(|subtree| &subtree.base);
                    if names.any(is_malformed_constraint) {
                        return Err(Malformed("a name in it is not of its type (RFC 5280 section 4.2.1.10)"));
                    }
                }
                31 => {
                    for point in &whole::<CRLDistributionPoints<'_>>(value)?.points {
                        if let Some(DistributionPointName::FullName(names)) = &point.distribution_point {
                            self.crl_distribution_points.extend(names.iter().filter_map(uri));
                        }
                    }
                }
                35 => {
                    let id: AuthorityKeyIdentifier<'_> = whole(value)?;
                    self.authority_key_id = id.key_identifier.map(|id| hex::encode(id.0));
                }
                37 => self.extended_key_usage = extended_key_usage(value)?,
                9 | 18 | 32 | 33 | 36 | 46 | 54 => {}
                _ => self.unknown(extension),
            },
            oids::AUTHORITY_INFO_ACCESS => {
                for description in whole::<AuthorityInfoAccess<'_>>(value)?.iter() {
                    let addresses = match description.access_method.as_bytes() {
                        oids::OCSP => &mut self.ocsp,
                        oids::CA_ISSUERS => &mut self.ca_issuers,
                        _ => continue,
                    };
                    addresses.extend(uri(&description.access_location));
                }
            }
            _ => self.unknown(extension),
        }
        Ok(())
    }

    fn unknown(&mut self, extension: &X509Extension<'_>) {
        if extension.critical {
            self.unknown_critical.push(extension.oid.to_id_string());
        }
    }

    fn note(&mut self, extension: &X509Extension<'_>, reason: &str) {
        self.malformed.push((extension.oid.to_id_string(), reason.to_owned()));
    }
}

/// Why an extension is malformed.
struct Malformed(&'static str);

const NOT_ITS_TYPE: Malformed = Malformed("its value is not what RFC 5280 defines");

/// A value that is one element from its first byte to its last.
fn whole<'a, T: FromDer<'a, X509Error>>(value: &'a [u8]) -> Result<T, Malformed> {
    match T::from_der(value) {
        Ok(([], parsed)) => Ok(parsed),
        _ => Err(NOT_ITS_TYPE),
    }
}

fn uri(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(text) => Some(name::printable(text)),
        _ => None,
    }
}

/// The words of section 4.2.1.3, in the order of the bits.
fn key_usage(usage: KeyUsage) -> Vec<&'static str> {
    const WORDS: [&str; 9] = [
        "digital-signature",
        "non-repudiation",
        "key-encipherment",
        "data-encipherment",
        "key-agreement",
        "key-cert-sign",
        "crl-sign",
        "encipher-only",
        "decipher-only",
    ];
    WORDS.iter().enumerate().filter(|(bit, _)| usage.flags >> bit & 1 == 1).map(|(_, word)| *word).collect()
}

/// The words of section 4.2.1.12, or the dotted OIDs of what has none, in the order of the extension.
fn extended_key_usage(value: &[u8]) -> Result<Vec<Cow<'static, str>>, Malformed> {
    let Some((mut rest, [])) = der::expect(der::SEQUENCE, value) else { return Err(NOT_ITS_TYPE) };
    if rest.is_empty() {
        return Err(Malformed("it names no purpose (RFC 5280 section 4.2.1.12)"));
    }
    let mut words = Vec::with_capacity(2);
    while !rest.is_empty() {
        let (oid, after) = der::expect(der::OBJECT_IDENTIFIER, rest).ok_or(NOT_ITS_TYPE)?;
        words.push(oids::key_purpose(oid).map_or_else(|| oids::dotted(oid).into(), Cow::Borrowed));
        rest = after;
    }
    Ok(words)
}
