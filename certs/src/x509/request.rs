//! PKCS#10 certificate requests (RFC 2986).

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::cri_attributes::ParsedCriAttribute;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;

use super::{SubjectAltNames, name};

/// What a request asks for.
pub(crate) struct CertificateRequest {
    pub(crate) subject: String,
    pub(crate) sans: SubjectAltNames,
}

impl CertificateRequest {
    /// Reads one DER request. The signature (proof of possession) is not verified.
    pub(crate) fn parse(der: &[u8]) -> Option<Self> {
        let (rest, request) = X509CertificationRequest::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let info = &request.certification_request_info;
        let sans = info.iter_attributes().find_map(|attribute| match attribute.parsed_attribute() {
            ParsedCriAttribute::ExtensionRequest(requested) => {
                requested.extensions.iter().find_map(|extension| match extension.parsed_extension() {
                    ParsedExtension::SubjectAlternativeName(names) => {
                        Some(SubjectAltNames::read(&names.general_names))
                    }
                    _ => None,
                })
            }
            _ => None,
        });
        Some(Self { subject: name::rfc_4514(&info.subject), sans: sans.unwrap_or_default() })
    }
}
