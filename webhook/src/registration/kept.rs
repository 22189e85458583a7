//! One webhook configuration, kept as it has to be.

use futures::StreamExt as _;
use k8s_openapi::ByteString;
use serde_json::{Value, json};
use signet_cluster::kube;
use signet_cluster::kube::ResourceExt as _;
use signet_cluster::kube::api::{Api, DeleteParams, Patch, PatchParams, Preconditions};
use tokio::sync::watch;

use super::Configuration;
use crate::Failure;
use crate::config::WebhookUrl;
use crate::drain::Drain;
use crate::names::FIELD_MANAGER;
use crate::tls::Identity;

/// One configuration by which the API server calls this webhook.
#[derive(Clone)]
pub(super) struct Kept<K> {
    api: Api<K>,
    name: String,
    /// Set when the program registers itself.
    own: Option<Own>,
}

/// What a registration of our own says.
#[derive(Clone)]
pub(super) struct Own {
    pub(super) url: WebhookUrl,
    pub(super) namespace: String,
    pub(super) mesh_namespace: String,
}

impl<K: Configuration> Kept<K> {
    pub(super) fn new(client: kube::Client, name: &str, own: Option<Own>) -> Self {
        Self { api: Api::all(client), name: name.to_owned(), own }
    }

    /// Refuses to take over a configuration that a chart made for a Service.
    pub(super) async fn check(&self) -> Result<(), Failure> {
        let what = format!("{} {}", K::kind(&()), self.name);
        let remedy = "look at the API server and at the rights of this user";
        let found = self.api.get_opt(&self.name).await;
        let found = found.map_err(|error| Failure::new(&what, error, remedy))?;
        let mut clients = found.iter().flat_map(K::clients);
        if self.own.is_some() && clients.any(|(_, client)| client.service.is_some()) {
            let why = "it already leads to a Service";
            return Err(Failure::new(what, why, "leave --webhook-url out, or choose another --webhook-name"));
        }
        Ok(())
    }

    /// Keeps the configuration as it has to be, whoever changes it, until `leaving` begins. A write that
    /// is under way then is finished.
    pub(super) async fn keep(self, mut identity: watch::Receiver<Identity>, mut leaving: Drain) {
        let mut changes = std::pin::pin!(crate::watch::changes_of(self.api.clone(), &self.name));
        let mut is_there = true;
        loop {
            let ca_bundle = identity.borrow_and_update().ca_bundle.clone();
            let is_own = self.own.is_some();
            if let Some(ca_bundle) = ca_bundle.or_else(|| is_own.then(String::new)) {
                match self.settle(&ca_bundle).await {
                    Ok(found) => {
                        if is_there && !found {
                            let (kind, name) = (K::kind(&()), &self.name);
                            tracing::warn!(%kind, name, "there is no such object; apply the manifest");
                        }
                        is_there = found;
                    }
                    Err(error) => tracing::warn!(reason = %error, "the registration cannot be written"),
                }
            }
            tokio::select! {
                Some(()) = changes.next() => {}
                Ok(()) = identity.changed() => {}
                () = leaving.begun() => return,
            }
        }
    }

    /// Makes the configuration what it has to be; whether there is one.
    pub(super) async fn settle(&self, ca_bundle: &str) -> Result<bool, kube::Error> {
        let ca_bundle = ByteString(ca_bundle.as_bytes().to_vec());
        if let Some(own) = &self.own {
            self.apply(own.entries::<K>(&ca_bundle)).await?;
            return Ok(true);
        }
        let Some(found) = self.api.get_opt(&self.name).await? else { return Ok(false) };
        if found.clients().all(|(_, client)| client.ca_bundle.as_ref() == Some(&ca_bundle)) {
            return Ok(true);
        }
        // The names and nothing else: everything else stays the chart's.
        let fill = |name: &str| json!({"name": name, "clientConfig": {"caBundle": ca_bundle}});
        self.apply(found.clients().map(|(name, _)| fill(name)).collect()).await?;
        Ok(true)
    }

    /// Takes a configuration of our own away.
    pub(super) async fn remove(&self) -> Result<(), kube::Error> {
        if self.own.is_none() {
            return Ok(());
        }
        let Some(found) = self.api.get_opt(&self.name).await? else { return Ok(()) };
        let preconditions = Preconditions { uid: found.uid(), resource_version: None };
        let params = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        match self.api.delete(&self.name, &params).await {
            Err(kube::Error::Api(status)) if status.code == 404 || status.code == 409 => Ok(()),
            other => other.map(|_| ()),
        }
    }

    async fn apply(&self, webhooks: Vec<Value>) -> Result<(), kube::Error> {
        let object = json!({
            "apiVersion": K::api_version(&()),
            "kind": K::kind(&()),
            "metadata": {"name": self.name},
            "webhooks": webhooks,
        });
        let params = PatchParams::apply(FIELD_MANAGER).force();
        self.api.patch(&self.name, &params, &Patch::Apply(&object)).await?;
        tracing::info!(kind = %K::kind(&()), name = self.name, "the registration is written");
        Ok(())
    }
}

impl Own {
    fn entries<K: Configuration>(&self, ca_bundle: &ByteString) -> Vec<Value> {
        let client_config = json!({"url": self.url.to(K::PATH), "caBundle": ca_bundle});
        K::entries(&client_config, &self.namespace, &self.mesh_namespace)
    }
}
