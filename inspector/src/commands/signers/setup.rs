//! What istiod has to be told to use the signers that are ready.

use std::sync::Arc;

use serde_json::{Value, json};
use signet_certs::formats::pem;
use signet_certs::{Certificate, yaml};
use signet_mesh::Inventory;
use signet_mesh::config::{ControlPlane, MeshConfig, TrustBundleFault};
use signet_mesh::inventory::Revision;
use signet_mesh::objects::ObjectName;
use signet_mesh::signers::SignerState;

use crate::cli::Format;
use crate::output::{Output, say};
use crate::source::does_not_start;
use crate::{Exit, Failure};

/// Prints the values of istiod's chart. A signer whose root is not known is said, with the command that
/// exports it.
pub(super) fn print(
    output: &mut Output,
    states: &[SignerState],
    inventory: &Inventory,
) -> Result<Exit, Failure> {
    let of_kubernetes = states.iter().filter(|state| state.full_name.contains('/'));
    let ready: Vec<&SignerState> = of_kubernetes.filter(|state| state.ready == Some(true)).collect();
    if ready.is_empty() {
        let why = "no signer of Kubernetes is ready";
        return Err(Failure::unchecked("signers", why, "`signet signers` says why"));
    }
    let mut certificates = Vec::new();
    let mut unknown = false;
    for state in &ready {
        let roots = roots(state, inventory);
        if roots.is_empty() {
            say(&format!("the root of {} is not known; {}", state.full_name, export(state, inventory)));
            unknown = true;
            continue;
        }
        let pem: String = roots.iter().map(|root| pem::encode("CERTIFICATE", root.der())).collect();
        certificates.push(json!({"certSigners": [state.full_name], "pem": pem}));
    }
    for (revision, fault) in faults(inventory) {
        say(&does_not_start(revision, fault));
    }
    let values = values(&ready, &certificates);
    // A table of this would be YAML as well.
    if output.format == Format::Json {
        output.object(&values)?;
    } else {
        output.text(&yaml::to_string(&values))?;
    }
    Ok(if unknown { Exit::Unchecked } else { Exit::Ok })
}

fn values(ready: &[&SignerState], ca_certificates: &[Value]) -> Value {
    let names: Vec<&str> = ready.iter().map(|state| state.full_name.as_str()).collect();
    let mut env = json!({"EXTERNAL_CA": "ISTIOD_RA_KUBERNETES_API"});
    let mut domains: Vec<&str> = names.iter().filter_map(|name| Some(name.rsplit_once('/')?.0)).collect();
    domains.sort_unstable();
    domains.dedup();
    match domains.as_slice() {
        [only] => env["CERT_SIGNER_DOMAIN"] = json!(only),
        // istiod puts one domain before every name.
        several => say(&format!(
            "istiod takes one CERT_SIGNER_DOMAIN, and the signers are of {}; choose one",
            several.join(" and ")
        )),
    }
    json!({
        "global": {"certSigners": names},
        "meshConfig": {"caCertificates": ca_certificates},
        "pilot": {"env": env},
    })
}

/// The control planes that these values keep from starting; of what does so already the notices tell.
fn faults(inventory: &Inventory) -> impl Iterator<Item = (&Revision, TrustBundleFault)> {
    let with_values = |revision: &Revision| ControlPlane {
        kubernetes_signers: true,
        cert_signer_domain: Some(String::new()),
        ..revision.signers.control_plane.clone()
    };
    let starting = inventory.control_planes().revisions().filter(|one| one.signers.fault.is_none());
    starting.filter_map(move |revision| {
        // The values bring their own caCertificates, and those are CAs.
        Some((revision, TrustBundleFault::of(&with_values(revision), &MeshConfig::default())?))
    })
}

/// The roots of a signer: configured, seen or of a trust bundle, else those beside the issuer's key.
fn roots(state: &SignerState, inventory: &Inventory) -> Vec<Arc<Certificate>> {
    let authorities = inventory.authorities();
    let mut roots = state.roots.clone();
    if roots.is_empty() {
        roots = authorities.bundle_of(&state.full_name).cloned().collect();
    }
    if roots.is_empty() {
        let issuer = state.issuer().and_then(|name| authorities.issuers().get(&name));
        roots = issuer.map(|issuer| authorities.roots_of_issuer(issuer)).unwrap_or_default();
    }
    roots
}

fn export(state: &SignerState, inventory: &Inventory) -> String {
    let authorities = inventory.authorities();
    let issuer = state.issuer().and_then(|name| authorities.issuers().get(&name));
    match issuer.and_then(|issuer| authorities.secret_of_issuer(issuer)) {
        Some(ObjectName { namespace, name }) => format!(
            "export it with kubectl -n {namespace} get secret {name} -o jsonpath='{{.data.ca\\.crt}}'"
        ),
        None => "ask whoever runs the signer for it".to_owned(),
    }
}
