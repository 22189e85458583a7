//! The Secret through which replicas share one CA: whoever comes first makes it, the others adopt it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use signet_cluster::kube;
use signet_cluster::kube::api::{Api, PostParams};

use super::Material;
use crate::Clock;
use crate::names::{FIELD_MANAGER, TLS_SECRET};

/// How often a write is tried again that another replica was faster with.
const ATTEMPTS: usize = 8;
const CA_BUNDLE: &str = "ca.crt";
const CA_KEY: &str = "ca.key";
const CHAIN: &str = "tls.crt";
const KEY: &str = "tls.key";

/// Where the material is kept.
#[derive(Clone)]
pub struct SharedSecret {
    secrets: Api<Secret>,
    namespace: String,
    names: BTreeSet<String>,
    clock: Clock,
}

/// Why there is no material.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The API server said no, or nothing.
    #[error("{0}")]
    Api(#[source] Box<kube::Error>),
    /// The machine could not make keys or certificates.
    #[error("certificates cannot be made: {0}")]
    Made(#[from] rcgen::Error),
    /// The namespace does not exist.
    #[error("the namespace {0} does not exist")]
    NoNamespace(String),
    /// Other replicas were faster every time.
    #[error("other replicas write it all the time")]
    Contended,
}

impl SharedSecret {
    /// The Secret of `namespace`, for a server that is called by any of `names`.
    pub fn new(client: kube::Client, namespace: &str, names: BTreeSet<String>, clock: Clock) -> Self {
        Self { secrets: Api::namespaced(client, namespace), namespace: namespace.to_owned(), names, clock }
    }

    /// The material that all replicas share: what is in the Secret, made or renewed where it has to be.
    ///
    /// Two replicas that find the same thing to do both try; the API server lets one win (a Secret can
    /// be created once, and replaced only in the version that was read), and the other adopts.
    pub async fn ensure(&self) -> Result<Material, SecretError> {
        for _ in 0..ATTEMPTS {
            let found = self.secrets.get_opt(TLS_SECRET).await.map_err(api)?;
            let former = found.as_ref().and_then(material_of);
            let now = self.clock.now();
            if let Some(material) = former.as_ref().filter(|material| material.is_current(&self.names, now)) {
                return Ok(material.clone());
            }
            let material = Material::renewed(former.as_ref(), &self.names, now)?;
            let version = found.and_then(|secret| secret.metadata.resource_version);
            match self.write(&material, version).await {
                Ok(()) => return Ok(material),
                Err(kube::Error::Api(status)) if status.code == 409 => {}
                Err(kube::Error::Api(status)) if status.code == 404 => {
                    return Err(SecretError::NoNamespace(self.namespace.clone()));
                }
                Err(error) => return Err(api(error)),
            }
        }
        Err(SecretError::Contended)
    }

    /// Changes of the Secret, and the moments when a renewal is due: call [`SharedSecret::ensure`] then.
    pub fn wake_ups(&self) -> impl futures::Stream<Item = ()> + use<> {
        crate::watch::changes_of(self.secrets.clone(), TLS_SECRET)
    }

    /// How long until `material` is due for renewal; at least a minute, so that a clock that is wrong
    /// does not make the replicas fight.
    pub fn patience(&self, material: &Material) -> Duration {
        let left = material.renewal().map_or(0, |renewal| renewal.since(self.clock.now()));
        Duration::from_secs(u64::try_from(left).unwrap_or_default().clamp(60, 86_400))
    }

    async fn write(&self, material: &Material, version: Option<String>) -> Result<(), kube::Error> {
        let secret = secret_of(material, version.clone());
        let params = PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
        match version {
            None => self.secrets.create(&params, &secret).await?,
            Some(_) => self.secrets.replace(TLS_SECRET, &params, &secret).await?,
        };
        Ok(())
    }
}

fn api(error: kube::Error) -> SecretError {
    SecretError::Api(Box::new(error))
}

fn material_of(secret: &Secret) -> Option<Material> {
    let data = secret.data.as_ref()?;
    let text = |key: &str| String::from_utf8(data.get(key)?.0.clone()).ok();
    Some(Material {
        ca_bundle: text(CA_BUNDLE)?,
        ca_key: text(CA_KEY)?,
        chain: text(CHAIN)?,
        key: text(KEY)?,
    })
}

fn secret_of(material: &Material, resource_version: Option<String>) -> Secret {
    let data: BTreeMap<String, ByteString> = [
        (CA_BUNDLE, &material.ca_bundle),
        (CA_KEY, &material.ca_key),
        (CHAIN, &material.chain),
        (KEY, &material.key),
    ]
    .into_iter()
    .map(|(key, text)| (key.to_owned(), ByteString(text.clone().into_bytes())))
    .collect();
    let labels = [("app.kubernetes.io/name".to_owned(), "signet".to_owned())].into();
    Secret {
        metadata: ObjectMeta {
            name: Some(TLS_SECRET.to_owned()),
            labels: Some(labels),
            resource_version,
            ..ObjectMeta::default()
        },
        type_: Some("kubernetes.io/tls".to_owned()),
        data: Some(data),
        ..Secret::default()
    }
}
