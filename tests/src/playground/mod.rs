//! A real mesh on this machine: Kubernetes with a node, cert-manager, Istio, Signet and some pods.
//!
//! It is brought up inside an [`crate::testbed::Enclosure`], step by step, and gone with that:
//!
//! ```text
//!  cert-manager ── API server ── etcd       processes of the node, as is what answers for names
//!                      │
//!  kubelet ── containerd ── istiod · signet-webhook · sleep, httpbin with their sidecars
//! ```

mod images;
mod keeper;
mod own_signer;
mod progress;
mod situation;
mod spire;

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub use self::keeper::{Keeper, Up};
use self::own_signer::OwnSigner;
pub use self::progress::Progress;
pub use self::situation::Situation;
use self::situation::with_secrets;
use crate::bless::root;
use crate::testbed::{
    ControlPlane, Failure, Kubectl, NODE, Node, OwnAddress, Server, ServerReport, Tool, furnish, wait,
};

/// How long the pods of one step may take. Two cores have much to do at once.
const PODS: &str = "--timeout=180s";
/// How long the API server may not reach an istiod that is up.
const ISTIOD_IS_NEW: Duration = Duration::from_secs(30);
const SIGNETS: &str = "--namespace=signet-system";
const ISTIODS: &str = "--namespace=istio-system";

/// Where a playground lives: what [`crate::testbed::Enclosure`] gives to the program that it runs.
pub struct Place {
    /// A loopback address, whose port of the API server is reached from outside too.
    pub address: OwnAddress,
    /// What is removed in the end.
    pub folder: PathBuf,
    /// The cgroup of the containers.
    pub cgroup: String,
}

/// A mesh that runs; gone when it is dropped.
pub struct Playground {
    // Dropped in this order: clients of the API server first.
    _own_signer: Option<OwnSigner>,
    spire: Option<Server>,
    cert_manager: Server,
    node: Node,
    plane: ControlPlane,
}

impl Playground {
    /// Brings the mesh of a situation up. `webhook` is the image of the webhook, as a file.
    ///
    /// # Errors
    /// With the first step that fails.
    pub fn start(
        at: Place,
        situation: &Situation,
        webhook: &Path,
        progress: &mut Progress,
    ) -> Result<Self, Failure> {
        furnish(NODE.into(), &at.folder)?;
        let folder = at.folder.join("images");
        fs::create_dir(&folder).map_err(Failure::file(&folder))?;
        let sandbox = images::sandbox(&folder)?;
        // Beside the start of Kubernetes, which mostly waits.
        let others = std::thread::spawn(move || images::all(&folder));

        let plane = ControlPlane::start_for_node(at.address, IpAddr::V4(NODE))?;
        progress.reached("the API server answers");
        let node = Node::start(&plane, &at.folder, &at.cgroup, (&sandbox, &images::sandbox_name()))?;
        progress.reached("the node is ready");
        let cert_manager = start_cert_manager(plane.kubectl(), &at.folder)?;
        let own_signer = situation.own_signer()?;
        let own_signer = own_signer.map(|name| OwnSigner::start(&name, plane.kubectl())).transpose()?;
        let mut playground = Self { _own_signer: own_signer, spire: None, cert_manager, node, plane };

        let others = others.join().map_err(|_| Failure::Command {
            command: "the images".to_owned(),
            reason: "their thread ended early; it has said why".to_owned(),
        })??;
        for image in others.iter().map(PathBuf::as_path).chain([webhook]) {
            playground.node.import(image)?;
        }
        progress.reached("the images are there");
        playground.set_up(situation, &at.folder, progress)?;
        Ok(playground)
    }

    /// kubectl as an administrator.
    pub fn kubectl(&self) -> &Kubectl {
        self.plane.kubectl()
    }

    /// Its control plane.
    pub fn plane(&self) -> &ControlPlane {
        &self.plane
    }

    /// How its servers are doing.
    pub fn report(&self) -> Vec<ServerReport> {
        let mut all = self.plane.report();
        all.extend(self.node.report());
        all.extend([Some(&self.cert_manager), self.spire.as_ref()].into_iter().flatten().map(Server::report));
        all
    }

