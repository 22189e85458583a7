//! The mesh config: ConfigMap `istio`, key `mesh` (Istio `pkg/config/mesh`).

use std::collections::BTreeMap;

/// The parts of the mesh config that decide about signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeshConfig {
    /// The namespace whose ProxyConfigs hold for the whole mesh; `istio-system` by default.
    pub root_namespace: String,
    /// `defaultConfig.proxyMetadata`.
    pub proxy_metadata: BTreeMap<String, String>,
    /// `trustDomain`; `cluster.local` by default.
    pub trust_domain: String,
    /// `trustDomainAliases`.
    pub trust_domain_aliases: Vec<String>,
    /// `caCertificates`.
    pub ca_certificates: Vec<CaCertificate>,
}

impl Default for MeshConfig {
    fn default() -> Self {
        Self {
            root_namespace: "istio-system".to_owned(),
            proxy_metadata: BTreeMap::new(),
            trust_domain: "cluster.local".to_owned(),
            trust_domain_aliases: Vec::new(),
            ca_certificates: Vec::new(),
        }
    }
}

/// One entry of `caCertificates`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaCertificate {
    /// The roots, as PEM text.
    pub pem: String,
    /// Full signer names (`DOMAIN/SIGNER`) whose root this is.
    pub cert_signers: Vec<String>,
    /// Trust domains whose root this is.
    pub trust_domains: Vec<String>,
}

/// A mesh config that Istio would refuse as well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidMeshConfig {
    /// What is wrong, with the field's path or the line.
    pub reason: String,
}

impl MeshConfig {
    /// Reads the text under the key `mesh`.
    pub fn parse(text: &str) -> Result<Self, InvalidMeshConfig> {
        let _ = text;
        todo!("config")
    }
}
