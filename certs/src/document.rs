//! What was found in the input: objects with the certificates, keys and requests that they hold.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::x509::{Certificate, Fingerprint, KeyAlgorithm, RevocationList, SubjectAltNames};
use crate::{Finding, UnixTime};

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
    /// Where in the value each of them stands, one for one; empty for a chain that no input held.
    pub places: Vec<Place>,
    /// The private keys, of which nothing is kept but what they are.
    pub keys: Vec<Key>,
    /// The PKCS#10 certificate requests.
    pub requests: Vec<Request>,
    /// The certificate revocation lists.
    pub revocation_lists: Vec<RevocationList>,
    /// The certificates that the value speaks of without holding them.
    pub summaries: Vec<Summary>,
}

impl Entry {
    /// An entry at `path` with nothing in it yet.
    pub(crate) fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Whether nothing was found in it.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
            && self.keys.is_empty()
            && self.requests.is_empty()
            && self.revocation_lists.is_empty()
            && self.summaries.is_empty()
    }

    /// Every certificate with its place, where that is known.
    pub fn placed(&self) -> impl Iterator<Item = (&Arc<Certificate>, Option<Place>)> {
        let places = self.places.iter().copied().map(Some).chain(std::iter::repeat(None));
        self.certificates.iter().zip(places)
    }
}

/// Where in a value a certificate stands. The value is what is left once its object's own encoding is
/// taken off: the text of a Secret's key, not its base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the values at the entry's path, from 0, where they are a list (`x5c`, `certChain`).
    pub item: Option<usize>,
    /// Which PEM block, or which DER structure, of the value: counted from 1, other kinds included.
    pub block: usize,
    /// The byte of the value at which that block, or a certificate within a PKCS#7, begins, from 0.
    pub offset: usize,
}

/// What an input tells of a certificate without holding it, as Envoy's `/certs` does. It is a claim:
/// nothing of it can be verified, and only its times are judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lower-case hexadecimal without sign.
    pub serial_number: Option<String>,
    /// Subject alternative names by type.
    pub sans: SubjectAltNames,
    /// The first second in which it is valid.
    pub not_before: Option<UnixTime>,
    /// The last second in which it is valid.
    pub not_after: Option<UnixTime>,
    /// The file that the proxy read it from.
    pub file: Option<String>,
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
    /// What a proxy says of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<State>,
}

/// What a proxy says of a secret of its dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In use (Envoy's dynamic active secrets; ztunnel's `Available`).
    Active,
    /// Part of the configuration that Envoy started with.
    Static,
    /// ztunnel could not get it.
    Unavailable,
    /// Asked for and not there yet (Envoy's dynamic warming secrets; ztunnel's `Initializing`).
    Warming,
}

impl State {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Static => "static",
            Self::Unavailable => "unavailable",
            Self::Warming => "warming",
        }
    }
}

/// The formats that are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// DER structures, as they are or in base64 or hexadecimal.
    Der,
    /// What Envoy's admin port, istioctl or ztunnel dump.
    ConfigDump,
    /// Envoy's `/certs`, which speaks of certificates without holding them.
    EnvoyCerts,
    /// A JWK set with certificates: a SPIFFE bundle.
    Jwks,
    /// A Kubernetes object as YAML or JSON.
    Kubernetes,
    /// PEM blocks, with any text around them.
    #[default]
    Pem,
    /// A PKCS#7 bundle in DER, as it is or in base64 or hexadecimal.
    Pkcs7,
}

impl Format {
    /// The kebab-case word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Der => "der",
            Self::ConfigDump => "config-dump",
            Self::EnvoyCerts => "envoy-certs",
            Self::Jwks => "jwks",
            Self::Kubernetes => "kubernetes",
            Self::Pem => "pem",
            Self::Pkcs7 => "pkcs7",
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
