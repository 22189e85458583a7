//! What `decode` prints.

use serde::{Deserialize, Serialize};

use super::{API_VERSION, Certificate};
use crate::document::{Key, Request, Summary};
use crate::x509::{self, KeyAlgorithm, SubjectAltNames};
use crate::{Document, Entry, Finding, Fingerprint, JudgeOptions, Place, Source, UnixTime, judge};

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
    /// The certificate revocation lists.
    pub revocation_lists: Vec<RevocationListReport>,
    /// What the document tells of certificates that it does not hold.
    pub summaries: Vec<SummaryReport>,
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
    /// Which PEM block, or which DER structure, of the value it is: counted from 1, other kinds included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub block: Option<usize>,
    /// The byte of the value at which that block begins, from 0. The value is what is left once its
    /// object's own encoding is taken off: the text of a Secret's key, not its base64.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<usize>,
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

/// A certificate revocation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RevocationListReport {
    /// The value that holds it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// RFC 4514 form.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub issuer: String,
    /// When it was issued.
    pub this_update: UnixTime,
    /// When the next one is due at the latest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_update: Option<UnixTime>,
    /// How many certificates it revokes.
    pub revoked: usize,
}

/// What a document tells of a certificate without holding it: a claim that cannot be verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SummaryReport {
    /// The list in which it stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// Lower-case hexadecimal without sign.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub serial_number: Option<String>,
    /// Subject alternative names by type.
    pub sans: SubjectAltNames,
    /// The first second in which it is valid.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_before: Option<UnixTime>,
    /// The last second in which it is valid.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub not_after: Option<UnixTime>,
    /// What remains of its life; negative once expired.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remaining_seconds: Option<i64>,
    /// The file that the proxy read it from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
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
        let now = options.now;
        let mut report = Self {
            source: document.source.clone(),
            certificates: Vec::with_capacity(document.certificates().count()),
            keys: Vec::new(),
            requests: Vec::new(),
            revocation_lists: Vec::new(),
            summaries: Vec::new(),
            findings: judge(document, options),
        };
        for entry in &document.entries {
            for (certificate, place) in entry.placed() {
                report.certificates.push(PlacedCertificate {
                    path: path(entry, place),
                    block: place.map(|place| place.block),
                    offset: place.map(|place| place.offset),
                    certificate: Certificate::new(certificate, now),
                });
            }
            let path = || path(entry, None);
            report.keys.extend(entry.keys.iter().map(|key| KeyReport::new(key, path())));
            report.requests.extend(entry.requests.iter().map(|request| RequestReport::new(request, path())));
            report
                .revocation_lists
                .extend(entry.revocation_lists.iter().map(|list| RevocationListReport::new(list, path())));
            report
                .summaries
                .extend(entry.summaries.iter().map(|summary| SummaryReport::new(summary, path(), now)));
        }
        report
    }
}

impl KeyReport {
    fn new(key: &Key, path: Option<String>) -> Self {
        Self { algorithm: key.algorithm, bits: key.bits, path, matches: key.matches }
    }
}

impl RequestReport {
    fn new(request: &Request, path: Option<String>) -> Self {
        let Request { subject, uris, dns } = request.clone();
        Self { path, subject, uris, dns }
    }
}

impl RevocationListReport {
    fn new(list: &x509::RevocationList, path: Option<String>) -> Self {
        let x509::RevocationList { issuer, this_update, next_update, revoked } = list.clone();
        Self { path, issuer, this_update, next_update, revoked }
    }
}

impl SummaryReport {
    fn new(summary: &Summary, path: Option<String>, now: UnixTime) -> Self {
        let Summary { serial_number, sans, not_before, not_after, file } = summary.clone();
        let remaining_seconds = not_after.map(|not_after| not_after.since(now));
        Self { path, serial_number, sans, not_before, not_after, remaining_seconds, file }
    }
}

fn path(entry: &Entry, place: Option<Place>) -> Option<String> {
    match place.and_then(|place| place.item) {
        Some(item) => Some(format!("{}[{item}]", entry.path)),
        None => Some(entry.path.clone()).filter(|path| !path.is_empty()),
    }
}
