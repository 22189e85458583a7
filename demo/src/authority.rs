//! Certificate authorities that really issue.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyUsagePurpose, SanType, SerialNumber, date_time_ymd,
};
use signet_certs::UnixTime;
use signet_certs::formats::pem;

use crate::seed::{Key, Seed};

const DAY: i64 = 86_400;

/// A certificate authority: its key, its own certificate and those above it.
pub(crate) struct Authority {
    seed: Seed,
    issuer: Issuer<'static, Key>,
    /// Its own certificate as DER, then its issuer's, up to the root.
    chain: Vec<Vec<u8>>,
    /// What leaves carry as subject: nothing from Istio, `O=SPIRE` from SPIRE.
    leaf_subject: Name,
    /// Whether workloads are given the root at the end of their chain, as Istio's CA does.
    serves_root: bool,
}

/// A distinguished name as RFC 4514 attributes in the order of the certificate.
pub(crate) type Name = &'static [(DnType, &'static str)];

/// The certificate that a workload asks for.
pub(crate) struct Request<'a> {
    /// Its identity.
    pub spiffe_id: &'a str,
    /// From when on.
    pub not_before: UnixTime,
    /// How long, in seconds.
    pub life: i64,
    /// Tells this certificate from every other that the same workload gets.
    pub label: &'a str,
}

impl Authority {
    /// A root that began its ten years a year before `start`.
    pub(crate) fn root(seed: Seed, label: &str, name: Name, start: UnixTime) -> Self {
        let key = seed.key(&format!("authority {label}"));
        let serial = seed.serial(&format!("authority {label}"));
        let params = ca_params(name, &key, serial, start.plus(-365 * DAY), 3650 * DAY, None);
        let der = built(params.self_signed(&key));
        Self {
            seed,
            issuer: Issuer::new(params, key),
            chain: vec![der],
            leaf_subject: &[],
            serves_root: true,
        }
    }

    /// An intermediate below this one, good for `days` from thirty days before `start`.
    pub(crate) fn intermediate(&self, label: &str, name: Name, start: UnixTime, days: i64) -> Self {
        let key = self.seed.key(&format!("authority {label}"));
        let serial = self.seed.serial(&format!("authority {label}"));
        let params = ca_params(name, &key, serial, start.plus(-30 * DAY), days * DAY, Some(0));
        let der = built(params.signed_by(&key, &self.issuer));
        let chain = std::iter::once(der).chain(self.chain.iter().cloned()).collect();
        Self {
            seed: self.seed,
            issuer: Issuer::new(params, key),
            chain,
            leaf_subject: self.leaf_subject,
            serves_root: self.serves_root,
        }
    }

    /// The same authority as a SPIRE server: subjects in leaves, the root only in the bundle.
    pub(crate) fn into_spire(mut self) -> Self {
        self.leaf_subject = &[(DnType::CountryName, "US"), (DnType::OrganizationName, "SPIRE")];
        self.serves_root = false;
        self
    }

    /// Issues a leaf: the chain that the workload is given, as PEM, leaf first.
    pub(crate) fn issue(&self, request: &Request<'_>) -> String {
        let key = self.seed.key(request.label);
        let mut params = CertificateParams::default();
        params.distinguished_name = distinguished_name(self.leaf_subject);
        params.serial_number = Some(SerialNumber::from_slice(&self.seed.serial(request.label)));
        params.key_identifier_method = KeyIdMethod::PreSpecified(key.identifier());
        set_validity(&mut params, request.not_before, request.life);
        // Names in the scenario are ASCII; anything else leaves the leaf without a name, which shows.
        params.subject_alt_names = request.spiffe_id.try_into().map(SanType::URI).into_iter().collect();
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        let leaf = built(params.signed_by(&key, &self.issuer));
        let above = if self.serves_root { self.chain.as_slice() } else { self.intermediates() };
        std::iter::once(&leaf).chain(above).map(|der| pem::encode("CERTIFICATE", der)).collect()
    }

    /// Its own certificate, as PEM.
    pub(crate) fn own_pem(&self) -> String {
        self.chain.first().map(|der| pem::encode("CERTIFICATE", der)).unwrap_or_default()
    }

    /// The root, as PEM.
    pub(crate) fn root_pem(&self) -> String {
        self.chain.last().map(|der| pem::encode("CERTIFICATE", der)).unwrap_or_default()
    }

    fn intermediates(&self) -> &[Vec<u8>] {
        self.chain.split_last().map_or(&[], |(_, below)| below)
    }
}

fn ca_params(
    name: Name,
    key: &Key,
    serial: Vec<u8>,
    not_before: UnixTime,
    life: i64,
    path_length: Option<u8>,
) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name(name);
    params.serial_number = Some(serial.into());
    params.key_identifier_method = KeyIdMethod::PreSpecified(key.identifier());
    set_validity(&mut params, not_before, life);
    params.is_ca =
        IsCa::Ca(path_length.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params
}

fn distinguished_name(name: Name) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    for (attribute, value) in name {
        distinguished.push(attribute.clone(), *value);
    }
    distinguished
}

/// Times before 1970 become 1970: no demo starts there.
fn set_validity(params: &mut CertificateParams, not_before: UnixTime, life: i64) {
    let offset = |time: UnixTime| Duration::from_secs(u64::try_from(time.seconds()).unwrap_or_default());
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + offset(not_before);
    params.not_after = epoch + offset(not_before.plus(life));
}

/// rcgen fails where a key refuses to sign, a serial number is missing or a distribution point is empty.
#[expect(clippy::expect_used, reason = "our keys sign, serials are given, there are no distribution points")]
fn built(certificate: Result<rcgen::Certificate, rcgen::Error>) -> Vec<u8> {
    certificate.expect("rcgen writes what it was given whole").der().to_vec()
}
