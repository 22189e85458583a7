//! The MutatingWebhookConfiguration: made and taken away by the program when it is called by a URL; the
//! chart's otherwise, in which it only fills in and repairs the `caBundle`.

use futures::StreamExt as _;
use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1::MutatingWebhookConfiguration;
use serde_json::{Value, json};
use signet_cluster::kube;
use signet_cluster::kube::api::{Api, DeleteParams, Patch, PatchParams, Preconditions};
use tokio::sync::watch;

use crate::Failure;
use crate::config::WebhookUrl;
use crate::drain::Drain;
use crate::names::FIELD_MANAGER;
use crate::tls::Identity;

/// How long the API server may take for an answer: longer would hold up whoever runs kubectl.
const TIMEOUT_SECONDS: u32 = 5;

/// How the API server comes to call this webhook.
#[derive(Clone)]
pub struct Registration {
    api: Api<MutatingWebhookConfiguration>,
    name: String,
    /// Set when the program registers itself.
    own: Option<Own>,
}

/// What a registration of our own says.
#[derive(Clone)]
struct Own {
    url: WebhookUrl,
    namespace: String,
    mesh_namespace: String,
}

impl Registration {
    /// The chart's configuration `name`, in which the `caBundle` is to be filled in.
    pub fn of_chart(client: kube::Client, name: &str) -> Self {
        Self { api: Api::all(client), name: name.to_owned(), own: None }
    }

    /// A configuration `name` of our own, that sends pods to `url`. It leaves the pods of
    /// `namespace` (Signet's own) alone, and never holds up those of `mesh_namespace`.
    pub fn by_url(
        client: kube::Client,
        name: &str,
        url: WebhookUrl,
        namespace: &str,
        mesh_namespace: &str,
    ) -> Self {
        let own = Own { url, namespace: namespace.to_owned(), mesh_namespace: mesh_namespace.to_owned() };
        Self { api: Api::all(client), name: name.to_owned(), own: Some(own) }
    }

    /// Refuses to take over a configuration that a chart made for a Service.
    pub async fn check(&self) -> Result<(), Failure> {
        let what = format!("MutatingWebhookConfiguration {}", self.name);
        let remedy = "look at the API server and at the rights of this user";
        let found = self.api.get_opt(&self.name).await;
        let found = found.map_err(|error| Failure::new(&what, error, remedy))?;
        let mut entries = found.iter().flat_map(|found| found.webhooks.iter().flatten());
        if self.own.is_some() && entries.any(|entry| entry.client_config.service.is_some()) {
            let why = "it already leads to a Service";
            return Err(Failure::new(what, why, "leave --webhook-url out, or choose another --webhook-name"));
        }
        Ok(())
    }

    /// Keeps the configuration as it has to be, whoever changes it, until `leaving` begins. A write that
    /// is under way then is finished.
    pub async fn keep(self, mut identity: watch::Receiver<Identity>, mut leaving: Drain) {
        let mut changes = std::pin::pin!(crate::watch::changes_of(self.api.clone(), &self.name));
        let mut is_there = true;
        loop {
            let ca_bundle = identity.borrow_and_update().ca_bundle.clone();
            let is_own = self.own.is_some();
            if let Some(ca_bundle) = ca_bundle.or_else(|| is_own.then(String::new)) {
                match self.settle(&ca_bundle).await {
                    Ok(found) => {
                        if is_there && !found {
                            let name = &self.name;
                            tracing::warn!(
                                name,
                                "there is no such MutatingWebhookConfiguration; apply the manifest"
                            );
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
    pub async fn settle(&self, ca_bundle: &str) -> Result<bool, kube::Error> {
        let ca_bundle = ByteString(ca_bundle.as_bytes().to_vec());
        if let Some(own) = &self.own {
            self.apply(own.entries(&ca_bundle)).await?;
            return Ok(true);
        }
        let Some(found) = self.api.get_opt(&self.name).await? else { return Ok(false) };
        let entries = found.webhooks.unwrap_or_default();
        if entries.iter().all(|entry| entry.client_config.ca_bundle.as_ref() == Some(&ca_bundle)) {
            return Ok(true);
        }
        // The names and nothing else: everything else stays the chart's.
        let fill = |name: &str| json!({"name": name, "clientConfig": {"caBundle": ca_bundle}});
        self.apply(entries.iter().map(|entry| fill(&entry.name)).collect()).await?;
        Ok(true)
    }

    /// Takes a configuration of our own away.
    pub async fn remove(&self) -> Result<(), kube::Error> {
        if self.own.is_none() {
            return Ok(());
        }
        let Some(found) = self.api.get_opt(&self.name).await? else { return Ok(()) };
        let preconditions = Preconditions { uid: found.metadata.uid, resource_version: None };
        let params = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
        match self.api.delete(&self.name, &params).await {
            Err(kube::Error::Api(status)) if status.code == 404 || status.code == 409 => Ok(()),
            other => other.map(|_| ()),
        }
    }

    async fn apply(&self, webhooks: Vec<Value>) -> Result<(), kube::Error> {
        let object = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": self.name},
            "webhooks": webhooks,
        });
        let params = PatchParams::apply(FIELD_MANAGER).force();
        self.api.patch(&self.name, &params, &Patch::Apply(&object)).await?;
        tracing::info!(name = self.name, "the registration is written");
        Ok(())
    }
}

impl Own {
    fn entries(&self, ca_bundle: &ByteString) -> Vec<Value> {
        let client_config = json!({"url": self.url.to_string(), "caBundle": ca_bundle});
        entries(&client_config, &self.namespace, &self.mesh_namespace)
    }
}

/// The entries of a configuration: every new pod outside of kube-system and of Signet's own namespace,
/// and those of the control plane by themselves. The chart's are the same but for how it is called.
///
/// Namespaces are told apart by `kubernetes.io/metadata.name`, which nobody but the API server sets.
pub fn entries(client_config: &Value, namespace: &str, mesh_namespace: &str) -> Vec<Value> {
    let entry = |name: &str, operator: &str, namespaces: &[&str]| {
        let expression =
            json!({"key": "kubernetes.io/metadata.name", "operator": operator, "values": namespaces});
        let rule = json!({
            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
            "resources": ["pods"], "scope": "Namespaced",
        });
        json!({
            "name": name,
            "admissionReviewVersions": ["v1"],
            "clientConfig": client_config,
            "failurePolicy": "Ignore",
            "matchPolicy": "Equivalent",
            "namespaceSelector": {"matchExpressions": [expression]},
            "reinvocationPolicy": "IfNeeded",
            "rules": [rule],
            "sideEffects": "None",
            "timeoutSeconds": TIMEOUT_SECONDS,
        })
    };
    vec![
        entry("pods.signet.dev", "NotIn", &["kube-system", namespace, mesh_namespace]),
        entry("control-plane.signet.dev", "In", &[mesh_namespace]),
    ]
}
