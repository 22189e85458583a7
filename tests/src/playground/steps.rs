//! The steps by which the mesh of a situation comes into a cluster that runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::situation::with_secrets;
use super::{Progress, Situation};
use crate::bless::root;
use crate::testbed::{Failure, Kubectl, wait};

/// How long the pods of one step may take. Two cores have much to do at once.
const PODS: &str = "--timeout=180s";
/// How long the API server may not reach an istiod that is up.
const ISTIOD_IS_NEW: Duration = Duration::from_secs(30);
const SIGNETS: &str = "--namespace=signet-system";
const ISTIODS: &str = "--namespace=istio-system";

/// A situation on its way into a cluster, of which kubectl is an administrator.
pub(super) struct Steps<'a> {
    pub(super) kubectl: &'a Kubectl,
    pub(super) situation: &'a Situation,
    pub(super) progress: &'a mut Progress,
}

impl Steps<'_> {
    /// What issues certificates, and waits until it can.
    pub(super) fn signers(&mut self) -> Result<(), Failure> {
        const READY: &str = "--for=condition=Ready";
        if self.situation.manifests("signers.yaml").is_empty() {
            return Ok(());
        }
        self.apply("signers.yaml")?;
        self.kubectl.run(&["wait", READY, "clusterissuers", "--all", PODS])?;
        self.kubectl.run(&["wait", READY, "certificates", "--all", "--all-namespaces", PODS])?;
        self.progress.reached("the signers are ready");
        Ok(())
    }

    /// How Istio is installed: manifests for `istioctl install`, written into a folder with what they quote
    /// from the cluster.
    pub(super) fn istio_manifests(&self, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
        let manifests = self.situation.manifests("istio.yaml");
        let filled = manifests.iter().enumerate().map(|(number, manifest)| {
            let text = fs::read_to_string(manifest).map_err(Failure::file(manifest))?;
            let filled = folder.join(format!("istio-{number}.yaml"));
            fs::write(&filled, with_secrets(&text, self.kubectl)?).map_err(Failure::file(&filled))?;
            Ok(filled)
        });
        filled.collect()
    }

    /// All that comes once Istio is there: what configures the mesh, Signet, and the workloads.
    pub(super) fn rest(&mut self) -> Result<(), Failure> {
        // Well before the pods: istiod injects what it knew a moment ago.
        self.apply("mesh.yaml")?;
        self.signet()?;
        self.progress.reached("Signet is installed");
        self.apply("workloads.yaml")?;
        for workloads in ["--namespace=foo", "--namespace=bar"] {
            self.kubectl.run(&[
                workloads,
                "wait",
                "--for=condition=Available",
                "deployments",
                "--all",
                PODS,
            ])?;
        }
        self.progress.reached("the pods are ready");
        Ok(())
    }

    fn signet(&self) -> Result<(), Failure> {
        let manifest = root().join("install.yaml");
        self.kubectl.run(&["apply", "--filename", &manifest.display().to_string()])?;
        if !self.situation.manifests("signet.yaml").is_empty() {
            self.apply("signet.yaml")?;
            // A pod may have read its policy already.
            self.kubectl.run(&[SIGNETS, "rollout", "restart", "deployment/signet-webhook"])?;
        }
        self.kubectl.run(&[SIGNETS, "rollout", "status", "deployment/signet-webhook", PODS])?;
        if self.situation.own_signer()?.is_some() {
            // Its root comes into istiod by Signet, which istiod was there before.
            self.kubectl.run(&[ISTIODS, "rollout", "restart", "deployment/istiod"])?;
            self.kubectl.run(&[ISTIODS, "rollout", "status", "deployment/istiod", PODS])?;
        }
        Ok(())
    }

    /// Applies what the situation has of a manifest. Again where that fails: the API server asks istiod about
    /// some objects, and the node hears a little late at which address it now is.
    fn apply(&self, name: &str) -> Result<(), Failure> {
        for manifest in self.situation.manifests(name) {
            let manifest = manifest.display().to_string();
            wait::until(&manifest, ISTIOD_IS_NEW, || {
                let taken = self.kubectl.run(&["apply", "--filename", &manifest]);
                taken.map(drop).map_err(|failure| failure.to_string())
            })?;
        }
        Ok(())
    }
}
