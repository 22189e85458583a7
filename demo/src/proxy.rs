//! What a proxy's admin port answers: the bytes of an Envoy `config_dump`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signet_certs::UnixTime;

/// A secret of this type is what Envoy's SDS hands out.
const SECRET: &str = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

/// What one proxy has loaded.
pub(crate) struct Loaded<'a> {
    pub(crate) node_id: String,
    /// `node.metadata.CERT_SIGNER`, where its environment names one.
    pub(crate) signer: Option<&'a str>,
    /// The chain as PEM; nothing while it waits for its first.
    pub(crate) chain: Option<&'a str>,
    /// The roots as PEM, or one bundle per trust domain as SPIRE gives them.
    pub(crate) roots: &'a str,
    pub(crate) spire_trust_domain: Option<&'a str>,
    pub(crate) updated: UnixTime,
}

/// The answer to `GET /config_dump?mask=bootstrap,dynamic_active_secrets,dynamic_warming_secrets`.
pub(crate) fn config_dump(loaded: &Loaded<'_>) -> Vec<u8> {
    let (active, warming): (Vec<Value>, Vec<Value>) = match loaded.chain {
        Some(chain) => (vec![workload_secret(chain, loaded.updated), root_secret(loaded)], vec![]),
        None => (
            vec![root_secret(loaded)],
            vec![json!({
                "name": "default",
                "version_info": "uninitialized",
                "last_updated": loaded.updated,
                "secret": {"@type": SECRET, "name": "default"},
            })],
        ),
    };
    let mut metadata = json!({"MESH_ID": "cluster.local", "PROXY_CONFIG": {}});
    if let Some(signer) = loaded.signer {
        metadata["CERT_SIGNER"] = json!(signer);
    }
    let dump = json!({"configs": [
        {
            "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
            "bootstrap": {"node": {"id": loaded.node_id, "metadata": metadata}},
            "last_updated": loaded.updated,
        },
        {
            "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
            "dynamic_active_secrets": active,
            "dynamic_warming_secrets": warming,
        },
    ]});
    dump.to_string().into_bytes()
}

fn workload_secret(chain: &str, updated: UnixTime) -> Value {
    json!({
        "name": "default",
        "last_updated": updated,
        "secret": {
            "@type": SECRET,
            "name": "default",
            "tls_certificate": {
                "certificate_chain": {"inline_bytes": STANDARD.encode(chain)},
                "private_key": {"inline_bytes": STANDARD.encode("[redacted]")},
            },
        },
    })
}

fn root_secret(loaded: &Loaded<'_>) -> Value {
    let roots = json!({"inline_bytes": STANDARD.encode(loaded.roots)});
    let context = match loaded.spire_trust_domain {
        None => json!({"trusted_ca": roots}),
        Some(trust_domain) => json!({"custom_validator_config": {
            "name": "envoy.tls.cert_validator.spiffe",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig",
                "trust_domains": [{"name": trust_domain, "trust_bundle": roots}],
            },
        }}),
    };
    json!({
        "name": "ROOTCA",
        "last_updated": loaded.updated,
        "secret": {"@type": SECRET, "name": "ROOTCA", "validation_context": context},
    })
}
