//! Where a signer's CA comes from, when it is not the mesh config.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::names;
use crate::objects::{
    ClusterTrustBundleSource, ConfigMapVolume, KeyToPath, ProjectedSource, ProjectedVolume, SecretVolume,
    Volume,
};

/// Where the CA of one signer comes from. Of a signer that is not listed it is what
/// `meshConfig.caCertificates` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CaSource {
    /// The ClusterTrustBundles of the signer.
    ClusterTrustBundle(TrustBundles),
    /// A ConfigMap in the pod's namespace.
    ConfigMap(Key),
    /// A Secret in the pod's namespace.
    Secret(Key),
    /// SPIRE, which hands out certificates and roots itself.
    Spire(Spire),
}

/// Which ClusterTrustBundles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TrustBundles {
    /// Their `signerName`; the signer's own full name when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer_name: Option<String>,
}

/// A key of a ConfigMap or a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The object's name.
    pub name: String,
    /// The key with the CA certificates.
    pub key: PublicKeyName,
}

/// The name of a key that is not one of those in which private keys are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKeyName(String);

/// The name of a key that holds a private key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} holds a private key, which is never mounted; name the key with the CA certificates")]
pub struct PrivateKeyName(String);

/// SPIRE has nothing to set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spire {}

/// Where Kubernetes, Istio and its samples keep private keys.
const PRIVATE_KEYS: [&str; 3] = ["tls.key", "ca-key.pem", "key.pem"];

impl TryFrom<String> for PublicKeyName {
    type Error = PrivateKeyName;

    fn try_from(name: String) -> Result<Self, PrivateKeyName> {
        if PRIVATE_KEYS.contains(&name.as_str()) { Err(PrivateKeyName(name)) } else { Ok(Self(name)) }
    }
}

impl From<PublicKeyName> for String {
    fn from(name: PublicKeyName) -> Self {
        name.0
    }
}

impl CaSource {
    /// The volume that brings the CA of the signer with this full name; SPIRE has none.
    ///
    /// It is optional, because what it names may not be there yet.
    pub(super) fn volume(&self, full_name: &str) -> Option<Volume> {
        let items = |key: &Key| vec![KeyToPath::new(key.key.clone(), names::CA_FILE)];
        let mut volume = Volume { name: names::CA_VOLUME.to_owned(), ..Volume::default() };
        match self {
            Self::ClusterTrustBundle(bundles) => {
                let cluster_trust_bundle = ClusterTrustBundleSource {
                    signer_name: bundles.signer_name.clone().unwrap_or_else(|| full_name.to_owned()),
                    // An absent one would select nothing.
                    label_selector: Some(Map::new()),
                    path: names::CA_FILE.to_owned(),
                    optional: true,
                };
                let source = ProjectedSource { cluster_trust_bundle: Some(cluster_trust_bundle) };
                volume.projected = Some(ProjectedVolume { sources: vec![source] });
            }
            Self::ConfigMap(key) => {
                let name = key.name.clone();
                volume.config_map = Some(ConfigMapVolume { name, optional: true, items: items(key) });
            }
            Self::Secret(key) => {
                let secret_name = key.name.clone();
                volume.secret = Some(SecretVolume { secret_name, optional: true, items: items(key) });
            }
            Self::Spire(_) => return None,
        }
        Some(volume)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::CaSource;

    fn parse(source: Value) -> Result<CaSource, String> {
        serde_json::from_value(source).map_err(|error| error.to_string())
    }

    #[test]
    fn a_private_key_is_no_source() {
        for key in ["tls.key", "ca-key.pem", "key.pem"] {
            let reason = parse(json!({"secret": {"name": "ca", "key": key}})).expect_err(key);
            assert!(reason.contains("private key"), "{reason}");
        }
        assert!(parse(json!({"secret": {"name": "ca", "key": "ca.crt"}})).is_ok());
    }

    #[test]
    fn what_no_source_has_is_refused() {
        for source in
            [json!({"spire": {"socket": "x"}}), json!({"file": {}}), json!({"configMap": {"name": "x"}})]
        {
            assert!(parse(source.clone()).is_err(), "{source}");
        }
    }

    #[test]
    fn trust_bundles_are_the_signers_own_unless_others_are_named() {
        let signer = |source: Value| {
            let volume = parse(source).expect("a source").volume("d/foo").expect("a volume");
            serde_json::to_value(volume).expect("JSON")["projected"]["sources"][0]["clusterTrustBundle"]["signerName"]
                .clone()
        };
        assert_eq!(signer(json!({"clusterTrustBundle": {}})), "d/foo");
        assert_eq!(signer(json!({"clusterTrustBundle": {"signerName": "d/all"}})), "d/all");
    }
}
