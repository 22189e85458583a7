//! The webhook configurations: made and taken away by the program when it is called by a URL; the
//! chart's otherwise, in which it only fills in and repairs the `caBundle`.

mod configuration;
pub mod entries;
mod kept;

use futures::FutureExt as _;
use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration,
};
use signet_cluster::kube;
use tokio::sync::watch;

pub use self::configuration::Configuration;
use self::kept::{Kept, Own};
use crate::Failure;
use crate::config::WebhookUrl;
use crate::drain::Drain;
use crate::tls::Identity;

/// How the API server comes to call this webhook: about pods, and about ProxyConfigs. Both
/// configurations have one name.
#[derive(Clone)]
pub struct Registration {
    pods: Kept<MutatingWebhookConfiguration>,
    proxy_configs: Kept<ValidatingWebhookConfiguration>,
}

impl Registration {
    /// The chart's configurations `name`, in which the `caBundle` is to be filled in.
    pub fn of_chart(client: kube::Client, name: &str) -> Self {
        Self::new(client, name, None)
    }

    /// Configurations `name` of our own, that send requests to `url`. They leave the pods of
    /// `namespace` (Signet's own) alone, and never hold up those of `mesh_namespace`.
    pub fn by_url(
        client: kube::Client,
        name: &str,
        url: WebhookUrl,
        namespace: &str,
        mesh_namespace: &str,
    ) -> Self {
        let own = Own { url, namespace: namespace.to_owned(), mesh_namespace: mesh_namespace.to_owned() };
        Self::new(client, name, Some(own))
    }

    fn new(client: kube::Client, name: &str, own: Option<Own>) -> Self {
        let proxy_configs = Kept::new(client.clone(), name, own.clone());
        Self { pods: Kept::new(client, name, own), proxy_configs }
    }

    /// Refuses to take over a configuration that a chart made for a Service.
    pub async fn check(&self) -> Result<(), Failure> {
        self.pods.check().await?;
        self.proxy_configs.check().await
    }

    /// Keeps the configurations as they have to be, whoever changes them, until `leaving` begins. A write
    /// that is under way then is finished.
    pub async fn keep(self, identity: watch::Receiver<Identity>, leaving: Drain) {
        let pods = self.pods.keep(identity.clone(), leaving.clone());
        let both = futures::future::join(pods, self.proxy_configs.keep(identity, leaving));
        both.map(drop).await;
    }

    /// Makes the configurations what they have to be; whether both are there.
    pub async fn settle(&self, ca_bundle: &str) -> Result<bool, kube::Error> {
        let both =
            futures::future::try_join(self.pods.settle(ca_bundle), self.proxy_configs.settle(ca_bundle));
        both.await.map(|(pods, proxy_configs)| pods && proxy_configs)
    }

    /// Takes configurations of our own away.
    pub async fn remove(&self) -> Result<(), kube::Error> {
        futures::future::try_join(self.pods.remove(), self.proxy_configs.remove()).await.map(drop)
    }
}
