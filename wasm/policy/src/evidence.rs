//! What some decisions rest on: ClusterTrustBundles, cert-manager's ClusterIssuers, and what SPIRE is set up by.
//!
//! A cluster need not serve these kinds, and a policy need not be allowed to read them. A host answers both with an
//! error, which fails no review: nothing is known of the kind then, as in a webhook that may not watch it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use signet_mesh::Signers;
use signet_mesh::names::SPIRE_DRIVER;
use signet_mesh::objects::{ClusterSpiffeId, ClusterTrustBundle, CsiDriver, Issuer, Kind};
use signet_mesh::signers::ClusterIssuers;

use crate::host::Host;
use crate::kubernetes::{CallFailed, Query, list_few};

/// Asks for these kinds, and completes `signers` by what is known of them.
pub(crate) fn read(host: &impl Host, kinds: &[Kind], signers: &mut Arc<Signers>) {
    for kind in kinds {
        let signers = Arc::make_mut(signers);
        match kind {
            Kind::ClusterTrustBundle => signers.bundled = Arc::new(bundled(host)),
            Kind::ClusterIssuer => signers.cluster_issuers = cluster_issuers(host).map(Arc::new),
            Kind::CsiDriver => Arc::make_mut(&mut signers.spire).has_driver = has_spire_driver(host),
            Kind::ClusterSpiffeId => {
                let identities = identities(host);
                let by_name = |identity: ClusterSpiffeId| (identity.metadata.name.clone(), identity);
                Arc::make_mut(&mut signers.spire).identities =
                    identities.map(|identities| identities.into_iter().map(by_name).collect());
            }
            _ => {}
        }
    }
}

/// The signers of ClusterTrustBundles. All of them are asked for, not one signer's: a pod can name any signer,
/// and for each other question a policy server begins a watch that it never ends.
fn bundled(host: &impl Host) -> BTreeSet<String> {
    let of_version = |api_version| {
        let fields = &["metadata.name", "spec.signerName"];
        list_few::<ClusterTrustBundle>(host, &Query::new(api_version, "ClusterTrustBundle", fields))
    };
    // Kubernetes before 1.37 has the beta.
    let bundles = of_version("certificates.k8s.io/v1").or_else(|_| of_version("certificates.k8s.io/v1beta1"));
    known(host, bundles).into_iter().flatten().map(|bundle| bundle.spec.signer_name).collect()
}

fn cluster_issuers(host: &impl Host) -> Option<ClusterIssuers> {
    let query = Query::new("cert-manager.io/v1", "ClusterIssuer", &["metadata.name", "status.conditions"]);
    let issuers = known(host, list_few::<Issuer>(host, &query))?;
    Some(issuers.into_iter().map(|issuer| (issuer.metadata.name.clone(), issuer.is_unready())).collect())
}

fn has_spire_driver(host: &impl Host) -> Option<bool> {
    let name = format!("metadata.name={SPIRE_DRIVER}");
    let query = Query {
        field_selector: Some(&name),
        ..Query::new("storage.k8s.io/v1", "CSIDriver", &["metadata.name"])
    };
    known(host, list_few::<CsiDriver>(host, &query)).map(|drivers| !drivers.is_empty())
}

fn identities(host: &impl Host) -> Option<Vec<ClusterSpiffeId>> {
    const FIELDS: &[&str] =
        &["metadata.name", "spec.namespaceSelector", "spec.podSelector", "spec.spiffeIDTemplate"];
    let query = Query::new("spire.spiffe.io/v1alpha1", "ClusterSPIFFEID", FIELDS);
    known(host, list_few(host, &query))
}

/// The answer; nothing where there is none, which the host's log then has.
fn known<T>(host: &impl Host, answer: Result<T, CallFailed>) -> Option<T> {
    let log = |failed: CallFailed| {
        let entry = json!({"level": "debug", "message": format!("decided without {failed}")});
        // A host without a log has nowhere to put it.
        drop(host.call("tracing", "log", entry.to_string().as_bytes()));
    };
    answer.map_err(log).ok()
}
