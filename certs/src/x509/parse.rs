//! DER to [`Certificate`], every fact at once.

use std::borrow::Cow;
use std::sync::Arc;

use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::error::X509Error;
use x509_parser::nom::{Err, Parser};

use super::certificate::{Layout, Part};
use super::extensions::Extensions;
use super::{Certificate, Fingerprint, PublicKey, der, hex, name, oids};
use crate::UnixTime;

/// Why bytes are no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// It ends before its own lengths say so.
    #[error("it is cut off: its lengths promise more bytes than there are")]
    CutOff,
    /// The structure is not RFC 5280's.
    #[error("it is no X.509 certificate: {part} (RFC 5280 section 4.1)")]
    Structure {
        /// The part that is wrong.
        part: &'static str,
    },
    /// Larger than any certificate is.
    #[error("it has {bytes} bytes; a certificate of more than {limit} is refused by every peer")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Something follows the certificate.
    #[error("{bytes} bytes follow the certificate")]
    TrailingBytes {
        /// How many.
        bytes: usize,
    },
}

/// Bytes of a certificate: those with post-quantum keys and signatures have some ten thousand, and TLS
/// libraries stop below this.
const LARGEST: usize = 1 << 20;

impl Certificate {
    /// Reads one DER certificate, with nothing before or after it.
    ///
    /// An extension that is malformed does not fail this: it is noted in
    /// [`malformed_extensions`](Self::malformed_extensions), and the other facts are there.
    pub fn parse(der: &[u8]) -> Result<Self, ParseError> {
        if der.len() > LARGEST {
            return Err(ParseError::TooLarge { bytes: der.len(), limit: LARGEST });
        }
        let (rest, parsed) = X509CertificateParser::new()
            .with_deep_parse_extensions(false)
            .parse(der)
            .map_err(|error| reason(&error, der))?;
        if !rest.is_empty() {
            return Err(ParseError::TrailingBytes { bytes: rest.len() });
        }
        let layout = layout(der, &parsed)?;
        let tbs = &parsed.tbs_certificate;
        let extensions = Extensions::read(tbs.extensions());
        Ok(Self {
            version: tbs.version.0.saturating_add(1),
            serial_number: serial(tbs.raw_serial()),
            subject: name::rfc_4514(&tbs.subject),
            issuer: name::rfc_4514(&tbs.issuer),
            not_before: UnixTime::from_seconds(tbs.validity.not_before.timestamp()),
            not_after: UnixTime::from_seconds(tbs.validity.not_after.timestamp()),
            sans: extensions.sans,
            is_ca: extensions.is_ca,
            path_length: extensions.path_length,
            key_usage: extensions.key_usage,
            extended_key_usage: extensions.extended_key_usage,
            public_key: PublicKey::read(&tbs.subject_pki),
            signature_algorithm: algorithm(&parsed),
            subject_key_id: extensions.subject_key_id,
            authority_key_id: extensions.authority_key_id,
            name_constraints: extensions.name_constraints,
            crl_distribution_points: extensions.crl_distribution_points,
            ocsp: extensions.ocsp,
            ca_issuers: extensions.ca_issuers,
            unknown_critical_extensions: extensions.unknown_critical,
            malformed_extensions: extensions.malformed,
            fingerprint: Fingerprint::of(der),
            der: Arc::from(der),
            layout,
        })
    }
}

/// The serial number's octets without the one that only carries the sign (section 4.1.2.2).
fn serial(octets: &[u8]) -> String {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    hex::encode(octets.get(zeros.min(octets.len().saturating_sub(1))..).unwrap_or_default())
}

fn algorithm(parsed: &X509Certificate<'_>) -> Cow<'static, str> {
    let oid = &parsed.signature_algorithm.algorithm;
    oids::signature_algorithm(oid.as_bytes()).map_or_else(|| oid.to_id_string().into(), Cow::Borrowed)
}

fn layout(der: &[u8], parsed: &X509Certificate<'_>) -> Result<Layout, ParseError> {
    let tbs = &parsed.tbs_certificate;
    let (whole, _) = der::expect(der::SEQUENCE, der).ok_or(ParseError::CutOff)?;
    let part = "its signature is malformed";
    let (_, after_tbs) = der::read(whole).ok_or(ParseError::Structure { part })?;
    let (signature_algorithm, _) =
        der::expect(der::SEQUENCE, after_tbs).ok_or(ParseError::Structure { part })?;
    let part = "its public key is malformed";
    let (key, _) = der::expect(der::SEQUENCE, tbs.subject_pki.raw).ok_or(ParseError::Structure { part })?;
    let (key_algorithm, _) = der::expect(der::SEQUENCE, key).ok_or(ParseError::Structure { part })?;
    Ok(Layout {
        signed: Part::of(der, tbs.as_ref()),
        issuer: Part::of(der, tbs.issuer.as_raw()),
        subject: Part::of(der, tbs.subject.as_raw()),
        public_key_algorithm: Part::of(der, key_algorithm),
        public_key_bits: Part::of(der, &tbs.subject_pki.subject_public_key.data),
        signature_algorithm: Part::of(der, signature_algorithm),
        signature: Part::of(der, &parsed.signature_value.data),
    })
}

fn reason(error: &Err<X509Error>, der: &[u8]) -> ParseError {
    if der.first() == Some(&der::SEQUENCE) && der::read(der).is_none() {
        return ParseError::CutOff;
    }
    let part = match error {
        Err::Incomplete(_) => return ParseError::CutOff,
        Err::Error(error) | Err::Failure(error) => match error {
            X509Error::InvalidVersion => "its version is none of 1, 2 and 3",
            X509Error::InvalidSerial => "its serial number is no INTEGER",
            X509Error::InvalidAlgorithmIdentifier => "an algorithm identifier is malformed",
            X509Error::InvalidX509Name => "its issuer or subject is no Name",
            X509Error::InvalidDate => "its validity holds no valid times",
            X509Error::InvalidSPKI => "its public key is malformed",
            X509Error::InvalidExtensions | X509Error::DuplicateExtensions => {
                "its list of extensions is malformed"
            }
            X509Error::InvalidSignatureValue => "its signature is malformed",
            _ => "its DER is not a certificate's",
        },
    };
    ParseError::Structure { part }
}
