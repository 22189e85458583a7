//! A real node: containerd and runc run containers, the kubelet asks them to, and Services have addresses
//! and names.
//!
//! It is started inside an [`super::Enclosure`]: what it mounts, names and routes is gone with that.

mod config;

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{ControlPlane, Failure, Kubectl, Server, ServerReport, Tool};

/// The node's own address, which pods can reach. Nothing outside of its enclosure knows it.
pub const NODE: Ipv4Addr = Ipv4Addr::new(10, 54, 0, 1);
/// Its name in the cluster.
const NAME: &str = "node-0";
const PATIENCE: Duration = Duration::from_secs(90);
/// Where Debian has containerd, runc and iptables, should the caller's `PATH` not know.
const REMEDY: &str = "apt-get install containerd runc containernetworking-plugins iptables iproute2";

/// A node of a control plane; gone when it is dropped.
pub struct Node {
    // Dropped in this order: whoever asks before whoever is asked.
    kubelet: Server,
    proxy: Server,
    scheduler: Server,
    names: Server,
    containerd: Server,
    socket: PathBuf,
    kubelet_folder: PathBuf,
}

impl Node {
    /// Starts one and waits until pods can be scheduled on it.
    ///
    /// `folder` is where it keeps all that it writes, `cgroup` where its containers are counted, and
    /// `sandbox` the image (a file, and its name) whose program holds a pod's namespaces.
    ///
    /// # Errors
    /// When a program is missing, ends, or the node is not Ready within 90 s.
    pub fn start(
        plane: &ControlPlane,
        folder: &Path,
        cgroup: &str,
        sandbox: (&Path, &str),
    ) -> Result<Self, Failure> {
        let (archive, image) = sandbox;
        let socket = folder.join("containerd.sock");
        let kubeconfig = plane.kubectl().kubeconfig().to_owned();
        config::write(folder, plane.folder(), &socket, cgroup, image)?;
        let mut containerd =
            Server::start("containerd", &program("containerd")?, ["--config", "containerd.toml"], folder)?;
        let kubeconfig_flag = format!("--kubeconfig={}", kubeconfig.display());
        let mut names = Server::start("coredns", &Tool::Coredns.path()?, ["-conf", "Corefile"], folder)?;
        let scheduler = Server::start(
            "kube-scheduler",
            &Tool::KubeScheduler.path()?,
            [kubeconfig_flag.as_str(), "--leader-elect=false", "--secure-port=0"],
            folder,
        )?;
        let proxy = start_proxy(&kubeconfig_flag, folder)?;
        containerd.wait_ready("containerd", PATIENCE, || ask(&socket, &["version"]))?;
        import(&socket, archive)?;
        let kubelet_folder = folder.join("kubelet");
        let mut kubelet = start_kubelet(&kubeconfig_flag, folder, &kubelet_folder)?;
        kubelet.wait_ready("the node", PATIENCE, || ready(plane.kubectl()))?;
        names.wait_ready("the names of Services", PATIENCE, || answers(config::NAMES_READY))?;
        Ok(Self { kubelet, proxy, scheduler, names, containerd, socket, kubelet_folder })
    }

    /// Gives the node an image from a file that holds one, so that pods can use it by its name.
    ///
    /// # Errors
    /// [`Failure::Command`] when containerd does not take it.
    pub fn import(&self, archive: &Path) -> Result<(), Failure> {
        import(&self.socket, archive)
    }

    /// Where the kubelet looks for the sockets of those who bring volumes.
    pub fn kubelet_folder(&self) -> &Path {
        &self.kubelet_folder
    }

    /// How its servers are doing.
    pub fn report(&self) -> Vec<ServerReport> {
        [&self.containerd, &self.names, &self.scheduler, &self.proxy, &self.kubelet]
            .map(Server::report)
            .into()
    }
}

fn start_kubelet(kubeconfig: &str, folder: &Path, root: &Path) -> Result<Server, Failure> {
    let arguments = [
        kubeconfig.to_owned(),
        "--config=kubelet.json".to_owned(),
        format!("--root-dir={}", root.display()),
        format!("--cert-dir={}", folder.join("kubelet-certificates").display()),
        format!("--hostname-override={NAME}"),
        format!("--node-ip={NODE}"),
    ];
    Server::start("kubelet", &Tool::Kubelet.path()?, arguments, folder)
}

fn start_proxy(kubeconfig: &str, folder: &Path) -> Result<Server, Failure> {
    let arguments = [
        kubeconfig.to_owned(),
        format!("--hostname-override={NAME}"),
        "--proxy-mode=iptables".to_owned(),
        // Else a Service leads to a pod that is gone for up to a second, and who asks there waits in vain.
        "--iptables-min-sync-period=0s".to_owned(),
        // A root without CAP_SYS_RESOURCE cannot change these, and one node does not need to.
        "--oom-score-adj=0".to_owned(),
        "--conntrack-max-per-core=0".to_owned(),
        "--conntrack-tcp-timeout-established=0".to_owned(),
        "--conntrack-tcp-timeout-close-wait=0".to_owned(),
    ];
    Server::start("kube-proxy", &Tool::KubeProxy.path()?, arguments, folder)
}

/// A program of this machine.
fn program(name: &str) -> Result<PathBuf, Failure> {
    let places = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&places).map(|place| place.join(name)).find(|place| place.exists()).ok_or_else(
        || Failure::Start {
            program: name.to_owned(),
            reason: std::io::Error::other(format!("not found; {REMEDY}")),
        },
    )
}

fn import(socket: &Path, archive: &Path) -> Result<(), Failure> {
    let archive = archive.display().to_string();
    ask(socket, &["--namespace", "k8s.io", "images", "import", &archive])
        .map_err(|reason| Failure::Command { command: format!("ctr images import {archive}"), reason })
}

fn ask(socket: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ctr").arg("--address").arg(socket).args(arguments).output();
    let output = output.map_err(|reason| format!("ctr: {reason}; {REMEDY}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
    }
}

fn ready(kubectl: &Kubectl) -> Result<(), String> {
    const READY: &str = r#"{.status.conditions[?(@.type=="Ready")]}"#;
    let said = kubectl.run(&["get", "node", NAME, "--output", &format!("jsonpath={READY}")]);
    match said.map_err(|failure| failure.to_string())? {
        condition if condition.contains(r#""status":"True""#) => Ok(()),
        condition => Err(condition),
    }
}

fn answers(port: u16) -> Result<(), String> {
    let url = format!("http://{}:{port}/ready", IpAddr::V4(NODE));
    match minreq::get(url).with_timeout(2).send() {
        Ok(response) if response.status_code == 200 => Ok(()),
        Ok(response) => Err(format!("HTTP {}", response.status_code)),
        Err(reason) => Err(reason.to_string()),
    }
}
