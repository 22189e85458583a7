//! The mesh of a situation in a cluster of somebody else's: kind's, k3s's.
//!
//! cert-manager and Istio are there, installed by whoever the cluster belongs to. What a situation asks of
//! Istio's installation is written into files for istioctl.

use std::fs;
use std::path::{Path, PathBuf};

use super::steps::Steps;
use super::{Progress, Situation, images};
use crate::testbed::{Failure, Folder, Kubectl};

/// A situation and the cluster that it is to come into.
pub struct Guest<'a> {
    kubectl: Kubectl,
    situation: &'a Situation,
    folder: &'a Path,
}

impl<'a> Guest<'a> {
    /// `folder` is where files stay that the cluster's owner uses.
    ///
    /// # Errors
    /// When the situation needs a node of this machine, or the folder cannot be made.
    pub fn new(kubeconfig: &Path, situation: &'a Situation, folder: &'a Path) -> Result<Self, Failure> {
        if situation.own_signer()?.is_some() || situation.spire_issuer()?.is_some() {
            let what = format!("a node on which the signer of {} could run", situation.name());
            let remedy = "unset KUBECONFIG for a mesh on this machine, or name another situation (S=NAME)";
            return Err(Failure::Missing { what, remedy: remedy.to_owned() });
        }
        fs::create_dir_all(folder).map_err(Failure::file(folder))?;
        Ok(Self { kubectl: Kubectl::new(kubeconfig)?, situation, folder })
    }

    /// Whether a kubeconfig is that of a mesh on this machine, be it there or not: then nobody is a guest.
    pub fn is_at_home(kubeconfig: &Path) -> bool {
        Folder::holds(kubeconfig)
    }

    /// Where the cluster's API server is.
    ///
    /// # Errors
    /// When the kubeconfig leads nowhere.
    pub fn server(&self) -> Result<String, Failure> {
        let path = "--output=jsonpath={.clusters[0].cluster.server}";
        self.kubectl.run(&["config", "view", "--minify", path])
    }

    /// Makes the image of the workloads, as a file: the cluster's nodes need it beside Signet's.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn workload_image(&self) -> Result<PathBuf, Failure> {
        images::workload()?.write_into(self.folder)
    }

    /// Brings the situation into the cluster.
    ///
    /// # Errors
    /// With the first step that fails. What was applied stays.
    pub fn settle(&self, progress: &mut Progress) -> Result<(), Failure> {
        let mut steps = Steps { kubectl: &self.kubectl, situation: self.situation, progress };
        if !self.situation.manifests("signers.yaml").is_empty() {
            let remedy = "install it (https://cert-manager.io/docs/installation) and run this again";
            self.require(&["get", "crd", "clusterissuers.cert-manager.io"], "cert-manager", remedy)?;
        }
        steps.signers()?;
        let mut install = vec!["istioctl install --set profile=minimal".to_owned()];
        // The first one is about images that only a mesh on this machine has.
        let manifests = steps.istio_manifests(self.folder)?.into_iter().skip(1);
        install.extend(manifests.map(|manifest| format!("--filename {}", manifest.display())));
        let install = install.join(" ");
        let remedy = format!("install it and run this again:\n\n  {install}\n");
        self.require(&["--namespace=istio-system", "get", "deployment", "istiod"], "istiod", &remedy)?;
        steps.progress.reached(&format!("istiod is there; this situation wants it as of `{install}`"));
        steps.rest()
    }

    fn require(&self, arguments: &[&str], what: &str, remedy: &str) -> Result<(), Failure> {
        match self.kubectl.run(arguments) {
            Ok(_) => Ok(()),
            Err(Failure::Command { reason, .. }) if reason.contains("NotFound") => {
                Err(Failure::Missing { what: what.to_owned(), remedy: remedy.to_owned() })
            }
            Err(failure) => Err(failure),
        }
    }
}
