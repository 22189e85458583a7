//! A signature is verified once, however many chains it stands in.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};
use sha2::{Digest, Sha256};

use super::Algorithms;

/// Algorithms that remember what they answered, for whoever verifies many chains of few issuers.
///
/// A verdict is remembered by a SHA-256 of algorithm, key, message and signature, so it is that of
/// the same signature and never of another. At most [`Reuse::CAPACITY`] are kept, about 3 MB; beyond
/// that those go that were not asked for the longest.
#[derive(Debug)]
pub struct Reuse {
    remembering: Vec<Remembering>,
    memory: Arc<Memory>,
}

impl Reuse {
    /// How many verdicts are kept.
    pub const CAPACITY: usize = 2 * GENERATION;

    /// The same algorithms, remembering.
    pub fn new(algorithms: Algorithms<'static>) -> Self {
        let memory = Arc::new(Memory::default());
        let remember = |algorithm: &&'static dyn SignatureVerificationAlgorithm| Remembering {
            algorithm: *algorithm,
            memory: Arc::clone(&memory),
        };
        Self { remembering: algorithms.iter().map(remember).collect(), memory }
    }

    /// The algorithms, to verify with.
    pub fn algorithms(&self) -> Vec<&dyn SignatureVerificationAlgorithm> {
        self.remembering.iter().map(|one| one as &dyn SignatureVerificationAlgorithm).collect()
    }

    /// How many signatures were really verified: the work that was done.
    pub fn verified(&self) -> u64 {
        self.memory.verified.load(Ordering::Relaxed)
    }
}

const GENERATION: usize = 1 << 14;

#[derive(Debug)]
struct Remembering {
    algorithm: &'static dyn SignatureVerificationAlgorithm,
    memory: Arc<Memory>,
}

impl SignatureVerificationAlgorithm for Remembering {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let name = name(self.algorithm, public_key, message, signature);
        if let Some(verdict) = self.memory.recall(&name) {
            return verdict;
        }
        let verdict = self.algorithm.verify_signature(public_key, message, signature);
        self.memory.verified.fetch_add(1, Ordering::Relaxed);
        self.memory.keep(name, verdict);
        verdict
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }
}

type Name = [u8; 32];
type Verdict = Result<(), InvalidSignature>;

/// The verdicts of two generations: a full one becomes the old one, and the old one is forgotten.
#[derive(Debug, Default)]
struct Memory {
    verified: AtomicU64,
    generations: Mutex<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<Name, Verdict>,
    old: HashMap<Name, Verdict>,
}

impl Memory {
    fn recall(&self, name: &Name) -> Option<Verdict> {
        // A panic elsewhere leaves whole verdicts behind, so a poisoned memory is as good as another.
        let mut kept = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verdict) = kept.young.get(name) {
            return Some(*verdict);
        }
        let verdict = kept.old.remove(name)?;
        kept.keep(*name, verdict);
        Some(verdict)
    }

    fn keep(&self, name: Name, verdict: Verdict) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).keep(name, verdict);
    }
}

impl Generations {
    fn keep(&mut self, name: Name, verdict: Verdict) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(name, verdict);
    }
}

/// What stands for one signature. The length before each part keeps parts from running together.
fn name(
    algorithm: &dyn SignatureVerificationAlgorithm,
    public_key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Name {
    let (key_id, signature_id) = (algorithm.public_key_alg_id(), algorithm.signature_alg_id());
    let mut hash = Sha256::new();
    for part in [key_id.as_ref(), signature_id.as_ref(), public_key, message, signature] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{Generations, Memory, Reuse};

    #[test]
    fn forgets_what_was_not_asked_for_the_longest_and_stays_bounded() {
        let memory = Memory::default();
        let name = |number: usize| {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&number.to_be_bytes());
            name
        };
        for number in 0..10 * Reuse::CAPACITY {
            memory.keep(name(number), Ok(()));
            assert!(memory.recall(&name(0)).is_some(), "asked for at every step");
        }
        let Generations { young, old } = memory.generations.into_inner().expect("no panic");
        assert!(young.len() + old.len() <= Reuse::CAPACITY);
        assert!(!young.contains_key(&name(1)) && !old.contains_key(&name(1)));
    }
}
