//! The two kinds of objects that register a webhook, as far as they are alike.

use std::fmt::Debug;

use k8s_openapi::api::admissionregistration::v1::{
    MutatingWebhookConfiguration, ValidatingWebhookConfiguration, WebhookClientConfig,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use signet_cluster::kube;
use signet_cluster::kube::core::ClusterResourceScope;

use super::entries;
use crate::config::{MUTATE_PATH, VALIDATE_PATH};

/// A kind of webhook configuration.
pub trait Configuration:
    kube::Resource<DynamicType = (), Scope = ClusterResourceScope>
    + Clone
    + Debug
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
    /// Where its requests are answered.
    const PATH: &'static str;

    /// The entries of one of our own: how it is called, Signet's own namespace, the control plane's.
    fn entries(client_config: &Value, namespace: &str, mesh_namespace: &str) -> Vec<Value>;

    /// The name of each entry, and how it is called.
    fn clients(&self) -> impl Iterator<Item = (&str, &WebhookClientConfig)>;
}

impl Configuration for MutatingWebhookConfiguration {
    const PATH: &'static str = MUTATE_PATH;

    fn entries(client_config: &Value, namespace: &str, mesh_namespace: &str) -> Vec<Value> {
        entries::mutating(client_config, namespace, mesh_namespace)
    }

    fn clients(&self) -> impl Iterator<Item = (&str, &WebhookClientConfig)> {
        self.webhooks.iter().flatten().map(|entry| (entry.name.as_str(), &entry.client_config))
    }
}

impl Configuration for ValidatingWebhookConfiguration {
    const PATH: &'static str = VALIDATE_PATH;

    fn entries(client_config: &Value, _namespace: &str, _mesh_namespace: &str) -> Vec<Value> {
        entries::validating(client_config)
    }

    fn clients(&self) -> impl Iterator<Item = (&str, &WebhookClientConfig)> {
        self.webhooks.iter().flatten().map(|entry| (entry.name.as_str(), &entry.client_config))
    }
}
