//! A namespace of a test's own, with a ProxyConfig and a Deployment `sleep`.

use serde_json::{Value, json};
use signet_tests::testbed::{Failure, wait};

use crate::mesh::{Mesh, PATIENCE, Pod};

/// The namespace; it goes with its mesh.
pub(crate) struct Namespace<'a> {
    mesh: &'a Mesh,
    name: &'static str,
}

impl<'a> Namespace<'a> {
    /// An empty one, in which Istio injects.
    pub(crate) fn new(mesh: &'a Mesh, name: &'static str) -> Self {
        let labels = json!({ "istio-injection": "enabled" });
        let namespace = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": { "name": name, "labels": labels },
        });
        mesh.apply(&namespace);
        Self { mesh, name }
    }

    /// One whose pods ask for a signer, and have a Deployment `sleep`.
    pub(crate) fn with_sleep(mesh: &'a Mesh, name: &'static str, signer: &str) -> Self {
        let namespace = Self::new(mesh, name);
        namespace.ask(signer, &json!({}));
        namespace.deploy_sleep();
        namespace
    }

    /// Has its pods ask for a signer, by a ProxyConfig with these annotations. istiod hears of it a moment later;
    /// by then this returns.
    pub(crate) fn ask(&self, signer: &str, annotations: &Value) {
        let proxy_config = json!({
            "apiVersion": "networking.istio.io/v1beta1",
            "kind": "ProxyConfig",
            "metadata": { "namespace": self.name, "name": "signer", "annotations": annotations },
            "spec": { "environmentVariables": { "ISTIO_META_CERT_SIGNER": signer } },
        });
        self.mesh.apply(&proxy_config);
        self.admitted_once("its signer is injected", |pod| signers(pod) == [signer]);
    }

    /// What becomes of a pod as it is admitted, once it is as awaited. No pod is made.
    pub(crate) fn admitted_once(&self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "namespace": self.name, "name": "sleep", "labels": { "app": "sleep" } },
            "spec": { "containers": [{ "name": "sleep", "image": "sleep" }] },
        });
        wait::until(&format!("a pod of {}: {what}", self.name), PATIENCE, || {
            let said = self.mesh.kubectl().admit(&pod.to_string()).map_err(|failure| failure.to_string())?;
            let pod: Value = serde_json::from_str(&said).map_err(|error| error.to_string())?;
            if so(&pod) { Ok(pod) } else { Err(said) }
        })
        .expect("it comes")
    }

    /// Gives it its pod.
    pub(crate) fn deploy_sleep(&self) {
        let container = json!({
            "name": "sleep",
            "image": "playground.signet.dev/workload:local",
            "imagePullPolicy": "Never",
            "args": ["pause"],
        });
        let template =
            json!({ "metadata": { "labels": { "app": "sleep" } }, "spec": { "containers": [container] } });
        let deployment = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "namespace": self.name, "name": "sleep" },
            "spec": { "selector": { "matchLabels": { "app": "sleep" } }, "template": template },
        });
        self.mesh.apply(&deployment);
    }

    /// kubectl in it.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.mesh.kubectl().run(&[&["--namespace", self.name], arguments].concat())
    }

    /// Makes its pod anew until this is so: Signet hears of what configures it a moment later.
    /// That pod, with what Signet says of it.
    pub(crate) fn restart_until(&self, what: &str, so: impl Fn(&Value) -> bool) -> (Pod, Value) {
        wait::until(&format!("a pod of {}: {what}", self.name), PATIENCE, || {
            self.kubectl(&["rollout", "restart", "deployment/sleep"])
                .map_err(|failure| failure.to_string())?;
            self.kubectl(&["rollout", "status", "deployment/sleep", "--timeout=60s"])
                .map_err(|failure| failure.to_string())?;
            match self.living().as_slice() {
                [(pod, row)] if so(row) => Ok((pod.clone(), row.clone())),
                rows => Err(format!("{rows:?}")),
            }
        })
        .expect("it comes up so")
    }

    /// What Signet says of the pod of which this is so, once there is one.
    pub(crate) fn row_of(&self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        wait::until(&format!("{what} in {}", self.name), PATIENCE, || {
            let rows = self.living();
            rows.iter().map(|(_, row)| row).find(|row| so(row)).cloned().ok_or_else(|| format!("{rows:?}"))
        })
        .expect("it comes")
    }

    /// Its pods that are there to stay, with what Signet says of each.
    fn living(&self) -> Vec<(Pod, Value)> {
        let rows = self.mesh.signet(&["pods", "-n", self.name]);
        let rows = rows["items"].as_array().expect("a list");
        let pods = self.mesh.pods(self.name).into_iter();
        pods.filter_map(|pod| {
            let row = rows.iter().find(|row| row["name"] == pod.name.as_str())?.clone();
            Some((pod, row))
        })
        .collect()
    }
}

/// What the variable of its signer says, as often as a pod's proxy has it.
pub(crate) fn signers(pod: &Value) -> Vec<&str> {
    let variables = of_proxy(pod, "env").filter(|variable| variable["name"] == "ISTIO_META_CERT_SIGNER");
    variables.filter_map(|variable| variable["value"].as_str()).collect()
}

/// What a pod's proxy has of a list: `env`, `volumeMounts`.
pub(crate) fn of_proxy<'a>(pod: &'a Value, list: &'a str) -> impl Iterator<Item = &'a Value> {
    let containers = pod["spec"]["initContainers"].as_array().into_iter().flatten();
    let proxies = containers.filter(|container| container["name"] == "istio-proxy");
    proxies.flat_map(move |proxy| proxy[list].as_array().into_iter().flatten())
}
