//! The trust bundle that istiod makes when `ISTIO_MULTIROOT_MESH` is on, and what it does not start with.

use signet_certs::Certificate;
use signet_certs::formats::pem;

use super::{ControlPlane, MeshConfig};

/// Why an istiod with `ISTIO_MULTIROOT_MESH` ends when it starts: each text of its trust bundle has to begin
/// with a CA certificate (Istio `pilot/pkg/trustbundle/trustbundle.go` `verifyTrustAnchor`, fatal in
/// `pilot/pkg/bootstrap/server.go` `initWorkloadTrustBundle`). One that runs already goes on.
///
/// Shown remedy first, in at most 250 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustBundleFault {
    /// The root of the registration authority is part of the bundle, and it is an empty text where
    /// `CERT_SIGNER_DOMAIN` is set and nothing is mounted at `/etc/external-ca-cert`
    /// (`pilot/pkg/bootstrap/istio_ca.go` `createIstioRA`): wherever signers are per namespace.
    #[error(
        "Remove ISTIO_MULTIROOT_MESH from istiod: with CERT_SIGNER_DOMAIN and without /etc/external-ca-cert it \
         puts an empty root into its trust bundle, and does not start again (`unable to add RA root`)."
    )]
    EmptyRoot,
    /// A `pem` of `caCertificates` does not begin with a CA certificate.
    #[error(
        "Correct the pem of entry {entry} of meshConfig.caCertificates: it does not begin with a CA certificate, \
         and with ISTIO_MULTIROOT_MESH istiod does not start again."
    )]
    NoCa {
        /// Which entry, from 1.
        entry: usize,
    },
}

impl TrustBundleFault {
    /// What keeps this istiod from starting with this mesh config; nothing for one whose proxies are told
    /// their own signer's root alone.
    pub fn of(istiod: &ControlPlane, mesh: &MeshConfig) -> Option<Self> {
        if !istiod.multi_root {
            return None;
        }
        let without_ca = mesh
            .ca_certificates
            .iter()
            .position(|entry| !entry.pem.is_empty() && !begins_with_ca(&entry.pem))
            .map(|index| Self::NoCa { entry: index + 1 });
        // istiod takes the mesh config's first.
        without_ca.or_else(|| istiod.has_empty_root().then_some(Self::EmptyRoot))
    }
}

impl ControlPlane {
    /// Whether its registration authority has no root of its own.
    fn has_empty_root(&self) -> bool {
        self.kubernetes_signers && self.cert_signer_domain.is_some() && !self.external_ca_cert
    }
}

fn begins_with_ca(text: &str) -> bool {
    let blocks = pem::blocks(text.as_bytes(), "CERTIFICATE");
    let first = blocks.first().and_then(|der| Certificate::parse(der).ok());
    first.is_some_and(|certificate| certificate.is_ca)
}

#[cfg(test)]
mod tests {
    use super::TrustBundleFault;
    use crate::config::{CaCertificate, ControlPlane, MeshConfig};

    /// Signers per namespace, and roots of several of them.
    fn multi_root() -> ControlPlane {
        ControlPlane {
            revision: "default".to_owned(),
            kubernetes_signers: true,
            cert_signer_domain: Some("clusterissuers.cert-manager.io".to_owned()),
            multi_root: true,
            ..ControlPlane::default()
        }
    }

    fn certificate(is_ca: rcgen::IsCa) -> String {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = is_ca;
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        signet_certs::formats::pem::encode("CERTIFICATE", certificate.der())
    }

    fn mesh(texts: &[&str]) -> MeshConfig {
        let entry = |text: &&str| CaCertificate { pem: (*text).to_owned(), ..CaCertificate::default() };
        MeshConfig { ca_certificates: texts.iter().map(entry).collect(), ..MeshConfig::default() }
    }

    #[test]
    fn signers_of_a_domain_leave_istiod_without_a_root_of_its_own() {
        let fault = |istiod: ControlPlane| TrustBundleFault::of(&istiod, &MeshConfig::default());
        assert_eq!(fault(multi_root()), Some(TrustBundleFault::EmptyRoot));
        for starts in [
            ControlPlane { multi_root: false, ..multi_root() },
            // Its own root is then the file, the service account's, or that of its own CA.
            ControlPlane { external_ca_cert: true, ..multi_root() },
            ControlPlane { cert_signer_domain: None, ..multi_root() },
            ControlPlane { kubernetes_signers: false, ..multi_root() },
        ] {
            assert_eq!(fault(starts.clone()), None, "{starts:?}");
        }
    }

    #[test]
    fn each_text_of_the_mesh_config_has_to_begin_with_a_ca() {
        let istiod = ControlPlane { external_ca_cert: true, ..multi_root() };
        let ca = certificate(rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained));
        let leaf = certificate(rcgen::IsCa::NoCa);
        let fault = |texts: &[&str]| TrustBundleFault::of(&istiod, &mesh(texts));
        let both = format!("{ca}{leaf}");
        // Of the others only the first certificate is looked at; a SPIFFE bundle's address has no text.
        assert_eq!(fault(&[&ca, &both, ""]), None);
        for text in [leaf.as_str(), "no pem", &format!("{leaf}{ca}")] {
            assert_eq!(fault(&[&ca, text]), Some(TrustBundleFault::NoCa { entry: 2 }), "{text}");
        }
    }
}
