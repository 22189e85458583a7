//! No issuer, or one of the right name with another key: where the chain breaks off.

use std::sync::Arc;

use super::{quoted, reason, shown, with};
use crate::Certificate;
use crate::chain::verify::Failure;
use crate::chain::walk::{End, Walk};
use crate::finding::{CHAIN_INCOMPLETE, SIGNATURE_MISMATCH, UNTRUSTED_ROOT};

/// Explains where the walk from the leaf stops.
pub(super) fn issuer(walk: &Walk, leaf: &Arc<Certificate>, anchors: &[Arc<Certificate>]) -> Failure {
    let last = walk.steps.last().unwrap_or(leaf);
    match &walk.end {
        End::AnotherKey(namesake) => another_key(last, namesake),
        End::UntrustedRoot | End::Anchored => untrusted_root(last, leaf, anchors),
        End::Loop => going_round(last, anchors),
        End::NoIssuer | End::Unsupported(_) => no_issuer(last, anchors),
    }
}

fn another_key(signed: &Certificate, namesake: &Certificate) -> Failure {
    let wanted = signed.authority_key_id.as_deref().unwrap_or("none");
    let present = namesake.subject_key_id.as_deref().unwrap_or("none");
    let message = format!(
        "{} names {} as its issuer, but another key of that name signed it (authority key id {wanted}, the issuer's \
         subject key id {present})",
        shown(signed),
        quoted(&signed.issuer)
    );
    with(
        reason(&SIGNATURE_MISMATCH, signed, message),
        &[
            ("issuer", signed.issuer.clone()),
            ("issuerFingerprint", namesake.fingerprint.to_string()),
            ("authorityKeyId", wanted.to_owned()),
            ("issuerSubjectKeyId", present.to_owned()),
        ],
    )
}

fn untrusted_root(root: &Certificate, leaf: &Certificate, anchors: &[Arc<Certificate>]) -> Failure {
    let message = if root.fingerprint == leaf.fingerprint {
        format!("{} is self-issued and not {}", shown(root), among(anchors))
    } else {
        format!("the chain ends in the root {}, which is not {}", shown(root), among(anchors))
    };
    with(
        reason(&UNTRUSTED_ROOT, root, message),
        &[
            ("root", root.fingerprint.to_string()),
            ("rootSubject", root.subject.clone()),
            ("anchors", listed(anchors)),
        ],
    )
}

/// Only a CA certificate without its issuer lets the root be left out of a chain (RFC 8446 section
/// 4.4.2), so then a root is what is missing; below a leaf it is rather an intermediate.
fn no_issuer(last: &Certificate, anchors: &[Arc<Certificate>]) -> Failure {
    let code = if last.is_ca || anchors.is_empty() { &UNTRUSTED_ROOT } else { &CHAIN_INCOMPLETE };
    let mut message = format!(
        "the issuer of {}, {}, is neither among the intermediates nor {}",
        shown(last),
        quoted(&last.issuer),
        among(anchors)
    );
    if anchors.iter().any(|anchor| anchor.fingerprint == last.fingerprint) {
        message
            .push_str("; it is a trust anchor itself, but an anchor is a CA whose key signs, not the leaf");
    }
    with(
        reason(code, last, message),
        &[
            ("issuer", last.issuer.clone()),
            ("authorityKeyId", last.authority_key_id.clone().unwrap_or_default()),
            ("anchors", listed(anchors)),
        ],
    )
}

fn going_round(last: &Certificate, anchors: &[Arc<Certificate>]) -> Failure {
    let message = format!(
        "{} is issued by {}, which stands below it already, so the chain goes in a circle and never to what is {}",
        shown(last),
        quoted(&last.issuer),
        among(anchors)
    );
    with(
        reason(&UNTRUSTED_ROOT, last, message),
        &[("issuer", last.issuer.clone()), ("anchors", listed(anchors))],
    )
}

fn among(anchors: &[Arc<Certificate>]) -> String {
    match anchors {
        [] => "trusted: no trust anchors are given".to_owned(),
        [only] => format!("the one trust anchor {}", shown(only)),
        several => format!("among the {} trust anchors", several.len()),
    }
}

fn listed(anchors: &[Arc<Certificate>]) -> String {
    const SHOWN: usize = 10;
    let names: Vec<_> = anchors.iter().take(SHOWN).map(|anchor| anchor.subject.as_str()).collect();
    names.join("; ")
}
