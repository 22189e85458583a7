//! Each signer of a mesh: its roots, whether it can issue, and how the pods fare that ask for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use signet_certs::{Certificate, Finding, UnixTime};

use super::drift;
use crate::names::{BUILT_IN_SIGNER, SPIRE_SIGNER};
use crate::objects::{Issuer, ObjectName};
use crate::trust::{Matrix, Peer};
use crate::{Inventory, Verdict};

/// One signer.
#[derive(Clone, Debug, PartialEq)]
pub struct SignerState {
    /// Its name as pods ask for it.
    pub name: String,
    /// Its full name; the name itself where it has no other.
    pub full_name: String,
    /// Its roots: those that are configured, else those that the chains of its pods end in.
    pub roots: Vec<Arc<Certificate>>,
    /// Whether it can issue; nothing where that cannot be seen.
    pub ready: Option<bool>,
    /// Why, in words.
    pub reason: Option<String>,
    /// How many of the pods that ask for it have which verdict.
    pub pods: BTreeMap<Verdict, usize>,
    /// What is wrong with it beside its pods.
    pub findings: Vec<Finding>,
    /// How many pods have a certificate of it.
    issued: usize,
    problem: Option<String>,
}

/// Every signer at `now`, by name: those that a control plane or cert-manager has, and those that pods
/// ask for. Of cert-manager's Issuers only those with a CA: the others are of no mesh unless something
/// names them.
pub fn signer_states(inventory: &Inventory, now: UnixTime) -> Vec<SignerState> {
    let mut states: BTreeMap<String, SignerState> = BTreeMap::new();
    for revision in inventory.control_planes().revisions() {
        for signer in revision.signers.signers.values() {
            let short = revision.signers.short_name(&signer.name);
            let state = entry(&mut states, short, &signer.name);
            state.problem.clone_from(&signer.problem);
            for root in &signer.roots {
                state.add_root(root);
            }
        }
    }
    for state in states.values_mut() {
        state.findings.extend(drift::after_the_next_renewal(&state.full_name, &state.roots, inventory));
    }
    let issuers = inventory.authorities().issuers().iter();
    for (issuer, _) in issuers.filter(|(name, issuer)| name.namespace.is_empty() || issuer.spec.ca.is_some())
    {
        let (domain, short) = Issuer::signer(issuer);
        let full_name = format!("{domain}/{short}");
        if !states.values().any(|state| state.full_name == full_name) {
            // Another domain may have a signer of the same name.
            let name = if states.contains_key(&short) { &full_name } else { &short };
            entry(&mut states, name, &full_name);
        }
    }
    let matrix = Matrix::new(Peer::all(inventory, now), now, Arc::clone(inventory.reuse()));
    for (place, peer) in matrix.peers().iter().enumerate().filter(|(_, peer)| peer.has_proxy()) {
        let Some(workload) = inventory.workload(&peer.name, now) else { continue };
        let full_name = |name: &str| {
            if matches!(name, BUILT_IN_SIGNER | SPIRE_SIGNER) {
                return name.to_owned();
            }
            let signers = peer.signers.as_deref();
            let known = signers.and_then(|signers| signers.get(name)).map(|signer| signer.name.clone());
            known.or_else(|| signers?.control_plane.full_signer_name(name)).unwrap_or_else(|| name.to_owned())
        };
        if let Some(actual) = &workload.signer.actual {
            let state = entry(&mut states, actual, &full_name(actual));
            state.issued += 1;
            if state.roots.is_empty()
                && let Some(root) = matrix.root_of(place)
            {
                state.add_root(root);
            }
        }
        let asked = workload.signer.requested.as_ref().or(workload.signer.actual.as_ref());
        if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
            let state = entry(&mut states, asked, &full_name(asked));
            *state.pods.entry(workload.verdict).or_default() += 1;
        }
    }
    for state in states.values_mut() {
        (state.ready, state.reason) = readiness(state, inventory);
    }
    states.into_values().collect()
}

fn entry<'a>(
    states: &'a mut BTreeMap<String, SignerState>,
    name: &str,
    full_name: &str,
) -> &'a mut SignerState {
    states.entry(name.to_owned()).or_insert_with(|| SignerState {
        name: name.to_owned(),
        full_name: full_name.to_owned(),
        roots: Vec::new(),
        ready: None,
        reason: None,
        pods: BTreeMap::new(),
        findings: Vec::new(),
        issued: 0,
        problem: None,
    })
}

impl SignerState {
    /// The issuer of cert-manager that it is; of a ClusterIssuer the namespace is empty.
    pub fn issuer(&self) -> Option<ObjectName> {
        Issuer::of_signer(&self.full_name)
    }

    fn add_root(&mut self, root: &Arc<Certificate>) {
        if self.roots.iter().all(|known| known.fingerprint != root.fingerprint) {
            self.roots.push(Arc::clone(root));
        }
    }
}

/// Whether a signer can issue, and how that is known.
fn readiness(state: &SignerState, inventory: &Inventory) -> (Option<bool>, Option<String>) {
    if let Some(problem) = &state.problem {
        return (Some(false), Some(problem.clone()));
    }
    if let Some(name) = state.issuer() {
        let kind = Issuer::kind(&name);
        match inventory.authorities().issuers().get(&name) {
            Some(issuer) => {
                let ready = issuer.ready();
                let message = ready.map(|ready| ready.message.clone()).filter(|message| !message.is_empty());
                return match ready.map(|ready| ready.status.as_str()) {
                    Some("True") => (Some(true), message),
                    Some(_) => (Some(false), message),
                    None => (Some(false), Some(format!("{kind:?} {name} has no condition Ready yet"))),
                };
            }
            None if inventory.has_seen(kind) => {
                return (Some(false), Some(format!("there is no {kind:?} {name}")));
            }
            None => {}
        }
    }
    match state.issued {
        0 => (None, Some("nothing shows whether it issues".to_owned())),
        1 => (Some(true), Some("1 pod has a certificate of it".to_owned())),
        count => (Some(true), Some(format!("{count} pods have certificates of it"))),
    }
}
