//! The documented JSON: what commands, dashboard and page print, and nothing else.

mod certificate;

pub use certificate::Certificate;

/// The version of the documented shape, in every object that is printed.
pub const API_VERSION: &str = "signet.dev/v1alpha1";
