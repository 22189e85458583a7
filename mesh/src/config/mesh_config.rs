//! The mesh config: ConfigMap `istio`, key `mesh` (Istio `pkg/config/mesh`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use signet_certs::yaml;

use super::proxy_metadata;
use super::proxy_metadata::field;
use crate::names;
use crate::objects::{ConfigMap, ObjectName};

/// The parts of the mesh config that decide about signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeshConfig {
    /// The ConfigMap that it comes from; `istio-system/istio` unless [`MeshConfig::of`] read it.
    pub object: ObjectName,
    /// The namespace whose ProxyConfigs hold for the whole mesh; `istio-system` by default.
    pub root_namespace: String,
    /// `defaultConfig.proxyMetadata`.
    pub proxy_metadata: BTreeMap<String, String>,
    /// `trustDomain`; `cluster.local` by default.
    pub trust_domain: String,
    /// `trustDomainAliases`.
    pub trust_domain_aliases: Vec<String>,
    /// `caCertificates`.
    pub ca_certificates: Vec<CaCertificate>,
}

impl Default for MeshConfig {
    fn default() -> Self {
        Self {
            object: ObjectName::new("istio-system", names::MESH_CONFIG_MAP),
            root_namespace: "istio-system".to_owned(),
            proxy_metadata: BTreeMap::new(),
            trust_domain: "cluster.local".to_owned(),
            trust_domain_aliases: Vec::new(),
            ca_certificates: Vec::new(),
        }
    }
}

/// One entry of `caCertificates`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaCertificate {
    /// The roots, as PEM text.
    pub pem: String,
    /// Full signer names (`DOMAIN/SIGNER`) whose root this is.
    pub cert_signers: Vec<String>,
    /// Trust domains whose root this is.
    pub trust_domains: Vec<String>,
}

/// A mesh config that Istio would refuse as well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidMeshConfig {
    /// What is wrong, with the field's path or the line.
    pub reason: String,
}

impl MeshConfig {
    /// Reads the text under the key `mesh`. Unknown fields are tolerated, as Istio does; a field that
    /// is absent or `null` has Istio's default.
    pub fn parse(text: &str) -> Result<Self, InvalidMeshConfig> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let value = yaml::first(text).map_err(|error| InvalidMeshConfig { reason: error.to_string() })?;
        read(&value).map_err(|reason| InvalidMeshConfig { reason })
    }

    /// The trust domains of peers that proxies of this mesh accept (Istio
    /// `pilot/pkg/security/authn` `TrustDomainsForValidation`).
    pub fn accepted_trust_domains(&self) -> BTreeSet<String> {
        let of_roots = self.ca_certificates.iter().flat_map(|entry| &entry.trust_domains);
        let all = std::iter::once(&self.trust_domain).chain(&self.trust_domain_aliases).chain(of_roots);
        all.cloned().collect()
    }

    /// The mesh config of a ConfigMap `istio` or `istio-REVISION` with a key `mesh`; nothing for any
    /// other ConfigMap.
    pub fn of(config_map: &ConfigMap) -> Option<Result<Self, InvalidMeshConfig>> {
        let revision = config_map.metadata.name.strip_prefix(names::MESH_CONFIG_MAP)?;
        if !revision.is_empty() && !revision.starts_with('-') {
            return None;
        }
        let text = config_map.data.get(names::MESH_CONFIG_KEY)?;
        let object = config_map.metadata.object_name();
        Some(Self::parse(text).map(|mesh| Self { object, ..mesh }))
    }
}

fn read(value: &Value) -> Result<MeshConfig, String> {
    let default = MeshConfig::default();
    let fields = match value {
        Value::Null => return Ok(default),
        Value::Object(fields) => fields,
        _ => return Err("the mesh config is no mapping of fields".to_owned()),
    };
    let metadata = field(fields, "defaultConfig", "default_config")
        .map_or(Ok(BTreeMap::new()), proxy_metadata::of)
        .map_err(|reason| format!("defaultConfig: {reason}"))?;
    Ok(MeshConfig {
        object: default.object,
        root_namespace: string(fields, "rootNamespace", "root_namespace")?.unwrap_or(default.root_namespace),
        proxy_metadata: metadata,
        trust_domain: string(fields, "trustDomain", "trust_domain")?
            .filter(|domain| !domain.is_empty())
            .unwrap_or(default.trust_domain),
        trust_domain_aliases: strings(fields, "trustDomainAliases", "trust_domain_aliases")?,
        ca_certificates: list(fields, "caCertificates", "ca_certificates")?
            .iter()
            .map(ca_certificate)
            .collect::<Result<_, _>>()?,
    })
}

