//! Which keys a namespace's ConfigMap has to have, from what decides about its pods.

use std::collections::BTreeMap;
use std::sync::Arc;

use signet_certs::formats::pem::encode;
use signet_certs::{Certificate, Document, Limits, read};
use signet_mesh::Signers;
use signet_mesh::names::{AGENT_ROOTS_ANNOTATION, BUILT_IN_SIGNER, CERT_SIGNER};
use signet_mesh::objects::ProxyConfig;
use signet_mesh::review::State;
use signet_mesh::signers::Signer;

/// What is wanted of one namespace, by the ConfigMap's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The signers' CA certificates, as PEM.
    pub published: BTreeMap<String, String>,
    /// Signers in effect whose CA cannot be published: the last good one stays.
    pub refused: BTreeMap<String, Refusal>,
}

/// Why a signer's CA is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The signer's full name.
    pub signer: String,
    /// The reason.
    pub reason: String,
}

/// Namespaces whose pods Istio never injects (`pkg/config/analysis` `IgnoredNamespaces`).
const NEVER_INJECTED: [&str; 4] = ["kube-node-lease", "kube-public", "kube-system", "local-path-storage"];

/// What is wanted of `namespace`, for every signer that some pod in it could get from the mesh config
/// or a ProxyConfig. A signer that a pod's own annotation chooses is not among them.
pub fn wanted(namespace: &str, state: &State) -> Wanted {
    let mut wanted = Wanted::default();
    if NEVER_INJECTED.contains(&namespace) {
        return wanted;
    }
    let istiods = pem(state.signers.istiod_roots());
    for (name, for_agents) in signers_in_effect(namespace, state) {
        let Some(signer) = state.signers.get(name).filter(|signer| signer.name != BUILT_IN_SIGNER) else {
            continue;
        };
        let ca = ca_of(signer);
        if for_agents && let Ok(istiods) = &istiods {
            let both =
                ca.as_ref().map(|ca| if ca == istiods { ca.clone() } else { format!("{istiods}{ca}") });
            wanted.take(Signers::agent_roots_key(&signer.ca_key), signer, both.map_err(Clone::clone));
        }
        wanted.take(signer.ca_key.clone(), signer, ca);
    }
    wanted
}

impl Wanted {
    fn take(&mut self, key: String, signer: &Signer, ca: Result<String, String>) {
        match ca {
            Ok(pem) => {
                self.published.insert(key, pem);
            }
            Err(reason) => {
                self.refused.insert(key, Refusal { signer: signer.name.clone(), reason });
            }
        }
    }
}

/// Whether a text holds CA certificates and nothing that cannot be read; then what is published of it.
pub fn publishable(text: &str) -> Result<String, String> {
    let documents = read(text.as_bytes(), &Limits::default()).map_err(|error| error.to_string())?;
    if let Some(finding) = documents.iter().flat_map(|document| &document.findings).next() {
        return Err(finding.message.clone());
    }
    let certificates: Vec<_> = documents.iter().flat_map(Document::certificates).cloned().collect();
    pem(&certificates)
}

fn ca_of(signer: &Signer) -> Result<String, String> {
    if let Some(problem) = &signer.problem {
        return Err(problem.clone());
    }
    pem(&signer.roots)
}

/// The certificates as PEM, if each is a CA's.
fn pem(certificates: &[Arc<Certificate>]) -> Result<String, String> {
    if certificates.is_empty() {
        return Err("it holds no certificate".to_owned());
    }
    if let Some(leaf) = certificates.iter().find(|certificate| !certificate.is_ca) {
        return Err(format!("the certificate {} is no CA's", leaf.fingerprint));
    }
    Ok(certificates.iter().map(|certificate| encode("CERTIFICATE", certificate.der())).collect())
}

/// The names that the layers could give to a pod of `namespace`, whatever its labels are, and whether
/// agents are to have its roots too.
fn signers_in_effect<'a>(namespace: &str, state: &'a State) -> BTreeMap<&'a str, bool> {
    let root = state.mesh.root_namespace.as_str();
    let of = |namespace: &str| state.proxy_configs.get(namespace).into_iter().flat_map(|list| list.iter());
    let own = of(namespace).filter(|each| !selects_nothing(each));
    let of_root = of(root).filter(|each| root != namespace && each.spec.selector.is_none());
    let from_mesh = state.mesh.proxy_metadata.get(CERT_SIGNER).map(|name| (name.as_str(), false));
    let from_proxy_configs = own.chain(of_root).filter_map(|each| {
        let name = each.spec.environment_variables.get(CERT_SIGNER)?;
        let for_agents = each.metadata.annotations.get(AGENT_ROOTS_ANNOTATION);
        Some((name.as_str(), for_agents.is_some_and(|value| value == "true")))
    });
    let mut signers = BTreeMap::new();
    for (name, for_agents) in from_mesh.into_iter().chain(from_proxy_configs) {
        *signers.entry(name).or_default() |= for_agents;
    }
    signers
}

fn selects_nothing(proxy_config: &ProxyConfig) -> bool {
    proxy_config.spec.selector.as_ref().is_some_and(|selector| selector.match_labels.is_empty())
}
