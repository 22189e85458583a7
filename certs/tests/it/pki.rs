//! Certificate authorities that issue whatever a test needs. Nothing here is asserted.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use signet_certs::algorithms::{Algorithms, aws_lc_rs, rustcrypto};
use signet_certs::{
    Anchors, Certificate, Document, Failure, Finding, JudgeOptions, Margin, Path, Side, Trust, UnixTime,
    Usage, VerifyOptions,
};

/// 2026-11-24T12:00:00Z: the time at which tests judge.
pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_795_521_600);

pub(crate) const HOUR: i64 = 3600;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The SPIFFE ID of the leaves.
pub(crate) const HTTPBIN: &str = "spiffe://cluster.local/ns/foo/sa/httpbin";

/// A certificate with the key that belongs to it.
pub(crate) struct Authority {
    pub(crate) certificate: Arc<Certificate>,
    params: CertificateParams,
    key: KeyPair,
}

/// Parameters of a root or intermediate that was valid for the last ten years and will be for the
/// next ten.
pub(crate) fn ca(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    valid(&mut params, -3650 * DAY, 3650 * DAY);
    params
}

/// Parameters of a leaf as Istio's agents have it: issued an hour ago for a day, no subject.
pub(crate) fn leaf(uri: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.subject_alt_names = vec![uri_san(uri)];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    valid(&mut params, -HOUR, 23 * HOUR);
    params
}

pub(crate) fn uri_san(uri: &str) -> SanType {
    SanType::URI(uri.try_into().expect("an IA5String"))
}

/// Sets the validity, in seconds from [`NOW`].
pub(crate) fn valid(params: &mut CertificateParams, from: i64, to: i64) {
    let at = |offset: i64| {
        let seconds = u64::try_from(NOW.plus(offset).seconds()).expect("after 1970");
        date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds)
    };
    params.not_before = at(from);
    params.not_after = at(to);
}

impl Authority {
    pub(crate) fn root(name: &str) -> Self {
        Self::self_signed(ca(name))
    }

    pub(crate) fn self_signed(params: CertificateParams) -> Self {
        Self::with_key(params, KeyPair::generate().expect("a key"))
    }

    pub(crate) fn with_key(params: CertificateParams, key: KeyPair) -> Self {
        let certificate = parse(params.self_signed(&key).expect("a certificate").der());
        Self { certificate, params, key }
    }

    /// The same name with another key, as after a CA was renewed with a new one.
    pub(crate) fn namesake(&self) -> Self {
        Self::self_signed(self.params.clone())
    }

    /// The same name and key with other parameters.
    pub(crate) fn renewed(&self, params: &CertificateParams) -> Arc<Certificate> {
        parse(params.self_signed(&self.key).expect("a certificate").der())
    }

    pub(crate) fn intermediate(&self, name: &str) -> Self {
        self.sub(ca(name))
    }

    pub(crate) fn sub(&self, params: CertificateParams) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = self.certify(&params, &key);
        Self { certificate, params, key }
    }

    pub(crate) fn issue(&self, params: &CertificateParams) -> Arc<Certificate> {
        self.certify(params, &KeyPair::generate().expect("a key"))
    }

    pub(crate) fn key(&self) -> &KeyPair {
        &self.key
    }

    /// A certificate for the name and key of `other`, as when one CA vouches for another.
    pub(crate) fn cross_sign(&self, other: &Self) -> Arc<Certificate> {
        self.certify(&other.params, &other.key)
    }

    pub(crate) fn certify(&self, params: &CertificateParams, key: &KeyPair) -> Arc<Certificate> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        parse(params.signed_by(key, &issuer).expect("a certificate").der())
    }
}

/// The certificates as PEM, one after the other.
pub(crate) fn pem(certificates: &[&Arc<Certificate>]) -> String {
    certificates.iter().map(|one| signet_certs::formats::pem::encode("CERTIFICATE", one.der())).collect()
}

pub(crate) fn algorithms() -> Algorithms<'static> {
    aws_lc_rs()
}

/// The verdict, which is the same with either cryptography.
#[expect(clippy::result_large_err, reason = "the crate's own type")]
pub(crate) fn verify(
    leaf: &Arc<Certificate>,
    intermediates: &[Arc<Certificate>],
    anchors: &Anchors,
    options: &VerifyOptions<'_>,
) -> Result<Path, Failure> {
    let [native, pure] = [aws_lc_rs(), rustcrypto()].map(|algorithms| {
        signet_certs::verify(leaf, intermediates, anchors, &VerifyOptions { algorithms, ..*options })
    });
    assert_eq!(native, pure);
    native
}

/// The findings, which are the same with either cryptography.
pub(crate) fn judge(document: &Document, options: &JudgeOptions<'_>) -> Vec<Finding> {
    let [native, pure] = [aws_lc_rs(), rustcrypto()]
        .map(|algorithms| signet_certs::judge(document, &JudgeOptions { algorithms, ..*options }));
    assert_eq!(native, pure);
    native
}

/// Whether the two sides trust each other at [`NOW`], the same with either cryptography.
pub(crate) fn trust(client: Side<'_>, server: Side<'_>) -> Trust {
    let [native, pure] =
        [aws_lc_rs(), rustcrypto()].map(|algorithms| signet_certs::trust(client, server, NOW, algorithms));
    assert_eq!(native, pure);
    native
}

/// Verify at [`NOW`] for any usage and name.
pub(crate) fn any() -> VerifyOptions<'static> {
    VerifyOptions { at: NOW, usage: Usage::Any, name: None, algorithms: algorithms() }
}

/// Judge at [`NOW`] with the usual share of a tenth.
pub(crate) fn judging(anchors: &[Arc<Certificate>]) -> JudgeOptions<'_> {
    JudgeOptions { now: NOW, warn: Margin::Share(0.1), anchors, algorithms: algorithms() }
}

fn parse(der: &[u8]) -> Arc<Certificate> {
    Arc::new(Certificate::parse(der).expect("rcgen writes valid certificates"))
}
