//! X.509 certificates (RFC 5280) and the identities in them (SPIFFE), without any word of Kubernetes.
//!
//! Only this folder names `x509_parser`. A certificate is read once ([`Certificate::parse`]); what
//! it says is then plain data, and no accessor can fail.

mod certificate;
mod criticality;
mod der;
mod extensions;
mod fingerprint;
mod general_names;
mod hex;
mod name;
mod oids;
mod parse;
mod pkcs7;
mod private_key;
mod public_key;
mod request;
mod revocation_list;
mod signature;
mod spiffe;

pub use certificate::Certificate;
pub use fingerprint::{Fingerprint, InvalidFingerprint};
pub use general_names::{NameConstraints, SubjectAltNames};
pub use parse::ParseError;
pub use public_key::{KeyAlgorithm, PublicKey};
pub use revocation_list::RevocationList;
pub use signature::SignedBy;
pub use spiffe::{InvalidSpiffeId, SpiffeId};

pub(crate) use criticality::id_ce;
pub(crate) use der::{looks_like_der, split as split_der};
pub(crate) use hex::{decode as decode_hex, encode as encode_hex};
pub(crate) use name::printable;
pub(crate) use pkcs7::SignedData;
pub(crate) use private_key::PrivateKey;
pub(crate) use request::CertificateRequest;
