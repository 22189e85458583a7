//! The life of a chain: when it begins, should be renewed, and ends.

use std::sync::Arc;

use signet_certs::{Certificate, UnixTime};

/// Certificates that live longer are renewed by whoever made them, not by an agent at half of their
/// life.
const LONGEST_ROTATED: i64 = 7 * 86_400;

/// Where a point in time lies in the life of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Before its notBefore.
    NotYetValid,
    /// Nothing is due.
    Fresh,
    /// Its agent should have renewed it: past 0.5 of its life and the jitter of 0.01
    /// (Istio `security/pkg/nodeagent/cache` `rotateTime`).
    RotationOverdue,
    /// Less than a tenth is left.
    Expiring,
    /// Past the notAfter of one of its certificates.
    Expired,
}

impl Phase {
    /// How many phases there are.
    pub const COUNT: usize = 5;
}

/// The points in time at which the phase of a chain changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The certificate that ends first: the leaf, or an intermediate that ends before it.
    pub first_to_end: Arc<Certificate>,
    /// When the agent renews the leaf, where one does.
    pub rotation_due: Option<UnixTime>,
    /// When the last of its certificates begins.
    pub begins: UnixTime,
    overdue_after: Option<UnixTime>,
    expiring_after: UnixTime,
}

impl Life {
    /// The life of `chain`, leaf first; nothing for an empty one. Roots do not count: a trust anchor is
    /// trusted as it stands.
    pub fn of(chain: &[Arc<Certificate>]) -> Option<Self> {
        let leaf = chain.first()?;
        let below_the_root = chain.iter().skip(1).filter(|certificate| !certificate.is_self_issued());
        let first_to_end =
            std::iter::once(leaf).chain(below_the_root).min_by_key(|certificate| certificate.not_after)?;
        let life = leaf.lifetime_seconds();
        let rotated = life <= LONGEST_ROTATED && leaf.spiffe_id().is_some();
        let ends = first_to_end.not_after;
        Some(Self {
            first_to_end: Arc::clone(first_to_end),
            rotation_due: rotated.then(|| leaf.not_after.plus(-(life / 2))),
            begins: chain.iter().map(|certificate| certificate.not_before).max()?,
            overdue_after: rotated.then(|| leaf.not_before.plus(life.saturating_mul(51) / 100)),
            expiring_after: ends.plus(-(first_to_end.lifetime_seconds() / 10)),
        })
    }

    /// The phase at `now`.
    pub fn phase(&self, now: UnixTime) -> Phase {
        if now > self.first_to_end.not_after {
            Phase::Expired
        } else if now < self.begins {
            Phase::NotYetValid
        } else if now > self.expiring_after {
            Phase::Expiring
        } else if self.overdue_after.is_some_and(|overdue| now > overdue) {
            Phase::RotationOverdue
        } else {
            Phase::Fresh
        }
    }
}
