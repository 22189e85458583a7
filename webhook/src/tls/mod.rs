//! The serving certificate: made by the webhook itself and shared by its replicas through a Secret, or
//! put into a folder by somebody else. Either way it is exchanged without dropping a connection.

mod authority;
mod folder;
mod identity;
mod material;
mod secret;

use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use futures::StreamExt as _;
use tokio::sync::watch;

pub use folder::{EVERY, Folder, FolderError};
pub use identity::{Identity, InvalidIdentity};
pub use material::Material;
pub use secret::{SecretError, SharedSecret};

use crate::Metrics;

/// How long after a failure the Secret is looked at again.
const RETRY: Duration = Duration::from_secs(10);

/// What is served with, and the way to exchange it.
pub struct Reloader {
    config: RustlsConfig,
    identity: watch::Sender<Identity>,
    metrics: Metrics,
}

impl Reloader {
    /// Begins with `identity`.
    pub fn new(identity: Identity, metrics: Metrics) -> Result<Self, InvalidIdentity> {
        let config = RustlsConfig::from_config(identity.server_config()?);
        let reloader = Self { config, identity: watch::Sender::new(identity), metrics };
        reloader.measure();
        Ok(reloader)
    }

    /// The settings to serve with; they follow every exchange.
    pub fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// What is served with, now and after every exchange.
    pub fn identity(&self) -> watch::Receiver<Identity> {
        self.identity.subscribe()
    }

    /// Serves new connections with `identity`; those that are open go on. An identity that cannot be
    /// served with changes nothing.
    pub fn reload(&self, identity: Identity) -> Result<(), InvalidIdentity> {
        if *self.identity.borrow() == identity {
            return Ok(());
        }
        self.config.reload_from_config(identity.server_config()?);
        if let Some(not_after) = identity.not_after() {
            tracing::info!(%not_after, "serving with another certificate");
        }
        self.identity.send_replace(identity);
        self.measure();
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
    fn measure(&self) {
        let identity = self.identity.borrow();
        if let Some(not_after) = identity.not_after() {
            self.metrics.serving_not_after.set(not_after.seconds() as f64);
        }
        if let Some(not_after) = identity.ca_not_after() {
            self.metrics.ca_not_after.set(not_after.seconds() as f64);
        }
    }
}

/// Keeps serving with what is in the Secret, and renews it in time.
pub async fn follow_secret(secret: SharedSecret, mut material: Material, reloader: Reloader) {
    let mut wake_ups = std::pin::pin!(secret.wake_ups());
    let mut patience = secret.patience(&material);
    loop {
        tokio::select! {
            Some(()) = wake_ups.next() => {}
            () = tokio::time::sleep(patience) => {}
        }
        patience = match secret.ensure().await {
            Ok(found) => {
                material = found;
                if let Err(error) = reloader.reload(material.identity()) {
                    tracing::error!(reason = %error, "the Secret's certificate cannot be served with");
                }
                secret.patience(&material)
            }
            Err(error) => {
                tracing::warn!(reason = %error, "the Secret with the serving certificate is out of reach");
                RETRY
            }
        };
    }
}

/// Keeps serving with what is in the folder; what cannot be read or used leaves the last good one.
pub async fn follow_folder(folder: Folder, reloader: Reloader) {
    let mut ticks = tokio::time::interval(EVERY);
    let mut last_problem = String::new();
    loop {
        ticks.tick().await;
        let found = folder.read().and_then(|identity| Ok(reloader.reload(identity)?));
        let problem = found.err().map(|error| error.to_string()).unwrap_or_default();
        if problem != last_problem && !problem.is_empty() {
            let reason = &problem;
            tracing::warn!(reason, "the certificate in the folder cannot be used; the last good one goes on");
        }
        last_problem = problem;
    }
}
