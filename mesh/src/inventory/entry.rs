//! One pod of the inventory, with what follows from it kept until an input changes.

use std::sync::{Arc, OnceLock};

use signet_certs::UnixTime;

use super::Inventory;
use crate::Workload;
use crate::dump::{Dump, ReadError};
use crate::objects::{Kind, ObjectName, Pod};
use crate::resolve::{Resolved, resolve_pod};
use crate::workload::{Evidence, Facts, Identity, Life, Phase, Reading, in_phase, requested};

/// A pod, or the answer of a proxy whose pod was not seen yet.
#[derive(Clone, Default)]
pub(super) struct Entry {
    pub(super) pod: Option<Arc<Pod>>,
    facts: Arc<Facts>,
    reading: Reading,
    resolved: OnceLock<Option<Arc<Resolved>>>,
    identity: OnceLock<Option<Arc<Identity>>>,
    judged: OnceLock<Box<Judged>>,
}

/// The evidence, and the judgement of each phase of the chain's life that was asked for so far.
#[derive(Clone)]
struct Judged {
    evidence: Evidence,
    life: Option<Life>,
    by_phase: [OnceLock<Arc<Workload>>; Phase::COUNT],
}

impl Entry {
    /// The pod as it is now.
    pub(super) fn put(&mut self, pod: Arc<Pod>) {
        let facts = Facts::of(&pod);
        if facts != *self.facts {
            self.facts = Arc::new(facts);
            self.identity = OnceLock::new();
        }
        self.pod = Some(pod);
        self.forget_resolved();
    }

    /// What the proxy answered at `at`; older answers than the one at hand change nothing.
    pub(super) fn take_answer(&mut self, at: UnixTime, answer: Result<Dump, ReadError>) {
        match answer {
            Ok(dump) => {
                let known = self.reading.dump.as_ref();
                if known.is_some_and(|(read, _)| *read > at) {
                    return;
                }
                if known.is_none_or(|(_, known)| (&known.chain, &known.roots) != (&dump.chain, &dump.roots)) {
                    self.identity = OnceLock::new();
                }
                self.reading.dump = Some((at, Arc::new(dump)));
            }
            Err(error) => {
                if self.reading.failure.as_ref().is_none_or(|(failed, _)| *failed <= at) {
                    self.reading.failure = Some((at, error));
                }
            }
        }
        self.judged = OnceLock::new();
    }

    pub(super) fn forget_resolved(&mut self) {
        self.resolved = OnceLock::new();
        self.judged = OnceLock::new();
    }

    pub(super) fn forget_everything(&mut self) {
        self.identity = OnceLock::new();
        self.forget_resolved();
    }

    /// Whether a running proxy has not been heard of yet.
    pub(super) fn is_awaited(&self) -> bool {
        let Some(pod) = &self.pod else { return false };
        pod.is_running() && self.facts.proxy.has_admin_port() && !self.reading.is_known()
    }

    pub(super) fn evidence(&self, inventory: &Inventory, name: &ObjectName) -> Option<&Evidence> {
        Some(&self.judged(inventory, name)?.evidence)
    }

    pub(super) fn workload(
        &self,
        inventory: &Inventory,
        name: &ObjectName,
        now: UnixTime,
    ) -> Option<Arc<Workload>> {
        let Judged { evidence, life, by_phase } = self.judged(inventory, name)?;
        let phase = life.as_ref().map_or(Phase::Fresh, |life| life.phase(now));
        let judgement = || Arc::new(in_phase(evidence, life.as_ref(), phase));
        by_phase.get(phase as usize).map(|kept| Arc::clone(kept.get_or_init(judgement)))
    }

    fn judged(&self, inventory: &Inventory, name: &ObjectName) -> Option<&Judged> {
        let pod = self.pod.as_ref()?;
        Some(self.judged.get_or_init(|| {
            let evidence = self.gather(inventory, name, pod);
            let life = evidence.life();
            Box::new(Judged { evidence, life, by_phase: Default::default() })
        }))
    }

    fn gather(&self, inventory: &Inventory, name: &ObjectName, pod: &Pod) -> Evidence {
        let revision = inventory.revision_of(&name.namespace, self.facts.revision.as_deref());
        // Signers that are still to come, or may not be read, would make every chain look untrusted.
        let complete = inventory.synced.contains(&Kind::ConfigMap) && inventory.is_done(Kind::Deployment);
        let signers = revision.map(|revision| Arc::clone(&revision.signers)).filter(|_| complete);
        let resolved = self.resolved.get_or_init(|| {
            let mesh = revision.and_then(|revision| revision.mesh.as_ref())?;
            let known = complete && inventory.synced.contains(&Kind::ProxyConfig);
            let namespace = name.namespace.as_str();
            let root = Some(mesh.root_namespace.as_str()).filter(|root| *root != namespace);
            let in_reach = [Some(namespace), root].into_iter().flatten();
            let proxy_configs = in_reach.flat_map(|namespace| inventory.proxy_configs_of(namespace));
            known.then(|| Arc::new(resolve_pod(mesh, proxy_configs, namespace, pod)))
        });
        let reading = self.reading_of(pod);
        let identity = self.identity.get_or_init(|| {
            let (signers, (_, dump)) = (signers.as_deref()?, reading.dump.as_ref()?);
            let asked = requested(&self.facts, Some(signers));
            let algorithms = inventory.reuse.algorithms();
            let identity = Identity::establish(dump, &self.facts, asked.as_deref(), signers, &algorithms);
            (!identity.chain.is_empty()).then(|| Arc::new(identity))
        });
        Evidence {
            name: name.clone(),
            facts: Arc::clone(&self.facts),
            revision: self.facts.revision.clone().or_else(|| revision.map(|revision| revision.name.clone())),
            resolved: resolved.clone(),
            signers,
            reading,
            identity: identity.clone(),
        }
    }

    /// The answers that belong to this pod: one that is older than the pod came from another of the
    /// same name (a StatefulSet's pods keep theirs).
    fn reading_of(&self, pod: &Pod) -> Reading {
        let created = pod.metadata.creation_timestamp;
        let is_its_own = |at: UnixTime| created.is_none_or(|created| at >= created);
        Reading {
            dump: self.reading.dump.clone().filter(|(at, _)| is_its_own(*at)),
            failure: self.reading.failure.clone().filter(|(at, _)| is_its_own(*at)),
        }
    }
}
