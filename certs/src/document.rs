//! What was found in the input: objects with the certificates, keys and requests that they hold.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Finding;
use crate::x509::{Certificate, Fingerprint, KeyAlgorithm};

/// One thing that holds certificates: a PEM file, a Secret, one secret of an Envoy dump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Where it came from.
    pub source: Source,
    /// Its values, in the order in which they stand.
    pub entries: Vec<Entry>,
    /// What could not be read in it, and what should not be in it.
    pub findings: Vec<Finding>,
}

impl Document {
    /// Every certificate, in the order served.
    pub fn certificates(&self) -> impl Iterator<Item = &Arc<Certificate>> {
        self.entries.iter().flat_map(|entry| &entry.certificates)
    }
}

/// One value of a document: a key of a Secret, a chain of a dump, the text of a PEM file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the document, as a reader would write it: `data['tls.crt']`.
    /// Empty when the document is the value.
    pub path: String,
    /// The certificates in the order served.
    pub certificates: Vec<Arc<Certificate>>,
    /// The private keys, of which nothing is kept but what they are.
    pub keys: Vec<Key>,
    /// The PKCS#10 certificate requests.
    pub requests: Vec<Request>,
}

impl Entry {
    /// Whether nothing was found in it.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.keys.is_empty() && self.requests.is_empty()
    }
}

/// Where a document came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The file's name as given; `-` for standard input. Set by whoever read the file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    /// What the input turned out to be.
    pub format: Format,
    /// Where in the file the object stands: `items[2]`, `dynamic_active_secrets[0]`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<String>,
    /// The object's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// The object's namespace.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub namespace: Option<String>,
    /// The object's kind, as Kubernetes or Envoy spells it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
}

/// The formats that are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One DER certificate, as it is or in base64 or hexadecimal.
    Der,
    /// What Envoy's admin port, istioctl or ztunnel dump.
    ConfigDump,
    /// A Kubernetes object as YAML or JSON.
    Kubernetes,
    /// PEM blocks, with any text around them.
    #[default]
    Pem,
}

impl Format {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Der => "der",
            Self::ConfigDump => "config-dump",
            Self::Kubernetes => "kubernetes",
            Self::Pem => "pem",
        }
    }
}

/// A private key: what it is, never what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// The algorithm; absent for an encrypted or unknown key.
    pub algorithm: Option<KeyAlgorithm>,
    /// The key's size in bits, where known.
    pub bits: Option<u32>,
    /// The certificate of the same document that carries its public half.
    pub matches: Option<Fingerprint>,
    /// SHA-256 of the public key's bits, to compare with certificates.
    pub(crate) public_half: Option<[u8; 32]>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("algorithm", &self.algorithm)
            .field("bits", &self.bits)
            .finish_non_exhaustive()
    }
}

/// A PKCS#10 certificate request (RFC 2986).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The subject asked for, in RFC 4514 form.
    pub subject: String,
    /// The URI SANs asked for.
    pub uris: Vec<String>,
    /// The DNS SANs asked for.
    pub dns: Vec<String>,
}
