//! What an issuer does not let happen below it: path length and name constraints.

use std::sync::Arc;

use super::{names, reason, shown, with};
use crate::Certificate;
use crate::chain::verify::Failure;
use crate::chain::walk::Walk;
use crate::finding::{NAME_CONSTRAINT, PATH_LENGTH_EXCEEDED};

/// Explains an exceeded pathLenConstraint, if there is one in the way up from the leaf.
pub(super) fn path_length(walk: &Walk) -> Option<Failure> {
    // The issuer at index n has n - 1 intermediates below it.
    walk.steps.iter().enumerate().skip(1).find_map(|(index, one)| {
        let below = walk.steps.get(1..index)?;
        let allowed = one.path_length?;
        if u32::try_from(below.len()).ok()? <= allowed {
            return None;
        }
        let mut clauses = vec![format!(
            "{} allows {allowed} intermediate CAs below it, and the path has {}",
            shown(one),
            below.len()
        )];
        let self_issued = below.iter().filter(|step| step.is_self_issued()).count();
        if self_issued > 0 {
            clauses.push(format!(
                "self-issued are {self_issued} of them, which RFC 5280 section 6.1.4 (l) does not count and \
                 rustls-webpki does"
            ));
        }
        Some(with(
            reason(&PATH_LENGTH_EXCEEDED, one, clauses.join("; ")),
            &[("allowed", allowed.to_string()), ("present", below.len().to_string())],
        ))
    })
}

/// Explains a violated constraint on names, if an issuer on the way up from the leaf has one.
pub(super) fn name_constraint(walk: &Walk, leaf: &Arc<Certificate>) -> Option<Failure> {
    let (position, issuer, constraints) = walk
        .steps
        .iter()
        .enumerate()
        .find_map(|(position, one)| Some((position, one, one.name_constraints.as_ref()?)))?;
    let bounds = [("within", &constraints.permitted), ("outside of", &constraints.excluded)];
    let bounds: Vec<_> = bounds
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(where_to, names)| format!("{where_to} [{}]", names.join(", ")))
        .collect();
    let mut clauses = vec![format!(
        "{} may only issue for names {}; {} has [{}]",
        shown(issuer),
        bounds.join(" and "),
        shown(leaf),
        names(leaf)
    )];
    let mut constrained = constraints.permitted.iter().chain(&constraints.excluded);
    if let Some(kind) = constrained.find_map(|name| UNPROCESSED.iter().find(|kind| name.starts_with(**kind)))
    {
        clauses.push(format!(
            "rustls-webpki refuses every name of type {} under such a constraint, even one that matches, so by \
             RFC 5280 the certificate may be fine",
            kind.trim_end_matches(':')
        ));
    }
    let between = walk.steps.get(1..position).unwrap_or_default();
    if let Some(between) = between.iter().find(|step| step.is_self_issued() && !step.sans.is_empty()) {
        clauses.push(format!(
            "{} below it is self-issued and has [{}], to which RFC 5280 section 6.1.3 (b) does not apply it and \
             rustls-webpki does",
            shown(between),
            names(between)
        ));
    }
    Some(with(
        reason(&NAME_CONSTRAINT, issuer, clauses.join("; ")),
        &[
            ("permitted", constraints.permitted.join(", ")),
            ("excluded", constraints.excluded.join(", ")),
            ("names", names(leaf)),
        ],
    ))
}

/// The types of names whose constraints rustls-webpki does not process.
const UNPROCESSED: [&str; 3] = ["URI:", "dirName:", "email:"];