fn ca_certificate(value: &Value) -> Result<CaCertificate, String> {
    let fields = value.as_object().ok_or("caCertificates has an entry that is no mapping")?;
    let entry = || -> Result<CaCertificate, String> {
        Ok(CaCertificate {
            pem: string(fields, "pem", "pem")?.unwrap_or_default(),
            cert_signers: strings(fields, "certSigners", "cert_signers")?,
            trust_domains: strings(fields, "trustDomains", "trust_domains")?,
        })
    };
    entry().map_err(|reason| format!("caCertificates: {reason}"))
}

fn string(fields: &Map<String, Value>, camel: &str, snake: &str) -> Result<Option<String>, String> {
    match field(fields, camel, snake) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(_) => Err(format!("{camel} is not a string; put it in quotes")),
    }
}

fn list<'a>(fields: &'a Map<String, Value>, camel: &str, snake: &str) -> Result<&'a [Value], String> {
    match field(fields, camel, snake) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(format!("{camel} is no list")),
    }
}

fn strings(fields: &Map<String, Value>, camel: &str, snake: &str) -> Result<Vec<String>, String> {
    let string = |value: &Value| value.as_str().map(str::to_owned);
    let strings: Option<Vec<String>> = list(fields, camel, snake)?.iter().map(string).collect();
    strings.ok_or_else(|| format!("{camel} has an entry that is not a string; put it in quotes"))
}

#[cfg(test)]
mod tests {
    use super::{CaCertificate, MeshConfig};
    use crate::objects::{ConfigMap, ObjectMeta};

    #[test]
    fn reads_what_decides_about_signers() {
        let mesh = MeshConfig::parse(
            "rootNamespace: root\ntrustDomain: td\ntrustDomainAliases: [old]\n\
             defaultConfig:\n  discoveryAddress: x\n  proxyMetadata:\n    A: b\n    C: null\n\
             caCertificates:\n- pem: PEM\n  certSigners: [d/foo]\n- spiffeBundleUrl: https://x\n",
        )
        .expect("a valid mesh config");
        assert_eq!((mesh.root_namespace.as_str(), mesh.trust_domain.as_str()), ("root", "td"));
        assert_eq!(mesh.trust_domain_aliases, ["old"]);
        assert_eq!(mesh.proxy_metadata, [("A".into(), "b".into()), ("C".into(), String::new())].into());
        assert_eq!(
            mesh.ca_certificates,
            [
                CaCertificate {
                    pem: "PEM".into(),
                    cert_signers: vec!["d/foo".into()],
                    ..CaCertificate::default()
                },
                CaCertificate::default(),
            ]
        );
    }

    #[test]
    fn absent_fields_have_istios_defaults() {
        assert_eq!(MeshConfig::parse(""), Ok(MeshConfig::default()));
        assert_eq!(MeshConfig::parse("accessLogFile: /dev/stdout\nnew: {x: 1}\n"), Ok(MeshConfig::default()));
    }

    #[test]
    fn the_protobuf_spelling_is_read_too() {
        let mesh = MeshConfig::parse("root_namespace: r\ndefault_config: {proxy_metadata: {A: b}}\n")
            .expect("a valid mesh config");
        assert_eq!((mesh.root_namespace.as_str(), mesh.proxy_metadata.len()), ("r", 1));
    }

    #[test]
    fn what_istio_refuses_is_an_error_that_names_the_field() {
        for (text, named) in [
            ("defaultConfig: {proxyMetadata: {A: 1}}", "proxyMetadata.A"),
            ("defaultConfig: {proxyMetadata: {A: yes}}", "proxyMetadata.A"),
            ("defaultConfig: [1]", "defaultConfig"),
            ("rootNamespace: 1", "rootNamespace"),
            ("caCertificates: {}", "caCertificates"),
            ("caCertificates: [{certSigners: [1]}]", "certSigners"),
            ("- a", "mapping"),
        ] {
            let error = MeshConfig::parse(text).expect_err(text).to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }

    #[test]
    fn only_istios_config_maps_hold_one() {
        let named = |name: &str| ConfigMap {
            metadata: ObjectMeta { name: name.into(), namespace: "ns".into(), ..ObjectMeta::default() },
            data: [("mesh".into(), "trustDomain: td".into())].into(),
        };
        for name in ["istio", "istio-canary"] {
            let mesh = MeshConfig::of(&named(name)).expect(name).expect("a valid mesh config");
            assert_eq!(mesh.object.to_string(), format!("ns/{name}"));
        }
        assert_eq!(MeshConfig::of(&named("istiod")), None);
        assert_eq!(MeshConfig::of(&ConfigMap::default()), None);
    }
}
