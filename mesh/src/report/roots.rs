//! Roots as they are printed: kind `Roots`.

use serde::{Deserialize, Serialize};
use signet_certs::UnixTime;
use signet_certs::report::{API_VERSION, Certificate};

use crate::inventory::RootSource;
use crate::objects::ObjectName;
use crate::roots::{Removal, Root};

/// What `signet roots` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Roots {
    /// The version of this shape.
    pub api_version: String,
    /// `Roots`.
    pub kind: String,
    /// One per root, by subject.
    pub items: Vec<RootItem>,
}

/// One root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RootItem {
    /// The certificate.
    #[serde(flatten)]
    pub certificate: Certificate,
    /// The objects that hold it; empty for one that only proxies have.
    pub sources: Vec<RootSource>,
    /// The signers whose root it is, by full name.
    pub signers: Vec<String>,
    /// The pods whose chain ends in it, `NAMESPACE/POD`.
    pub users: Vec<String>,
    /// The pods that verify their peers with it, `NAMESPACE/POD`.
    pub trusted_by: Vec<String>,
    /// Whether it is known that it may go.
    pub safe_to_remove: bool,
    /// Whether it may go, or nobody can say before more was read.
    pub removal: Removal,
    /// Why, why not, or what has to be read first.
    pub reason: String,
}

impl Roots {
    /// The report of these roots at `now`.
    pub fn new(roots: &[Root], now: UnixTime) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Roots".to_owned(),
            items: roots.iter().map(|root| RootItem::new(root, now)).collect(),
        }
    }
}

impl RootItem {
    fn new(root: &Root, now: UnixTime) -> Self {
        let names = |pods: &[ObjectName]| pods.iter().map(ToString::to_string).collect();
        Self {
            certificate: Certificate::new(&root.certificate, now),
            sources: root.sources.clone(),
            signers: root.signers.clone(),
            users: names(&root.users),
            trusted_by: names(&root.trusted_by),
            safe_to_remove: root.removal == Removal::Yes,
            removal: root.removal,
            reason: root.reason.clone(),
        }
    }
}
