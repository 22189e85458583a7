//! What decides about a chain, whoever its leaf is for.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::algorithms::Algorithms;
use crate::x509::SignedBy;
use crate::{Certificate, Fingerprint, UnixTime};

/// What verification reads of a chain beside its leaf's name, key and serial number: trust anchors that
/// accept one chain of a pedigree accept all of them.
///
/// A mesh has a chain for each pod and few pedigrees: a signer's, and one more for each way to be
/// wrong. A chain with anything in its leaf that this summary leaves out is a pedigree of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pedigree(Lineage);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Lineage {
    /// By who signed the leaf, and what else a verifier looks at.
    Signed {
        /// The known certificates whose key signed the leaf, in order.
        by: Vec<Fingerprint>,
        /// What stands above the leaf, as served.
        above: Vec<Fingerprint>,
        key_usage: Vec<&'static str>,
        extended_key_usage: Vec<Cow<'static, str>>,
        /// Where the time lies: before, within or after the leaf's validity.
        life: Ordering,
    },
    /// The chain itself.
    Alone(Vec<Fingerprint>),
}

impl Pedigree {
    /// The pedigree of `chain` (leaf first) at `at`, where `known` holds every trust anchor that it will
    /// be verified against. It costs one signature of the leaf.
    pub fn of(
        chain: &[Arc<Certificate>],
        known: &[Arc<Certificate>],
        at: UnixTime,
        algorithms: Algorithms<'_>,
    ) -> Self {
        let fingerprints = |chain: &[Arc<Certificate>]| chain.iter().map(|one| one.fingerprint).collect();
        let Some((leaf, above)) = chain.split_first() else { return Self(Lineage::Alone(Vec::new())) };
        let mut by: Vec<Fingerprint> = Vec::new();
        let mut constrained = false;
        for issuer in above.iter().chain(known) {
            // The names in a leaf count as soon as any CA permits some of them only.
            constrained |= issuer.name_constraints.is_some();
            if leaf.names_issuer(issuer) && leaf.signed_by(issuer, algorithms) == SignedBy::ThisKey {
                by.push(issuer.fingerprint);
            }
        }
        if by.is_empty() || constrained || !is_plain(leaf) {
            return Self(Lineage::Alone(fingerprints(chain)));
        }
        by.sort_unstable();
        by.dedup();
        Self(Lineage::Signed {
            by,
            above: fingerprints(above),
            key_usage: leaf.key_usage.clone(),
            extended_key_usage: leaf.extended_key_usage.clone(),
            life: place_in_life(leaf, at),
        })
    }
}

/// Before, within or after its validity.
fn place_in_life(leaf: &Certificate, at: UnixTime) -> Ordering {
    match at {
        _ if at < leaf.not_before => Ordering::Less,
        _ if at > leaf.not_after => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

/// Whether a leaf is an end entity of which every extension was understood.
fn is_plain(leaf: &Certificate) -> bool {
    leaf.version == 3
        && !leaf.is_ca
        && leaf.path_length.is_none()
        && leaf.unknown_critical_extensions.is_empty()
        && leaf.malformed_extensions.is_empty()
        && leaf.not_before <= leaf.not_after
}
