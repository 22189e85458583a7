//! Leaves as Istio's agents get them, as many as a measurement needs.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, SanType, date_time_ymd,
};
use signet_certs::formats::pem;

/// Inside the life of all that is issued here, and before it is due to be renewed.
pub const NOW: &str = "2026-11-24T09:00:00Z";

/// A root, an intermediate that it issued, and the leaves that the intermediate issues.
pub struct Signer {
    name: String,
    root: Vec<u8>,
    intermediate: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
    /// All leaves have one: what they are measured for does not depend on it.
    key: KeyPair,
}

impl Signer {
    /// A signer with keys on P-256.
    pub fn ecdsa(name: &str) -> Self {
        Self::new(name, || KeyPair::generate().expect("a key"))
    }

    /// A signer with RSA keys of 2048 bits, as istiod and cert-manager make them unless told otherwise.
    pub fn rsa(name: &str) -> Self {
        Self::new(name, || KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key"))
    }

    fn new(name: &str, key: impl Fn() -> KeyPair) -> Self {
        let (root_key, intermediate_key) = (key(), key());
        let params = ca(name);
        let root = params.self_signed(&root_key).expect("a root").der().to_vec();
        let root_issuer = Issuer::new(params, root_key);
        let params = ca(&format!("{name} intermediate"));
        let intermediate = params.signed_by(&intermediate_key, &root_issuer).expect("a certificate");
        Self {
            name: name.to_owned(),
            root,
            intermediate: intermediate.der().to_vec(),
            issuer: Issuer::new(params, intermediate_key),
            key: KeyPair::generate().expect("a key"),
        }
    }

    /// The leaf of one workload, as DER.
    pub fn leaf(&self, number: u32) -> Vec<u8> {
        let id = format!("spiffe://cluster.local/ns/{}/sa/workload-{number}", self.name);
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.subject_alt_names = vec![SanType::URI(id.try_into().expect("an ASCII name"))];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = (date_time_ymd(2026, 11, 24), date_time_ymd(2026, 11, 25));
        params.signed_by(&self.key, &self.issuer).expect("a certificate").der().to_vec()
    }

    /// Its intermediate, as DER.
    pub fn intermediate(&self) -> &[u8] {
        &self.intermediate
    }

    /// Its root, as DER.
    pub fn root(&self) -> &[u8] {
        &self.root
    }
}

/// Certificates as PEM, one after the other.
pub fn bundle(ders: &[Vec<u8>]) -> String {
    ders.iter().map(|der| pem::encode("CERTIFICATE", der)).collect()
}

fn ca(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2036, 1, 1));
    params
}
