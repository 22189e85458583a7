//! What is wrong with the certificates of a document at a given time.

use crate::algorithms::Algorithms;
use crate::{Anchors, Document, Finding, UnixTime};

/// What to judge against.
#[derive(Clone, Copy)]
pub struct JudgeOptions<'a> {
    /// The time of the judgement.
    pub now: UnixTime,
    /// Warn when less than this share of the life remains (0.1 is a tenth).
    pub warn_share: f64,
    /// Trust anchors; without any, no verdict on trust is given.
    pub anchors: &'a Anchors,
    /// The signature algorithms, to tell a signature-mismatch from a missing issuer.
    pub algorithms: Algorithms,
}

/// Everything that is wrong with `document` at `options.now`, gravest first, then in the order of
/// the document; the document's own findings included.
pub fn judge(document: &Document, options: &JudgeOptions<'_>) -> Vec<Finding> {
    let _ = (document, options);
    todo!("judge")
}
