//! Where the serving certificate comes from, as the flags say.

use std::collections::BTreeSet;

use signet_cluster::kube;

use crate::config::TlsMode;
use crate::tls::{self, Folder, Identity, Material, Reloader, SecretError, SharedSecret};
use crate::{Clock, Config, Failure};

/// Where the serving certificate comes from.
pub(crate) enum Serving {
    Folder {
        folder: Folder,
        identity: Identity,
    },
    /// Made for this process alone: outside of a cluster, where Signet has no namespace.
    Process(Material),
    Secret {
        secret: Box<SharedSecret>,
        material: Material,
    },
}

impl Serving {
    /// The first certificate, and whether Signet's namespace exists.
    pub(crate) async fn prepare(
        config: &Config,
        client: kube::Client,
        clock: Clock,
    ) -> Result<(Self, bool), Failure> {
        if let (TlsMode::Provided | TlsMode::CertManager, Some(folder)) = (config.tls, &config.tls_dir) {
            let folder = Folder::new(folder, config.tls == TlsMode::Provided);
            let identity = folder.read().map_err(|error| {
                let remedy = "put tls.crt and tls.key there, or use --tls self-managed";
                Failure::new(format!("the certificate in {folder}"), error, remedy)
            })?;
            return Ok((Self::Folder { folder, identity }, true));
        }
        let names = serving_names(config);
        let secret = SharedSecret::new(client, config.namespace(), names.clone(), clock);
        match secret.ensure().await {
            Ok(material) => Ok((Self::Secret { secret: Box::new(secret), material }, true)),
            Err(SecretError::NoNamespace(namespace)) if config.webhook_url.is_some() => {
                tracing::warn!(namespace, "there is no such namespace: the CA lives in this process alone");
                let material = Material::renewed(None, &names, clock.now()).map_err(SecretError::Made);
                Ok((Self::Process(material.map_err(|error| secret_failure(&error))?), false))
            }
            Err(error) => Err(secret_failure(&error)),
        }
    }

    /// The certificate to begin with.
    pub(crate) fn identity(&self) -> Identity {
        match self {
            Self::Folder { identity, .. } => identity.clone(),
            Self::Process(material) | Self::Secret { material, .. } => material.identity(),
        }
    }

    /// Exchanges it for as long as the program runs.
    pub(crate) async fn follow(self, reloader: Reloader) {
        match self {
            Self::Folder { folder, .. } => tls::follow_folder(folder, reloader).await,
            // The registration reads the identity from it.
            Self::Process(_) => {
                let _reloader = reloader;
                std::future::pending::<()>().await;
            }
            Self::Secret { secret, material } => tls::follow_secret(*secret, material, reloader).await,
        }
    }
}

fn secret_failure(error: &SecretError) -> Failure {
    let remedy = match error {
        SecretError::NoNamespace(_) => "create it, or name another with --namespace",
        _ => "look at the API server and at the rights of this user on Secrets of that namespace",
    };
    Failure::new(format!("the Secret {}", crate::names::TLS_SECRET), error, remedy)
}

/// What the API server may call this server by.
fn serving_names(config: &Config) -> BTreeSet<String> {
    let service = format!("{}.{}.svc", config.service_name, config.namespace());
    let url = config.webhook_url.as_ref().map(|url| url.host.clone());
    url.into_iter().chain([service]).collect()
}
