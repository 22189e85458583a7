//! Certificate authorities of the testbed, and what they issue.

use std::fs::{self, File};
use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
    PKCS_RSA_SHA256, PublicKeyData, RsaKeySize, SanType,
};

use super::Failure;

/// How long an authority lives: longer than a test, short enough that a stray one is no danger.
const AUTHORITY_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// How long what was requested lives, as Istio's agent wishes it.
const REQUESTED_LIFETIME: Duration = Duration::from_hours(24);
/// How far back certificates begin, for programs whose clocks or roundings differ.
const BACKDATED: Duration = Duration::from_mins(1);

/// The kind of an authority's key. Leaves always have a P-256 key, as Istio's agent makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256, signing with SHA-256.
    P256,
    /// ECDSA on P-384, signing with SHA-384.
    P384,
    /// RSA of 2048 bits, signing with SHA-256.
    Rsa2048,
}

/// A certificate authority with its key.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// The PEM of what must be served after a leaf of this authority: its own certificate and those
    /// above it, without the root.
    above: String,
}

/// A leaf with its key, as a server or client presents itself.
pub struct Identity {
    /// PEM: the leaf, then its intermediates.
    pub chain: String,
    /// PEM: the private key (PKCS#8).
    pub key: String,
}

impl Authority {
    /// A self-signed authority.
    pub fn root(common_name: &str, kind: KeyKind) -> Result<Self, Failure> {
        let issuer = CertifiedIssuer::self_signed(authority(common_name), generate(kind)?)?;
        Ok(Self { issuer, above: String::new() })
    }

    /// An authority below this one.
    pub fn intermediate(&self, common_name: &str, kind: KeyKind) -> Result<Self, Failure> {
        let issuer = CertifiedIssuer::signed_by(authority(common_name), generate(kind)?, &self.issuer)?;
        let above = format!("{}{}", pem("CERTIFICATE", issuer.der()), self.above);
        Ok(Self { issuer, above })
    }

    /// Its own certificate, PEM.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", self.issuer.der())
    }

    /// A certificate for a server at these DNS names and addresses.
    pub fn server(&self, names: &[&str], addresses: &[IpAddr]) -> Result<Identity, Failure> {
        let mut leaf = leaf(AUTHORITY_LIFETIME);
        leaf.distinguished_name.push(DnType::CommonName, names.first().copied().unwrap_or("server"));
        for name in names {
            leaf.subject_alt_names.push(SanType::DnsName((*name).try_into()?));
        }
        leaf.subject_alt_names.extend(addresses.iter().copied().map(SanType::IpAddress));
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(&leaf)
    }

    /// A certificate for a client that Kubernetes knows by user name and group.
    pub fn client(&self, user: &str, group: &str) -> Result<Identity, Failure> {
        let mut leaf = leaf(AUTHORITY_LIFETIME);
        leaf.distinguished_name.push(DnType::OrganizationName, group);
        leaf.distinguished_name.push(DnType::CommonName, user);
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&leaf)
    }

    /// An X509-SVID: no subject, the SPIFFE ID as its one URI SAN, for both ends of a connection.
    pub fn workload(&self, spiffe_id: &str, lifetime: Duration) -> Result<Identity, Failure> {
        let mut leaf = leaf(lifetime);
        leaf.subject_alt_names = vec![SanType::URI(spiffe_id.try_into()?)];
        leaf.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&leaf)
    }

    /// Signs what a request (PEM, PKCS#10) asks for, for a day, as a server and client. Gives the chain as
    /// PEM, without the root.
    ///
    /// # Errors
    /// When the request is none, or asks for what this does not know.
    pub fn sign(&self, request: &str) -> Result<String, Failure> {
        let (base64, _) = request
            .split_once("REQUEST-----")
            .and_then(|(_, rest)| rest.split_once("-----END"))
            .ok_or(rcgen::Error::CouldNotParseCertificationRequest)?;
        let base64: String = base64.split_whitespace().collect();
        let der = STANDARD.decode(base64).map_err(|_| rcgen::Error::CouldNotParseCertificationRequest)?;
        let mut request = CertificateSigningRequestParams::from_der(&der.into())?;
        let leaf = leaf(REQUESTED_LIFETIME);
        request.params.not_before = leaf.not_before;
        request.params.not_after = leaf.not_after;
        request.params.key_usages = leaf.key_usages;
        request.params.is_ca = leaf.is_ca;
        request.params.use_authority_key_identifier_extension = true;
        request.params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = request.signed_by(&self.issuer)?;
        Ok(format!("{}{}", pem("CERTIFICATE", certificate.der()), self.above))
    }

    fn issue(&self, leaf: &CertificateParams) -> Result<Identity, Failure> {
        let key = generate(KeyKind::P256)?;
        let certificate = leaf.signed_by(&key, &self.issuer)?;
        Ok(Identity {
            chain: format!("{}{}", pem("CERTIFICATE", certificate.der()), self.above),
            key: pem("PRIVATE KEY", key.serialized_der()),
        })
    }
}

impl Identity {
    /// Writes `NAME.crt` and `NAME.key` into a folder.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), Failure> {
        let chain = folder.join(format!("{name}.crt"));
        fs::write(&chain, &self.chain).map_err(Failure::file(&chain))?;
        write_private(&folder.join(format!("{name}.key")), &self.key)
    }
}

/// Makes the keys that tokens of service accounts are signed and verified with: `NAME.key` and `NAME.pub`.
pub(crate) fn write_token_keys(folder: &Path, name: &str) -> Result<(), Failure> {
    let key = generate(KeyKind::P256)?;
    write_private(&folder.join(format!("{name}.key")), &pem("PRIVATE KEY", key.serialized_der()))?;
    let public = folder.join(format!("{name}.pub"));
    fs::write(&public, pem("PUBLIC KEY", &key.subject_public_key_info())).map_err(Failure::file(&public))
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(Failure::file(path))
}

fn generate(kind: KeyKind) -> Result<KeyPair, Failure> {
    Ok(match kind {
        KeyKind::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
        KeyKind::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?,
        KeyKind::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?,
    })
}

fn authority(common_name: &str) -> CertificateParams {
    let mut authority = valid_for(AUTHORITY_LIFETIME);
    authority.distinguished_name.push(DnType::OrganizationName, "signet testbed");
    authority.distinguished_name.push(DnType::CommonName, common_name);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.use_authority_key_identifier_extension = true;
    authority
}

fn leaf(lifetime: Duration) -> CertificateParams {
    let mut leaf = valid_for(lifetime);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    leaf.is_ca = IsCa::ExplicitNoCa;
    leaf.use_authority_key_identifier_extension = true;
    leaf
}

/// RFC 7468. rcgen would do it with a second version of base64.
fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    // 48 bytes are the 64 letters that a line has.
    for line in der.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text + "-----END " + label + "-----\n"
}

/// Nothing but a validity, from a minute ago.
fn valid_for(lifetime: Duration) -> CertificateParams {
    // A clock before 1970 is no clock; then the certificates say so by being expired.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = epoch + now.saturating_sub(BACKDATED);
    params.not_after = epoch + now + lifetime;
    params
}
