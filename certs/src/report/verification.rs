//! What `verify` prints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::API_VERSION;
use crate::{Failure, Finding, Fingerprint, Path};

/// The verdict on one leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The version of this shape.
    pub api_version: String,
    /// `Verification`.
    pub kind: String,
    /// Whether there is a path.
    pub valid: bool,
    /// The certificates of the path, leaf to anchor; empty when there is none.
    pub path: Vec<Fingerprint>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Reason>,
    /// What else is to be said about the certificates.
    pub findings: Vec<Finding>,
}

/// Why there is no path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// A code of the one list.
    pub code: String,
    /// What is wrong, with both values.
    pub message: String,
    /// The clause that refuses it.
    pub reference: String,
    /// The certificate at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fingerprint_sha256: Option<Fingerprint>,
    /// The values, for scripts.
    pub evidence: BTreeMap<String, String>,
    /// What to do, remedy first.
    pub advice: String,
}

impl Verification {
    /// The report on a verdict and on what else was found.
    pub fn new(verdict: &Result<Path, Failure>, findings: Vec<Finding>) -> Self {
        let path = verdict.as_ref().map(|path| path.certificates.as_slice()).unwrap_or_default();
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Verification".to_owned(),
            valid: verdict.is_ok(),
            path: path.iter().map(|certificate| certificate.fingerprint).collect(),
            reason: verdict.as_ref().err().map(Reason::from),
            findings,
        }
    }
}

impl From<&Failure> for Reason {
    fn from(failure: &Failure) -> Self {
        Self {
            code: failure.code.clone(),
            message: failure.message.clone(),
            reference: failure.reference.clone(),
            fingerprint_sha256: failure.fingerprint,
            evidence: failure.evidence.clone(),
            advice: failure.advice.clone(),
        }
    }
}
