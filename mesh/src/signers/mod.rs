//! The signers of a mesh: their names, their roots, and which of them signed a path.

mod drift;
mod issuers;
mod roots;
mod spire;
mod state;
#[cfg(test)]
mod tests;

pub use issuers::ClusterIssuers;
pub(crate) use issuers::IssuerState;
pub use spire::SpireSetup;
pub use state::{SignerState, signer_states};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use signet_certs::Certificate;

use crate::config::{ControlPlane, MeshConfig, TrustBundleFault};
use crate::names::BUILT_IN_SIGNER;

/// One signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The full name, `DOMAIN/SIGNER`; `istiod` for the built-in CA, `spire` for SPIRE.
    pub name: String,
    /// [`Signers::ca_key`] of its name: every pod that asks for it needs that, and it takes a hash.
    pub ca_key: String,
    /// Its roots: what `caCertificates` or its ConfigMap says.
    pub roots: Vec<Arc<Certificate>>,
    /// Why its roots cannot be used, if so.
    pub problem: Option<String>,
}

impl Signer {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ca_key: Signers::ca_key(name), roots: Vec::new(), problem: None }
    }
}

/// The signers of a mesh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signers {
    /// istiod's settings: how an asked-for name becomes a full one.
    pub control_plane: ControlPlane,
    /// By full name.
    pub signers: BTreeMap<String, Signer>,
    /// The trust domain of the mesh; empty while its config was not seen.
    pub trust_domain: String,
    /// What SPIRE is set up to do.
    pub spire: Arc<SpireSetup>,
    /// The full names of the signers that have ClusterTrustBundles.
    pub bundled: Arc<BTreeSet<String>>,
    /// cert-manager's ClusterIssuers; nothing while not all were seen, or where there is no such kind.
    pub cluster_issuers: Option<Arc<ClusterIssuers>>,
    /// Why istiod does not start with this mesh config, if so.
    pub fault: Option<TrustBundleFault>,
}

impl Signers {
    /// The signers that `caCertificates[].certSigners` names, with their roots, and the built-in CA
    /// with `istiod_roots` (PEM of `istio-ca-root-cert`).
    pub fn new(mesh: &MeshConfig, control_plane: ControlPlane, istiod_roots: Option<&str>) -> Self {
        let mut signers: BTreeMap<String, Signer> = BTreeMap::new();
        for entry in mesh.ca_certificates.iter().filter(|entry| !entry.cert_signers.is_empty()) {
            let read = roots::read(&entry.pem);
            for name in &entry.cert_signers {
                let signer = signers.entry(name.clone()).or_insert_with(|| Signer::new(name));
                match &read {
                    Ok(roots) => signer.roots.extend(roots.iter().cloned()),
                    Err(problem) => signer.problem = Some(problem.clone()),
                }
            }
        }
        if let Some(pem) = istiod_roots {
            let mut istiod = Signer::new(BUILT_IN_SIGNER);
            match roots::read(pem) {
                Ok(roots) => istiod.roots = roots,
                Err(problem) => istiod.problem = Some(problem),
            }
            signers.insert(istiod.name.clone(), istiod);
        }
        let fault = TrustBundleFault::of(&control_plane, mesh);
        let trust_domain = mesh.trust_domain.clone();
        Self { control_plane, signers, trust_domain, fault, ..Self::default() }
    }

    /// The signer of this asked-for (short) or full name.
    ///
    /// As long as istiod's settings are not known, a short name means the only signer that ends in
    /// `/NAME`.
    pub fn get(&self, name: &str) -> Option<&Signer> {
        let full_name = self.control_plane.full_signer_name(name);
        let by_full_name = full_name.and_then(|full_name| self.signers.get(&full_name));
        by_full_name.or_else(|| self.signers.get(name)).or_else(|| self.only_one_of_short_name(name))
    }

    /// Whether the CA of this signer is in ClusterTrustBundles alone: the mesh config knows none.
    pub(crate) fn is_only_bundled(&self, name: &str) -> bool {
        self.bundle_name(name).is_some_and(|signer_name| self.bundled.contains(&signer_name))
    }

    /// The `signerName` of the ClusterTrustBundles that this signer's CA would come from, where the mesh
    /// config knows none and istiod asks for it by a full name.
    pub(crate) fn bundle_name(&self, name: &str) -> Option<String> {
        self.control_plane.full_signer_name(name).filter(|_| self.get(name).is_none())
    }

    /// The word for a full name in every output: without the control plane's own domain.
    pub fn short_name<'a>(&self, full: &'a str) -> &'a str {
        let short = match &self.control_plane.cert_signer_domain {
            Some(domain) => full.strip_prefix(domain.as_str()).and_then(|rest| rest.strip_prefix('/')),
            None => full.rsplit_once('/').map(|(_, short)| short),
        };
        short.unwrap_or(full)
    }

    /// The signer whose root this is. A root that the built-in CA shares with another signer belongs
    /// to that one: the built-in CA's bundle is what the whole mesh trusts.
    pub fn of_root(&self, root: &Certificate) -> Option<&Signer> {
        let has_root =
            |signer: &&Signer| signer.roots.iter().any(|candidate| candidate.fingerprint == root.fingerprint);
        let others = self.signers.values().filter(|signer| signer.name != BUILT_IN_SIGNER);
        others.into_iter().find(has_root).or_else(|| self.signers.get(BUILT_IN_SIGNER).filter(has_root))
    }

    /// The key of the signer's CA in the ConfigMap [`crate::names::CA_CONFIG_MAP`]: a slug of the
    /// full name and a short hash, because `/` is illegal in keys.
    pub fn ca_key(full_name: &str) -> String {
        const LONGEST_SLUG: usize = 200;
        let slug: String = full_name
            .chars()
            .take(LONGEST_SLUG)
            .map(|c| {
                if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c.to_ascii_lowercase() } else { '-' }
            })
            .collect();
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(full_name));
        let hash = u32::from_be_bytes([a, b, c, d]);
        format!("{}-{hash:08x}.pem", slug.trim_matches(['.', '-']))
    }

    /// The key of what an agent with the signer of this [`ca_key`](Self::ca_key) verifies istiod with:
    /// istiod's roots and the signer's.
    pub fn agent_roots_key(ca_key: &str) -> String {
        format!("{}.agent-roots.pem", ca_key.trim_end_matches(".pem"))
    }

    /// The roots of istiod's own certificate, which it publishes in every namespace; none when they are
    /// not known.
    pub fn istiod_roots(&self) -> &[Arc<Certificate>] {
        self.signers.get(BUILT_IN_SIGNER).map_or(&[], |istiod| &istiod.roots)
    }

    fn only_one_of_short_name(&self, name: &str) -> Option<&Signer> {
        if self.control_plane.cert_signer_domain.is_some() {
            return None;
        }
        let is_short_for = |full: &str| full.rsplit_once('/').is_some_and(|(_, short)| short == name);
        let mut found = self.signers.values().filter(|signer| is_short_for(&signer.name));
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }
}
