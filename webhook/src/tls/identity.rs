//! A serving certificate with its key, and the CA that clients are to trust for it.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use signet_certs::UnixTime;

use super::authority::first_certificate;

/// What the webhook serves with. Its key is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate and those above it, as PEM, leaf first.
    pub chain: String,
    pub(super) key: String,
    /// The CA certificates for `caBundle`, as PEM; nothing when somebody else fills it in.
    pub ca_bundle: Option<String>,
}

/// Why a certificate and a key cannot be served with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdentity {
    /// The chain has no certificate that can be read.
    #[error("there is no certificate in it")]
    NoCertificate,
    /// There is no private key.
    #[error("there is no private key in it")]
    NoKey,
    /// TLS refuses them together.
    #[error("the certificate and the key cannot be used together: {0}")]
    Refused(String),
}

impl Identity {
    /// The TLS settings that serve with it: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
    pub fn server_config(&self) -> Result<Arc<ServerConfig>, InvalidIdentity> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(self.chain.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| InvalidIdentity::NoCertificate)?;
        if chain.is_empty() {
            return Err(InvalidIdentity::NoCertificate);
        }
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|_| InvalidIdentity::NoKey)?;
        let refused = |error: rustls::Error| InvalidIdentity::Refused(error.to_string());
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(refused)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(refused)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// When the serving certificate ends.
    pub fn not_after(&self) -> Option<UnixTime> {
        Some(first_certificate(&self.chain)?.not_after)
    }

    /// When the first certificate of the CA bundle ends.
    pub fn ca_not_after(&self) -> Option<UnixTime> {
        Some(first_certificate(self.ca_bundle.as_deref()?)?.not_after)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("not_after", &self.not_after()).finish_non_exhaustive()
    }
}
