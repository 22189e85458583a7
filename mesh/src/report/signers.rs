//! Signers as they are printed: kind `Signers`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signet_certs::report::{API_VERSION, Certificate};
use signet_certs::{Finding, UnixTime};

use crate::Verdict;
use crate::signers::SignerState;

/// What `signet signers` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Signers {
    /// The version of this shape.
    pub api_version: String,
    /// `Signers`.
    pub kind: String,
    /// One per signer, by name.
    pub items: Vec<SignerItem>,
}

/// One signer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignerItem {
    /// Its name as every other answer has it: without the control plane's own domain.
    pub name: String,
    /// Its full name, `DOMAIN/SIGNER`; for istiod's own CA and for SPIRE the name itself.
    pub signer_name: String,
    /// Its roots.
    pub roots: Vec<Certificate>,
    /// Whether it can issue; absent where nothing tells.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ready: Option<bool>,
    /// Why it is so, or is not known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// How many of the pods that ask for it have which verdict.
    pub pods: BTreeMap<Verdict, usize>,
    /// What is wrong with it beside its pods.
    #[serde(default)]
    pub findings: Vec<Finding>,
}

impl Signers {
    /// The report of these signers at `now`.
    pub fn new(signers: &[SignerState], now: UnixTime) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Signers".to_owned(),
            items: signers.iter().map(|signer| SignerItem::new(signer, now)).collect(),
        }
    }
}

impl SignerItem {
    fn new(signer: &SignerState, now: UnixTime) -> Self {
        Self {
            name: signer.name.clone(),
            signer_name: signer.full_name.clone(),
            roots: signer.roots.iter().map(|root| Certificate::new(root, now)).collect(),
            ready: signer.ready,
            reason: signer.reason.clone(),
            pods: signer.pods.clone(),
            findings: signer.findings.clone(),
        }
    }
}
