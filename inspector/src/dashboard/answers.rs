//! What only some screens show of a mesh, worked out when one of them asks for it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use signet_certs::UnixTime;
use signet_mesh::objects::Kind;
use signet_mesh::report::{Roots, Signers};
use signet_mesh::signers::signer_states;
use signet_mesh::trust::{Matrix, Peer};
use signet_mesh::{Inventory, roots};

use crate::source::notices_of;

/// For so many seconds what is left of a life counts as the same.
const RECENT: i64 = 60;

/// A mesh at one moment, and what was asked of it so far.
pub(crate) struct Answers {
    inventory: Inventory,
    now: UnixTime,
    matrix: OnceLock<Matrix>,
    roots: OnceLock<Roots>,
    signers: OnceLock<Signers>,
}

impl Answers {
    /// The mesh at `now`. It shares what it holds with the inventory.
    pub(crate) fn of(inventory: &Inventory, now: UnixTime) -> Self {
        Self {
            inventory: inventory.clone(),
            now,
            matrix: OnceLock::new(),
            roots: OnceLock::new(),
            signers: OnceLock::new(),
        }
    }

    /// Nothing seen yet.
    pub(crate) fn empty(now: UnixTime) -> Self {
        Self::of(&Inventory::new(signet_certs::algorithms::aws_lc_rs()), now)
    }

    /// Whether the times in them are those of `now`, to people.
    pub(crate) fn are_recent(&self, now: UnixTime) -> bool {
        (0..RECENT).contains(&now.since(self.now))
    }

    /// Who can talk to whom.
    pub(crate) fn matrix(&self) -> &Matrix {
        let reuse = || Arc::clone(self.inventory.reuse());
        self.matrix.get_or_init(|| Matrix::new(Peer::all(&self.inventory, self.now), self.now, reuse()))
    }

    /// Every root.
    pub(crate) fn roots(&self) -> &Roots {
        self.roots.get_or_init(|| Roots::new(&roots::roots(&self.inventory, self.now), self.now))
    }

    /// Every signer.
    pub(crate) fn signers(&self) -> &Signers {
        self.signers.get_or_init(|| Signers::new(&signer_states(&self.inventory, self.now), self.now))
    }

    /// What of these kinds cannot be seen, and what to do about it.
    pub(crate) fn notices(&self, kinds: &[Kind]) -> Vec<String> {
        notices_of(&self.inventory, kinds)
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("now", &self.now).finish_non_exhaustive()
    }
}
