//! The judgement: all that is known of a pod, at a point in time.

use std::sync::Arc;

use signet_certs::UnixTime;

use super::{Facts, Identity, Life, Phase, SignerNames, Verdict, Workload, findings};
use crate::Signers;
use crate::dump::{Dump, ReadError};
use crate::names::SPIRE_SIGNER;
use crate::objects::ObjectName;
use crate::plan::Asked;
use crate::resolve::Resolved;

/// Everything that is known of a pod and does not change by itself.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Namespace and name.
    pub name: ObjectName,
    /// What its spec says.
    pub facts: Arc<Facts>,
    /// The revision of its control plane, where one is known.
    pub revision: Option<String>,
    /// What it would get if it were created now; nothing while that is not known.
    pub resolved: Option<Arc<Resolved>>,
    /// The signers of its control plane; nothing while they are not known.
    pub signers: Option<Arc<Signers>>,
    /// What its proxy answered.
    pub reading: Reading,
    /// What its chain proves; nothing while the signers or the chain are not known.
    pub identity: Option<Arc<Identity>>,
}

/// The answers of one proxy: the last good one, and why there is no newer one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The last dump and when it was read.
    pub dump: Option<(UnixTime, Arc<Dump>)>,
    /// The last failure and when it happened, whether or not it was mended since.
    pub failure: Option<(UnixTime, ReadError)>,
}

impl Reading {
    /// The failure that makes the last dump an old one.
    pub fn error(&self) -> Option<&ReadError> {
        let (failed, error) = self.failure.as_ref()?;
        let mended = self.dump.as_ref().is_some_and(|(read, _)| read >= failed);
        (!mended).then_some(error)
    }

    /// Whether the proxy has answered, or failed to.
    pub fn is_known(&self) -> bool {
        self.dump.is_some() || self.failure.is_some()
    }
}

impl Evidence {
    /// The four signers.
    pub fn signer_names(&self) -> SignerNames {
        if !self.facts.proxy.has_signer() {
            return SignerNames::default();
        }
        let configured = self.resolved.as_ref().and_then(|resolved| resolved.signer());
        SignerNames {
            configured: configured.map(|variable| variable.effective.value.clone()),
            injected: match &self.facts.asked {
                Asked::Signer(name) => Some(name.clone()),
                Asked::Nothing | Asked::Unknown => None,
            },
            requested: requested(&self.facts, self.signers.as_deref()),
            actual: self.identity.as_ref().and_then(|identity| identity.signer.clone()),
        }
    }

    /// The life of its chain. A chain that could not be read again may have been renewed since, so it
    /// has no life to judge.
    pub fn life(&self) -> Option<Life> {
        let (_, dump) = self.reading.dump.as_ref().filter(|_| self.reading.error().is_none())?;
        Life::of(self.identity.as_ref().map_or(&dump.chain, |identity| &identity.chain))
    }
}

/// The signer that an agent asks for: what its environment says, and where it says nothing the
/// signer that istiod takes then (`K8S_SIGNER`). istiod's own CA needs no name.
pub(crate) fn requested(facts: &Facts, signers: Option<&Signers>) -> Option<String> {
    if facts.spire {
        return Some(SPIRE_SIGNER.to_owned());
    }
    match &facts.asked {
        Asked::Signer(asked) if !asked.is_empty() => return Some(asked.clone()),
        Asked::Unknown => return None,
        Asked::Signer(_) | Asked::Nothing => {}
    }
    let signers = signers.filter(|signers| signers.control_plane.kubernetes_signers)?;
    let full = signers.control_plane.k8s_signer.as_ref()?;
    Some(signers.short_name(full).to_owned())
}

/// Judges a workload at `now`.
pub fn judge(evidence: &Evidence, now: UnixTime) -> Workload {
    let life = evidence.life();
    in_phase(evidence, life.as_ref(), life.as_ref().map_or(Phase::Fresh, |life| life.phase(now)))
}

/// Judges a workload in one phase of its chain's life: the answer is the same in the whole phase.
pub(crate) fn in_phase(evidence: &Evidence, life: Option<&Life>, phase: Phase) -> Workload {
    let Evidence { facts, reading, .. } = evidence;
    let signer = evidence.signer_names();
    let mut found = Vec::new();
    if facts.proxy.has_signer() {
        findings::of_reading(evidence, &mut found);
        found.extend(life.and_then(|life| findings::of_phase(life, phase)));
        findings::of_identity(evidence, &signer, &mut found);
        findings::of_configuration(evidence, &signer, &mut found);
    }
    found.sort_by_key(|finding| std::cmp::Reverse((finding.severity, Verdict::of(finding))));
    // The first of the gravest: findings of one verdict come in the order in which they were found.
    let gravest = found.iter().rev().max_by_key(|finding| Verdict::of(finding));
    let dump = reading.dump.as_ref().map(|(_, dump)| dump);
    let chain = evidence.identity.as_ref().map(|identity| identity.chain.clone());
    let chain = chain.or_else(|| dump.map(|dump| dump.chain.clone())).unwrap_or_default();
    let claimed_trust_domain = || dump.and_then(|dump| dump.trust_domain.clone());
    Workload {
        name: evidence.name.clone(),
        labels: Arc::clone(&facts.labels),
        service_account: facts.service_account.clone(),
        proxy: facts.proxy,
        owner: facts.owner.as_ref().map(ToString::to_string),
        node: facts.node.clone(),
        revision: evidence.revision.clone(),
        trust_domain: chain
            .first()
            .and_then(|leaf| leaf.spiffe_id())
            .map(|id| id.trust_domain)
            .or_else(claimed_trust_domain),
        signer,
        resolved: evidence.resolved.clone().unwrap_or_default(),
        roots: dump.map(|dump| dump.roots.clone()).unwrap_or_default(),
        verdict: gravest.map(Verdict::of).unwrap_or_default(),
        reason: gravest.map(|finding| finding.message.clone()).or_else(|| nothing_to_judge(evidence)),
        findings: found,
        rotation_due: life.and_then(|life| life.rotation_due),
        read_at: reading.dump.as_ref().map(|(at, _)| *at),
        error: reading.error().map(ToString::to_string),
        chain,
    }
}

/// Why an `ok` says less about certificates than usual, where that is so.
fn nothing_to_judge(evidence: &Evidence) -> Option<String> {
    let Evidence { facts, reading, .. } = evidence;
    if !facts.proxy.has_admin_port() {
        return facts
            .proxy
            .has_signer()
            .then(|| format!("{} has no admin port: its certificates cannot be seen", facts.proxy.word()));
    }
    if !reading.is_known() {
        return Some("not read yet".to_owned());
    }
    let unread_root = evidence.signers.as_ref().is_some_and(|signers| signers.control_plane.external_ca_cert);
    let nobody = evidence.identity.as_ref().is_some_and(|identity| identity.signer.is_none());
    (unread_root && nobody).then(|| {
        "who signed is not known: istiod's external-ca-cert, which holds the root, is not read".to_owned()
    })
}
