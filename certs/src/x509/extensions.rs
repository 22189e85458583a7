//! Extensions (RFC 5280 section 4.2) as facts.

use x509_parser::extensions::{
    DistributionPointName, ExtendedKeyUsage, GeneralName, KeyUsage, ParsedExtension, X509Extension,
};

use super::{NameConstraints, SubjectAltNames, hex, name, oids};

/// What the extensions of a certificate or request say.
#[derive(Default)]
pub(super) struct Extensions {
    pub(super) sans: SubjectAltNames,
    pub(super) is_ca: bool,
    pub(super) path_length: Option<u32>,
    pub(super) key_usage: Vec<&'static str>,
    pub(super) extended_key_usage: Vec<String>,
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
        for (index, extension) in extensions.iter().enumerate() {
            if extensions.iter().take(index).any(|earlier| earlier.oid == extension.oid) {
                facts.note(extension, "it stands there twice (RFC 5280 section 4.2)");
                continue;
            }
            facts.take(extension);
        }
        facts
    }

    fn take(&mut self, extension: &X509Extension<'_>) {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => {
                self.sans = SubjectAltNames::read(&names.general_names);
                if names.general_names.iter().any(|name| matches!(name, GeneralName::Invalid(..))) {
                    self.note(extension, "a name in it is not of its type (RFC 5280 section 4.2.1.6)");
                }
            }
            ParsedExtension::BasicConstraints(constraints) => {
                self.is_ca = constraints.ca;
                self.path_length = constraints.path_len_constraint;
            }
            ParsedExtension::KeyUsage(usage) => self.key_usage = key_usage(*usage),
            ParsedExtension::ExtendedKeyUsage(usage) => self.extended_key_usage = extended_key_usage(usage),
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(hex::encode(id.0)),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| hex::encode(id.0));
            }
            ParsedExtension::NameConstraints(constraints) => {
                self.name_constraints = Some(NameConstraints::read(constraints));
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                for point in &points.points {
                    if let Some(DistributionPointName::FullName(names)) = &point.distribution_point {
                        self.crl_distribution_points.extend(names.iter().filter_map(uri));
                    }
                }
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                for description in access.iter() {
                    let addresses = match description.access_method.as_bytes() {
                        oids::OCSP => &mut self.ocsp,
                        oids::CA_ISSUERS => &mut self.ca_issuers,
                        _ => continue,
                    };
                    addresses.extend(uri(&description.access_location));
                }
            }
            ParsedExtension::ParseError { .. } => {
                self.note(extension, "its value is not what RFC 5280 defines");
            }
            ParsedExtension::UnsupportedExtension { .. } if extension.critical => {
                self.unknown_critical.push(extension.oid.to_id_string());
            }
            _ => {}
        }
    }

    fn note(&mut self, extension: &X509Extension<'_>, reason: &str) {
        self.malformed.push((extension.oid.to_id_string(), reason.to_owned()));
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

/// The words of section 4.2.1.12, then the dotted OIDs of what has none.
fn extended_key_usage(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    [
        (usage.any, "any"),
        (usage.server_auth, "server-auth"),
        (usage.client_auth, "client-auth"),
        (usage.code_signing, "code-signing"),
        (usage.email_protection, "email-protection"),
        (usage.time_stamping, "time-stamping"),
        (usage.ocsp_signing, "ocsp-signing"),
    ]
    .into_iter()
    .filter(|(present, _)| *present)
    .map(|(_, word)| word.to_owned())
    .chain(usage.other.iter().map(x509_parser::asn1_rs::Oid::to_id_string))
    .collect()
}
