//! A certificate as it is printed everywhere.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::chain::Role;
use crate::x509::{self, NameConstraints, PublicKey, SubjectAltNames};
use crate::{Fingerprint, SpiffeId, UnixTime};

/// A certificate's facts, in the order in which they are printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Its place in the chain.
    pub role: Role,
    /// RFC 4514 form.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub subject: String,
    /// RFC 4514 form.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub issuer: String,
    /// Lower-case hexadecimal without sign.
    pub serial_number: String,
    /// 1, 2 or 3.
    pub version: u32,
    /// The first second in which it is valid.
    pub not_before: UnixTime,
    /// The last second in which it is valid.
    pub not_after: UnixTime,
    /// The life it was given.
    pub lifetime_seconds: i64,
    /// What remains of it; negative once expired.
    pub remaining_seconds: i64,
    /// Subject alternative names by type.
    pub sans: SubjectAltNames,
    /// Its SPIFFE ID, when it has exactly one URI SAN and that is a valid one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub spiffe_id: Option<SpiffeId>,
    /// basicConstraints cA.
    pub is_ca: bool,
    /// basicConstraints pathLenConstraint.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path_length: Option<u32>,
    /// keyUsage words.
    pub key_usage: Vec<String>,
    /// extKeyUsage words or OIDs.
    pub extended_key_usage: Vec<Cow<'static, str>>,
    /// The key that it certifies.
    pub public_key: PublicKey,
    /// The algorithm of its signature.
    pub signature_algorithm: Cow<'static, str>,
    /// subjectKeyIdentifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject_key_id: Option<String>,
    /// authorityKeyIdentifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authority_key_id: Option<String>,
    /// nameConstraints.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name_constraints: Option<NameConstraints>,
    /// Addresses of the CRL distribution points.
    pub crl_distribution_points: Vec<String>,
    /// Addresses of OCSP responders.
    pub ocsp: Vec<String>,
    /// Addresses of issuer certificates.
    pub ca_issuers: Vec<String>,
    /// OIDs of critical extensions that no rule understands.
    pub unknown_critical_extensions: Vec<String>,
    /// SHA-256 of the DER.
    pub fingerprint_sha256: Fingerprint,
    /// Issuer and subject are the same name.
    pub self_signed: bool,
    /// The certificate as PEM, only when asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pem: Option<String>,
}

impl Certificate {
    /// The report of `certificate` at `now`.
    pub fn new(certificate: &x509::Certificate, now: UnixTime) -> Self {
        Self {
            role: Role::of(certificate),
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            serial_number: certificate.serial_number.clone(),
            version: certificate.version,
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            lifetime_seconds: certificate.lifetime_seconds(),
            remaining_seconds: certificate.not_after.since(now),
            sans: certificate.sans.clone(),
            spiffe_id: certificate.spiffe_id(),
            is_ca: certificate.is_ca,
            path_length: certificate.path_length,
            key_usage: certificate.key_usage.iter().map(|word| (*word).to_owned()).collect(),
            extended_key_usage: certificate.extended_key_usage.clone(),
            public_key: certificate.public_key.clone(),
            signature_algorithm: certificate.signature_algorithm.clone(),
            subject_key_id: certificate.subject_key_id.clone(),
            authority_key_id: certificate.authority_key_id.clone(),
            name_constraints: certificate.name_constraints.clone(),
            crl_distribution_points: certificate.crl_distribution_points.clone(),
            ocsp: certificate.ocsp.clone(),
            ca_issuers: certificate.ca_issuers.clone(),
            unknown_critical_extensions: certificate.unknown_critical_extensions.clone(),
            fingerprint_sha256: certificate.fingerprint,
            self_signed: certificate.is_self_issued(),
            pem: None,
        }
    }

    /// The same report with the certificate itself as PEM.
    #[must_use]
    pub fn with_pem(mut self, certificate: &x509::Certificate) -> Self {
        self.pem = Some(crate::formats::pem::encode("CERTIFICATE", certificate.der()));
        self
    }
}
