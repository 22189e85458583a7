//! The objects that hold CA certificates, beside ConfigMaps.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use signet_certs::formats::pem;
use signet_certs::{Document, Limits};

use super::mapping;
use super::meta::{ObjectMeta, null_as_default};

/// The keys of a Secret under which Istio, cert-manager and `kubernetes.io/tls` put certificates.
const CERTIFICATE_KEYS: [&str; 5] = ["ca-cert.pem", "ca.crt", "cert-chain.pem", "root-cert.pem", "tls.crt"];

/// A Secret of a certificate authority, of which the certificates alone are read.
///
/// The key beside them is passed over where the answer is parsed, and of a value that holds one too only
/// the certificates are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CaSecret {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// Its certificates as PEM, by key.
    #[serde(serialize_with = "as_base64", deserialize_with = "certificates_alone")]
    pub data: BTreeMap<String, String>,
}

/// A ClusterTrustBundle (certificates.k8s.io/v1, before Kubernetes 1.37 v1beta1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterTrustBundle {
    /// Its metadata.
    #[serde(deserialize_with = "mapping::object")]
    pub metadata: ObjectMeta,
    /// What it holds.
    #[serde(deserialize_with = "mapping::object")]
    pub spec: ClusterTrustBundleSpec,
}

/// What a ClusterTrustBundle holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterTrustBundleSpec {
    /// The signer whose roots they are; empty for a bundle of nobody's.
    #[serde(skip_serializing_if = "String::is_empty", deserialize_with = "null_as_default")]
    pub signer_name: String,
    /// The roots as PEM.
    #[serde(deserialize_with = "null_as_default")]
    pub trust_bundle: String,
}

fn as_base64<S: Serializer>(data: &BTreeMap<String, String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(data.iter().map(|(key, text)| (key, STANDARD.encode(text))))
}

fn certificates_alone<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    Ok(Option::<Certificates>::deserialize(deserializer)?.unwrap_or_default().0)
}

/// The certificates of a Secret's `data`.
#[derive(Default)]
struct Certificates(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Certificates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CertificatesVisitor)
    }
}

struct CertificatesVisitor;

impl<'de> Visitor<'de> for CertificatesVisitor {
    type Value = Certificates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of keys to base64")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Certificates, A::Error> {
        let mut data = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if !CERTIFICATE_KEYS.contains(&key.as_str()) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let encoded: Option<String> = map.next_value()?;
            if let Some(text) = encoded.and_then(|encoded| certificates(&encoded)) {
                data.insert(key, text);
            }
        }
        Ok(Certificates(data))
    }
}

/// The certificates of a value, written anew as PEM; nothing where it has none.
fn certificates(encoded: &str) -> Option<String> {
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let documents = signet_certs::read(&bytes, &Limits::default()).ok()?;
    let certificates = documents.iter().flat_map(Document::certificates);
    let text: String = certificates.map(|one| pem::encode("CERTIFICATE", one.der())).collect();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_a_secret_the_certificates_alone_are_kept() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
        let certificate = pem::encode("CERTIFICATE", certificate.der());
        let key = pem::encode("PRIVATE KEY", key.serialized_der());
        let both = format!("{certificate}{key}");
        let secret: CaSecret = serde_json::from_value(json!({
            "metadata": {"name": "cacerts"},
            "data": {
                "ca-key.pem": STANDARD.encode(&key),
                "ca-cert.pem": STANDARD.encode(&both),
                "root-cert.pem": STANDARD.encode(&certificate),
                "cert-chain.pem": "",
                "tls.crt": null,
            },
        }))
        .expect("a Secret");
        assert_eq!(secret.data.keys().collect::<Vec<_>>(), ["ca-cert.pem", "root-cert.pem"]);
        assert!(secret.data.values().all(|text| !text.contains("PRIVATE KEY")), "{secret:?}");
        let written = serde_json::to_value(&secret).expect("JSON");
        assert_eq!(serde_json::from_value::<CaSecret>(written).expect("the same"), secret);
    }
}
