//! What `decode` prints.

use serde::{Deserialize, Serialize};

use super::{API_VERSION, Certificate};
use crate::x509::KeyAlgorithm;
use crate::{Document, Entry, Finding, Fingerprint, JudgeOptions, Source, judge};

/// Everything that was read, document by document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Documents {
    /// The version of this shape.
    pub api_version: String,
    /// `Documents`.
    pub kind: String,
    /// In the order of the input.
    pub documents: Vec<DocumentReport>,
}

/// One document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DocumentReport {
    /// Where it came from.
    pub source: Source,
    /// Every certificate, in the order served.
    pub certificates: Vec<PlacedCertificate>,
    /// The private keys: what they are, never what they say.
    pub keys: Vec<KeyReport>,
    /// The certificate requests.
    pub requests: Vec<RequestReport>,
    /// What is wrong, gravest first.
    pub findings: Vec<Finding>,
}

/// A certificate and where in its document it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlacedCertificate {
    /// The value that holds it: `data['tls.crt']`. Absent where the document is the value.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// Its facts.
    #[serde(flatten)]
    pub certificate: Certificate,
}

/// A private key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyReport {
    /// Absent for an encrypted or unknown key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub algorithm: Option<KeyAlgorithm>,
    /// Its size, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bits: Option<u32>,
    /// The value that holds it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// The certificate of the same document that carries its public half.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub matches: Option<Fingerprint>,
}

/// A PKCS#10 certificate request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestReport {
    /// The value that holds it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// The subject asked for, in RFC 4514 form.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub subject: String,
    /// The URI SANs asked for.
    pub uris: Vec<String>,
    /// The DNS SANs asked for.
    pub dns: Vec<String>,
}

impl Documents {
    /// The report on `documents`, judged with `options`.
    pub fn new(documents: &[Document], options: &JudgeOptions<'_>) -> Self {
        Self {
            api_version: API_VERSION.to_owned(),
            kind: "Documents".to_owned(),
            documents: documents.iter().map(|document| DocumentReport::new(document, options)).collect(),
        }
    }

    /// The same report with every certificate as PEM. `documents` must be those it was made of.
    #[must_use]
    pub fn with_pem(mut self, documents: &[Document]) -> Self {
        for (report, document) in self.documents.iter_mut().zip(documents) {
            for (placed, certificate) in report.certificates.iter_mut().zip(document.certificates()) {
                placed.certificate = placed.certificate.clone().with_pem(certificate);
            }
        }
        self
    }
}

impl DocumentReport {
    /// The report on one document.
    pub fn new(document: &Document, options: &JudgeOptions<'_>) -> Self {
        let entries = &document.entries;
        Self {
            source: document.source.clone(),
            certificates: entries
                .iter()
                .flat_map(|entry| entry.certificates.iter().map(|certificate| (path(entry), certificate)))
                .map(|(path, certificate)| PlacedCertificate {
                    path,
                    certificate: Certificate::new(certificate, options.now),
                })
                .collect(),
            keys: entries
                .iter()
                .flat_map(|entry| entry.keys.iter().map(|key| (path(entry), key)))
                .map(|(path, key)| KeyReport {
                    algorithm: key.algorithm,
                    bits: key.bits,
                    path,
                    matches: key.matches,
                })
                .collect(),
            requests: entries
                .iter()
                .flat_map(|entry| entry.requests.iter().map(|request| (path(entry), request)))
                .map(|(path, request)| RequestReport {
                    path,
                    subject: request.subject.clone(),
                    uris: request.uris.clone(),
                    dns: request.dns.clone(),
                })
                .collect(),
            findings: judge(document, options),
        }
    }
}

fn path(entry: &Entry) -> Option<String> {
    Some(entry.path.clone()).filter(|path| !path.is_empty())
}
