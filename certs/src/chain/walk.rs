//! Where a chain leads, and where it stops: the evidence for an explanation, never a verdict.

use std::sync::Arc;

use crate::Certificate;
use crate::algorithms::Algorithms;
use crate::x509::SignedBy;

/// The way up from a leaf along names and signatures.
pub(super) struct Walk {
    /// The leaf and every issuer that was found, trust anchor included.
    pub(super) steps: Vec<Arc<Certificate>>,
    /// Why it went no further.
    pub(super) end: End,
}

/// Why a walk ends.
pub(super) enum End {
    /// The last step is a trust anchor.
    Anchored,
    /// A certificate bears the issuer's name, but another key signed the last step.
    AnotherKey(Arc<Certificate>),
    /// The issuer stands below the last step already: CAs that certify each other.
    Loop,
    /// No certificate bears the issuer's name.
    NoIssuer,
    /// The last step is self-issued and no trust anchor.
    UntrustedRoot,
    /// None of the algorithms verifies the last step's signature by this issuer.
    Unsupported(Arc<Certificate>),
}

/// More signatures than any honest chain has; webpki's own limit.
const SIGNATURES: usize = 100;

/// Walks from `leaf` to the issuer whose key signed it, anchors first, and on from there.
pub(super) fn walk(
    leaf: &Arc<Certificate>,
    intermediates: &[Arc<Certificate>],
    anchors: &[Arc<Certificate>],
    algorithms: Algorithms<'_>,
) -> Walk {
    let mut steps = vec![Arc::clone(leaf)];
    let mut current = Arc::clone(leaf);
    let mut left = SIGNATURES;
    loop {
        let mut end = End::NoIssuer;
        let mut next = None;
        let known = anchors.iter().map(|anchor| (anchor, true));
        for (issuer, is_anchor) in known.chain(intermediates.iter().map(|other| (other, false))) {
            if left == 0 || !current.names_issuer(issuer) {
                continue;
            }
            if !is_anchor && steps.iter().any(|step| step.is_same_authority(issuer)) {
                if matches!(end, End::NoIssuer) && !current.is_same_authority(issuer) {
                    end = End::Loop;
                }
                continue;
            }
            left -= 1;
            match current.signed_by(issuer, algorithms) {
                SignedBy::ThisKey => {
                    next = Some((Arc::clone(issuer), is_anchor));
                    break;
                }
                SignedBy::AnotherKey => end = End::AnotherKey(Arc::clone(issuer)),
                SignedBy::Unsupported if matches!(end, End::Loop | End::NoIssuer) => {
                    end = End::Unsupported(Arc::clone(issuer));
                }
                SignedBy::Unsupported => {}
            }
        }
        match next {
            Some((anchor, true)) => {
                if anchor.fingerprint != current.fingerprint {
                    steps.push(anchor);
                }
                return Walk { steps, end: End::Anchored };
            }
            Some((issuer, false)) => {
                current = Arc::clone(&issuer);
                steps.push(issuer);
            }
            None => {
                if current.is_self_issued() && matches!(end, End::NoIssuer) {
                    end = End::UntrustedRoot;
                }
                return Walk { steps, end };
            }
        }
    }
}
