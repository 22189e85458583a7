//! What `check` prints: findings and nothing else.

use serde::{Deserialize, Serialize};

use super::{API_VERSION, Documents};
use crate::{Finding, Severity, Source};

/// Everything that is wrong, in the order of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// The version of this shape.
    pub api_version: String,
    /// `Findings`.
    pub kind: String,
    /// Object by object, the gravest of each first.
    pub items: Vec<LocatedFinding>,
    /// How many there are.
    pub summary: Summary,
}

/// A finding and the object that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LocatedFinding {
    /// The file that holds the object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// The object's namespace.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub namespace: Option<String>,
    /// The object's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Of severity error.
    pub error: usize,
    /// Of severity warning.
    pub warning: usize,
    /// Of severity info.
    pub info: usize,
}

impl Summary {
    /// How many of these there are.
    pub fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => summary.error += 1,
                Severity::Warning => summary.warning += 1,
                Severity::Info => summary.info += 1,
            }
        }
        summary
    }
}

impl Findings {
    /// The findings of a report on documents.
    pub fn of(documents: Documents) -> Self {
        let items = documents.documents.into_iter().flat_map(|document| {
            let Source { file, namespace, name, .. } = document.source;
            document.findings.into_iter().map(move |finding| LocatedFinding {
                file: file.clone(),
                namespace: namespace.clone(),
                name: name.clone(),
                finding,
            })
        });
        Self::new(items.collect())
    }

    /// These findings, counted.
    pub fn new(items: Vec<LocatedFinding>) -> Self {
        let summary = Summary::of(items.iter().map(|item| &item.finding));
        Self { api_version: API_VERSION.to_owned(), kind: "Findings".to_owned(), items, summary }
    }

    /// The gravest severity among them.
    pub fn gravest(&self) -> Option<Severity> {
        self.items.iter().map(|item| item.finding.severity).max()
    }
}
