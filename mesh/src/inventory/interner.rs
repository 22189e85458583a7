//! Identical certificates are stored once: a mesh has few roots and intermediates, and every proxy
//! presents them again.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use signet_certs::{Certificate, Fingerprint};

/// The certificates that someone still holds, by fingerprint.
#[derive(Clone, Debug, Default)]
pub(super) struct Interner {
    held: HashMap<Fingerprint, Weak<Certificate>>,
    /// The size at which certificates that nobody holds any more are swept out.
    sweep_at: usize,
}

impl Interner {
    /// Replaces `certificate` by the equal one that was seen before, if there is one.
    pub(super) fn intern(&mut self, certificate: &mut Arc<Certificate>) {
        if let Some(known) = self.held.get(&certificate.fingerprint).and_then(Weak::upgrade) {
            *certificate = known;
        } else {
            self.sweep();
            self.held.insert(certificate.fingerprint, Arc::downgrade(certificate));
        }
    }

    /// Sweeps whenever the number has doubled, so that its cost per certificate is constant.
    fn sweep(&mut self) {
        if self.held.len() >= self.sweep_at {
            self.held.retain(|_, certificate| certificate.strong_count() > 0);
            self.sweep_at = (self.held.len() * 2).max(64);
        }
    }
}
