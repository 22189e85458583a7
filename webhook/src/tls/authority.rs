//! The webhook's own certificate authority and what it issues.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use signet_certs::formats::pem;
use signet_certs::{Certificate, Limits, UnixTime, read};

const DAY: i64 = 86_400;
const CA_LIFE: i64 = 3650 * DAY;
const SERVING_LIFE: i64 = 90 * DAY;
/// Clocks of a cluster differ by a little.
const SKEW: i64 = 300;
/// A new authority has a new key, and so a new key identifier; the name may stay.
const NAME: &str = "signet-webhook";

/// A certificate authority with its key.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub(super) certificate: String,
}

/// A certificate and its key, as PEM.
pub(super) struct Issued {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Authority {
    /// A new one, good for ten years from `now`.
    pub(super) fn new(now: UnixTime) -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let params = ca_params(now);
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            issuer: Issuer::new(params, key),
            certificate: pem::encode("CERTIFICATE", certificate.der()),
        })
    }

    /// The one that was written down as PEM. Nothing when the key is not the certificate's, when it is
    /// no CA, or when it is past two thirds of its life: then it is time for a new one.
    pub(super) fn read(certificate: &str, key: &str, now: UnixTime) -> Option<Self> {
        let facts = first_certificate(certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).ok()?;
        let key = KeyPair::try_from(&key).ok()?;
        let is_ours = facts.is_ca && facts.public_key_bits() == key.public_key_raw();
        if !is_ours || is_due(&facts, now) {
            return None;
        }
        let certificate = pem::encode("CERTIFICATE", facts.der());
        Some(Self { issuer: Issuer::new(ca_params(now), key), certificate })
    }

    /// Issues a serving certificate for DNS names and IP addresses, good for ninety days.
    pub(super) fn issue(&self, names: &BTreeSet<String>, now: UnixTime) -> Result<Issued, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        set_validity(&mut params, now, SERVING_LIFE);
        for name in names {
            params.subject_alt_names.push(match name.parse::<IpAddr>() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(name.as_str().try_into()?),
            });
        }
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Issued {
            certificate: pem::encode("CERTIFICATE", certificate.der()),
            key: pem::encode("PRIVATE KEY", key.serialized_der()),
        })
    }

    /// Its key as PEM, to be kept in the Secret.
    pub(super) fn key_pem(&self) -> String {
        pem::encode("PRIVATE KEY", self.issuer.key().serialized_der())
    }
}

/// Whether two thirds of its life are over, or it has not begun: time for a new one.
pub(super) fn is_due(certificate: &Certificate, now: UnixTime) -> bool {
    now < certificate.not_before || now > renewal_of(certificate)
}

/// When two thirds of its life are over.
pub(super) fn renewal_of(certificate: &Certificate) -> UnixTime {
    certificate.not_before.plus(certificate.lifetime_seconds() / 3 * 2)
}

/// The first certificate of some PEM.
pub(super) fn first_certificate(pem: &str) -> Option<std::sync::Arc<Certificate>> {
    let documents = read(pem.as_bytes(), &Limits::default()).ok()?;
    documents.iter().flat_map(signet_certs::Document::certificates).next().cloned()
}

fn ca_params(now: UnixTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, NAME);
    set_validity(&mut params, now, CA_LIFE);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn set_validity(params: &mut CertificateParams, now: UnixTime, life: i64) {
    let offset = |time: UnixTime| Duration::from_secs(u64::try_from(time.seconds()).unwrap_or_default());
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + offset(now.plus(-SKEW));
    params.not_after = epoch + offset(now.plus(life));
}
