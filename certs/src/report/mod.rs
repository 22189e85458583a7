//! The documented JSON: what commands, dashboard and page print, and nothing else.

mod certificate;
mod documents;
mod findings;
mod verification;

pub use certificate::Certificate;
pub use documents::{
    DocumentReport, Documents, KeyReport, PlacedCertificate, RequestReport, RevocationListReport,
    SummaryReport,
};
pub use findings::{Findings, LocatedFinding, Summary};
pub use verification::{Reason, Verification};

/// The version of the documented shape, in every object that is printed.
pub const API_VERSION: &str = "signet.dev/v1alpha1";
