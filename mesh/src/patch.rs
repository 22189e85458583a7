//! The one builder of JSON patches (RFC 6902): minimal, never a whole array.

/// A JSON patch.
pub type Patch = json_patch::Patch;