    fn set_up(
        &mut self,
        situation: &Situation,
        folder: &Path,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        self.apply(situation, "signers.yaml")?;
        if !situation.manifests("signers.yaml").is_empty() {
            self.kubectl().run(&["wait", "--for=condition=Ready", "clusterissuers", "--all", PODS])?;
            self.kubectl().run(&[
                "wait",
                "--for=condition=Ready",
                "certificates",
                "--all",
                "--all-namespaces",
                PODS,
            ])?;
            progress.reached("the signers are ready");
        }
        if let Some(issuer) = situation.spire_issuer()? {
            self.spire = Some(spire::start(&issuer, self.kubectl(), self.node.kubelet_folder(), folder)?);
            progress.reached("SPIRE has its certificate");
        }
        self.install_istio(situation)?;
        progress.reached("Istio is installed");
        // Well before the pods: istiod injects what it knew a moment ago.
        self.apply(situation, "mesh.yaml")?;
        self.install_signet(situation)?;
        progress.reached("Signet is installed");
        self.apply(situation, "workloads.yaml")?;
        self.kubectl().run(&[
            "wait",
            "--for=condition=Available",
            "deployments",
            "--all",
            "--all-namespaces",
            PODS,
        ])?;
        progress.reached("the pods are ready");
        Ok(())
    }

    fn install_signet(&self, situation: &Situation) -> Result<(), Failure> {
        let manifest = root().join("install.yaml");
        self.kubectl().run(&["apply", "--filename", &manifest.display().to_string()])?;
        if !situation.manifests("signet.yaml").is_empty() {
            self.apply(situation, "signet.yaml")?;
            // A pod may have read its policy already.
            self.kubectl().run(&[SIGNETS, "rollout", "restart", "deployment/signet-webhook"])?;
        }
        self.kubectl().run(&[SIGNETS, "rollout", "status", "deployment/signet-webhook", PODS])?;
        if situation.own_signer()?.is_some() {
            // Its root comes into istiod by Signet, which istiod was there before.
            self.kubectl().run(&[ISTIODS, "rollout", "restart", "deployment/istiod"])?;
            self.kubectl().run(&[ISTIODS, "rollout", "status", "deployment/istiod", PODS])?;
        }
        Ok(())
    }

    /// Applies what a situation has of a manifest. Again where that fails: the API server asks istiod about
    /// some objects, and the node hears a little late at which address it now is.
    fn apply(&self, situation: &Situation, name: &str) -> Result<(), Failure> {
        for manifest in situation.manifests(name) {
            let manifest = manifest.display().to_string();
            wait::until(&manifest, ISTIOD_IS_NEW, || {
                let taken = self.kubectl().run(&["apply", "--filename", &manifest]);
                taken.map(drop).map_err(|failure| failure.to_string())
            })?;
        }
        Ok(())
    }

    fn install_istio(&self, situation: &Situation) -> Result<(), Failure> {
        let program = Tool::Istioctl.path()?;
        let mut istioctl = Command::new(&program);
        istioctl.args(["install", "--skip-confirmation", "--kubeconfig"]).arg(self.kubectl().kubeconfig());
        for (number, manifest) in situation.manifests("istio.yaml").iter().enumerate() {
            let text = fs::read_to_string(manifest).map_err(Failure::file(manifest))?;
            let filled = self.plane.folder().join(format!("istio-{number}.yaml"));
            fs::write(&filled, with_secrets(&text, self.kubectl())?).map_err(Failure::file(&filled))?;
            istioctl.arg("--filename").arg(filled);
        }
        let output = istioctl
            .output()
            .map_err(|reason| Failure::Start { program: program.display().to_string(), reason })?;
        if output.status.success() {
            return Ok(());
        }
        Err(Failure::Command {
            command: "istioctl install".to_owned(),
            reason: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
        })
    }
}

/// cert-manager's kinds and its controllers, which run beside the API server as Kubernetes' own do.
fn start_cert_manager(kubectl: &Kubectl, folder: &Path) -> Result<Server, Failure> {
    let program = Tool::CertManager.path()?;
    for kind in ["certificaterequests", "certificates", "clusterissuers", "issuers"] {
        let file = program.with_file_name(format!("cert-manager.io_{kind}.yaml"));
        kubectl.run(&["apply", "--server-side", "--filename", &file.display().to_string()])?;
    }
    kubectl.run(&["wait", "--for=condition=Established", "crds", "--all", PODS])?;
    kubectl.namespace("cert-manager")?;
    let kubeconfig = format!("--kubeconfig={}", kubectl.kubeconfig().display());
    Server::start("cert-manager", &program, [kubeconfig], folder)
}
