//! A real mesh on this machine: Kubernetes with a node, cert-manager, Istio, Signet and some pods.
//!
//! It is brought up inside an [`crate::testbed::Enclosure`], step by step, and gone with that:
//!
//! ```text
//!  cert-manager ── API server ── etcd       processes of the node, as is what answers for names
//!                      │
//!  kubelet ── containerd ── istiod · signet-webhook · sleep, httpbin with their sidecars
//! ```

mod guest;
mod images;
mod keeper;
mod own_signer;
mod progress;
mod situation;
mod spire;
mod steps;

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use self::guest::Guest;
pub use self::keeper::{Keeper, Up};
use self::own_signer::OwnSigner;
pub use self::progress::Progress;
pub use self::situation::Situation;
use self::steps::Steps;
use crate::testbed::{
    ControlPlane, Failure, Kubectl, NODE, Node, OwnAddress, Server, ServerReport, Tool, furnish,
};

/// How long the API server may take to know new kinds.
const KINDS: &str = "--timeout=180s";

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
        progress.reached("a part of this machine is its own");
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
        progress.reached("cert-manager runs");
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
        let mut steps = Steps { kubectl: self.plane.kubectl(), situation, progress };
        steps.signers()?;
        if let Some(issuer) = situation.spire_issuer()? {
            let kubelet_folder = self.node.kubelet_folder();
            self.spire = Some(spire::start(&issuer, steps.kubectl, kubelet_folder, folder)?);
            steps.progress.reached("SPIRE has its certificate");
        }
        install_istio(steps.kubectl, &steps.istio_manifests(self.plane.folder())?)?;
        steps.progress.reached("Istio is installed");
        steps.rest()
    }
}

fn install_istio(kubectl: &Kubectl, manifests: &[PathBuf]) -> Result<(), Failure> {
    let program = Tool::Istioctl.path()?;
    let mut istioctl = Command::new(&program);
    istioctl.args(["install", "--skip-confirmation", "--kubeconfig"]).arg(kubectl.kubeconfig());
    for manifest in manifests {
        istioctl.arg("--filename").arg(manifest);
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

/// cert-manager's kinds and its controllers, which run beside the API server as Kubernetes' own do.
fn start_cert_manager(kubectl: &Kubectl, folder: &Path) -> Result<Server, Failure> {
    let program = Tool::CertManager.path()?;
    for kind in ["certificaterequests", "certificates", "clusterissuers", "issuers"] {
        let file = program.with_file_name(format!("cert-manager.io_{kind}.yaml"));
        kubectl.run(&["apply", "--server-side", "--filename", &file.display().to_string()])?;
    }
    kubectl.run(&["wait", "--for=condition=Established", "crds", "--all", KINDS])?;
    kubectl.namespace("cert-manager")?;
    let kubeconfig = format!("--kubeconfig={}", kubectl.kubeconfig().display());
    Server::start("cert-manager", &program, [kubeconfig], folder)
}
