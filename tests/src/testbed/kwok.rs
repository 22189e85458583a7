//! Nodes and pods without containers, whose ports lead to real servers.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::objects::node;
use super::{ControlPlane, Failure, Kubectl, Server, ServerReport, Tool};

const PORT: u16 = 20_250;
const PATIENCE: Duration = Duration::from_mins(1);

/// kwok, in the place of the kubelets of a control plane.
///
/// Pods on its nodes become Running at once, native sidecars included. Their ports lead nowhere until
/// [`Kwok::forward`] says where.
///
/// One thing is not as with a kubelet: when the server behind a port closes a connection, kwok keeps the
/// client's open until the client closes it too. What must be seen to end has to say its own length. And when
/// the client goes, it keeps the server's open until the server closes that, a file descriptor each.
pub struct Kwok {
    server: Server,
    kubectl: Kubectl,
}

impl Kwok {
    /// Starts kwok with this many nodes, `node-0` and so on, and waits until they are Ready.
    ///
    /// # Errors
    /// When kwok cannot be built, ends, or the nodes are not Ready within a minute.
    pub fn start(plane: &ControlPlane, nodes: usize) -> Result<Self, Failure> {
        let program = Tool::Kwok.path()?;
        let kubectl = plane.kubectl().clone();
        install_kinds(&kubectl, &program)?;
        let mut arguments = vec![
            "--kubeconfig=kubeconfig".to_owned(),
            "--manage-all-nodes".to_owned(),
            format!("--node-ip={}", plane.address().ip()),
            format!("--node-port={PORT}"),
            format!("--server-address={}", plane.address().port(PORT)),
            "--tls-cert-file=kubelet.crt".to_owned(),
            "--tls-private-key-file=kubelet.key".to_owned(),
            "--cidr=10.56.0.0/16".to_owned(),
        ];
        arguments.extend(KINDS.map(|kind| format!("--enable-crds={kind}")));
        arguments.extend(stages(&program)?.iter().map(|stage| format!("--config={}", stage.display())));
        let mut server = Server::start("kwok", &program, arguments, plane.folder())?;

        let list: Vec<_> = (0..nodes).map(|number| node(&format!("node-{number}"))).collect();
        kubectl.apply(&json!({ "apiVersion": "v1", "kind": "List", "items": list }).to_string())?;
        server.wait_ready("Ready nodes of kwok", PATIENCE, || {
            kubectl
                .run(&["wait", "--for=condition=Ready", "nodes", "--all", "--timeout=5s"])
                .map(drop)
                .map_err(|failure| failure.to_string())
        })?;
        Ok(Self { server, kubectl })
    }

    /// Leads a port of a pod to a server: port-forwards through the API server arrive there. A later
    /// call for the same pod takes the place of the earlier one.
    ///
    /// # Errors
    /// When the API server refuses it, for example because there is no such namespace.
    pub fn forward(&self, namespace: &str, pod: &str, port: u16, to: SocketAddr) -> Result<(), Failure> {
        let forward = json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "PortForward",
            "metadata": { "namespace": namespace, "name": pod },
            "spec": { "forwards": forwards(port, to) },
        });
        self.kubectl.apply(&forward.to_string()).map(drop)
    }

    /// Leads a port of every pod of a namespace to one server, of pods that come later too.
    ///
    /// # Errors
    /// When the API server refuses it.
    pub fn forward_all(&self, namespace: &str, port: u16, to: SocketAddr) -> Result<(), Failure> {
        let forward = json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "ClusterPortForward",
            "metadata": { "name": namespace },
            "spec": { "selector": { "matchNamespaces": [namespace] }, "forwards": forwards(port, to) },
        });
        self.kubectl.apply(&forward.to_string()).map(drop)
    }

    /// How it is doing.
    pub fn report(&self) -> ServerReport {
        self.server.report()
    }
}

fn forwards(port: u16, to: SocketAddr) -> Value {
    json!([{ "ports": [port], "target": { "address": to.ip().to_string(), "port": to.port() } }])
}

/// Kinds of kwok's own that it is told to watch.
const KINDS: [&str; 3] = ["PortForward", "ClusterPortForward", "Exec"];

/// kwok does not start before the kinds that it watches exist. Their definitions lie beside it.
fn install_kinds(kubectl: &Kubectl, program: &Path) -> Result<(), Failure> {
    for kind in KINDS {
        let plural = format!("{}s", kind.to_lowercase());
        let file = program.with_file_name(format!("kwok.x-k8s.io_{plural}.yaml"));
        // Server-side, because kwok's definitions are too long for the annotation of the other way.
        kubectl.run(&["apply", "--server-side", "--filename", &file.to_string_lossy()])?;
        let name = format!("crd/{plural}.kwok.x-k8s.io");
        kubectl.run(&["wait", "--for=condition=Established", &name, "--timeout=30s"])?;
    }
    Ok(())
}

/// The rules by which nodes become Ready and pods Running and go away, beside kwok as well.
fn stages(program: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folder = program.parent().unwrap_or(program);
    let mut stages = Vec::new();
    for entry in fs::read_dir(folder).map_err(Failure::file(folder))? {
        let path = entry.map_err(Failure::file(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("node-") || name.starts_with("pod-") {
            stages.push(path);
        }
    }
    Ok(stages)
}
