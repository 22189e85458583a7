//! Certificates as base64 of their DER: a snapshot holds no text that is not needed.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};
use signet_certs::Certificate;

pub(super) fn serialize<S: Serializer>(
    certificates: &[Arc<Certificate>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(certificates.iter().map(|certificate| STANDARD.encode(certificate.der())))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Arc<Certificate>>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|text| {
            let der = STANDARD.decode(text).map_err(D::Error::custom)?;
            Certificate::parse(&der).map(Arc::new).map_err(D::Error::custom)
        })
        .collect()
}
