//! etcd, the API server and a few controllers: a Kubernetes without nodes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pki::{Authority, KeyKind, write_token_keys};
use super::{Failure, Folder, Kubectl, OwnAddress, Server, ServerReport, Tool, kubeconfig};

const ETCD: u16 = 20_379;
const ETCD_PEER: u16 = 20_380;
/// The port of the API server.
pub const API_SERVER: u16 = 20_443;
/// Slow machines and cold disks: what takes half a second here may take much longer there.
const PATIENCE: Duration = Duration::from_secs(90);
/// What namespaces, service accounts, roles and deployments of the tests need, nothing else.
const CONTROLLERS: &str = "namespace-controller,serviceaccount-controller,\
    root-ca-certificate-publisher-controller,clusterrole-aggregation-controller,\
    deployment-controller,replicaset-controller";

/// A control plane in a folder and on a loopback address of its own; gone when it is dropped.
///
/// Without a [`super::Node`] there is no scheduler and no kubelet: a pod needs `spec.nodeName`, and becomes
/// Running only when [`super::Kwok`] plays its node.
pub struct ControlPlane {
    // Fields are dropped in this order: clients of a server before the server, all before the folder.
    controllers: Server,
    api_server: Option<Server>,
    etcd: Server,
    kubectl: Kubectl,
    authority: Authority,
    program: PathBuf,
    node: Option<IpAddr>,
    address: OwnAddress,
    folder: Folder,
}

impl ControlPlane {
    /// Starts one and waits until it serves and admits pods.
    ///
    /// # Errors
    /// When a tool cannot be built, or a server ends or does not answer within 90 s.
    pub fn start() -> Result<Self, Failure> {
        Self::start_at(OwnAddress::take()?, None)
    }

    /// Starts one that the pods of a node can reach at the node's address, with all controllers.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_for_node(address: OwnAddress, node: IpAddr) -> Result<Self, Failure> {
        Self::start_at(address, Some(node))
    }

    fn start_at(address: OwnAddress, node: Option<IpAddr>) -> Result<Self, Failure> {
        let folder = Folder::new("control-plane")?;
        let mut etcd = start_etcd(folder.path(), &address)?;
        let authority = Authority::root("kubernetes", KeyKind::P256)?;
        write_credentials(folder.path(), &address, node, &authority)?;
        let kubectl = Kubectl::new(&folder.path().join("kubeconfig"))?;
        let program = Tool::KubeApiserver.path()?;
        etcd.wait_ready("etcd", PATIENCE, || healthy_etcd(address.port(ETCD)))?;

        let mut api_server = start_api_server(&program, folder.path(), &address, node)?;
        api_server.wait_until("a port of the API server", PATIENCE, || open(address.port(API_SERVER)))?;
        // Started before the API server is ready, because it takes as long as what is left of that.
        let names = if node.is_some() { "*" } else { CONTROLLERS };
        let controllers = start_controllers(folder.path(), names)?;
        let mut plane =
            Self { controllers, api_server: None, etcd, kubectl, authority, program, node, address, folder };
        plane.wait_ready(&mut api_server)?;
        plane.api_server = Some(api_server);
        // They wait ten seconds for that, which is not enough on a busy machine.
        if plane.controllers.has_ended() {
            plane.controllers = start_controllers(plane.folder.path(), names)?;
        }
        let kubectl = plane.kubectl.clone();
        plane.controllers.wait_ready("ServiceAccount default/default", PATIENCE, || {
            ask(&kubectl, &["get", "serviceaccount", "default"])
        })?;
        Ok(plane)
    }

    /// kubectl as an administrator.
    pub fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    /// Where the API server listens; the same after [`Self::start_api_server`].
    pub fn api_server(&self) -> SocketAddr {
        self.address.port(API_SERVER)
    }

    /// The folder of its files and logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The loopback address that is its own.
    pub(crate) fn address(&self) -> &OwnAddress {
        &self.address
    }

    /// The authority that clients and the API server trust.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Kills the API server: clients lose their connections, and nobody listens any more.
    pub fn kill_api_server(&mut self) {
        self.api_server = None;
    }

    /// Starts the API server again, on the same port with the same objects, and waits until it serves.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_api_server(&mut self) -> Result<(), Failure> {
        self.kill_api_server();
        let mut api_server = start_api_server(&self.program, self.folder.path(), &self.address, self.node)?;
        api_server.wait_until("a port of the API server", PATIENCE, || open(self.api_server()))?;
        self.wait_ready(&mut api_server)?;
        self.api_server = Some(api_server);
        Ok(())
    }

    /// How its servers are doing.
    pub fn report(&self) -> Vec<ServerReport> {
        [Some(&self.etcd), self.api_server.as_ref(), Some(&self.controllers)]
            .into_iter()
            .flatten()
            .map(Server::report)
            .collect()
    }

    /// `/readyz` says that requests are served; `kubectl apply` needs the description of the kinds too,
    /// which comes a little later.
    fn wait_ready(&self, api_server: &mut Server) -> Result<(), Failure> {
        api_server.wait_until("/readyz of the API server", PATIENCE, || {
            ask(&self.kubectl, &["get", "--raw", "/readyz"])
        })?;
        api_server.wait_ready("/openapi/v2 of the API server", PATIENCE, || {
            ask(&self.kubectl, &["get", "--raw", "/openapi/v2"])
        })
    }
}

fn start_etcd(folder: &Path, address: &OwnAddress) -> Result<Server, Failure> {
    let client = format!("http://{}", address.port(ETCD));
    let peer = format!("http://{}", address.port(ETCD_PEER));
    let arguments = [
        "--data-dir=etcd".to_owned(),
        // What a test's machine loses with its power is a test.
        "--unsafe-no-fsync".to_owned(),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
    ];
    Server::start("etcd", &Tool::Etcd.path()?, arguments, folder)
}

fn start_api_server(
    program: &Path,
    folder: &Path,
    address: &OwnAddress,
    node: Option<IpAddr>,
) -> Result<Server, Failure> {
    // Who may reach it, and what it writes into Endpoints: of a node, its pods by the Service; otherwise
    // no pod does, and loopback is refused there.
    let (bind, advertise, endpoints) = match node {
        Some(node) => (IpAddr::V4(Ipv4Addr::UNSPECIFIED), node, "lease"),
        None => (address.ip(), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), "none"),
    };
    let arguments = [
        format!("--etcd-servers=http://{}", address.port(ETCD)),
        format!("--bind-address={bind}"),
        format!("--secure-port={API_SERVER}"),
        format!("--advertise-address={advertise}"),
        format!("--endpoint-reconciler-type={endpoints}"),
        "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
        "--tls-cert-file=api-server.crt".to_owned(),
        "--tls-private-key-file=api-server.key".to_owned(),
        "--client-ca-file=ca.crt".to_owned(),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        "--service-account-key-file=service-accounts.pub".to_owned(),
        "--service-account-signing-key-file=service-accounts.key".to_owned(),
        "--authorization-mode=RBAC".to_owned(),
        "--allow-privileged=true".to_owned(),
        "--kubelet-client-certificate=kubelet-client.crt".to_owned(),
        "--kubelet-client-key=kubelet-client.key".to_owned(),
        "--kubelet-certificate-authority=ca.crt".to_owned(),
        "--kubelet-preferred-address-types=InternalIP".to_owned(),
        "--profiling=false".to_owned(),
    ];
    Server::start("kube-apiserver", program, arguments, folder)
}

fn start_controllers(folder: &Path, controllers: &str) -> Result<Server, Failure> {
    let controllers = format!("--controllers={controllers}");
    let arguments = [
        "--kubeconfig=kubeconfig",
        controllers.as_str(),
        "--use-service-account-credentials=true",
        "--service-account-private-key-file=service-accounts.key",
        "--root-ca-file=ca.crt",
        "--leader-elect=false",
        // Serves nothing.
        "--secure-port=0",
    ];
    Server::start("kube-controller-manager", &Tool::KubeControllerManager.path()?, arguments, folder)
}

/// Keys and certificates of all that connect, and the kubeconfig of the administrator.
fn write_credentials(
    folder: &Path,
    address: &OwnAddress,
    node: Option<IpAddr>,
    authority: &Authority,
) -> Result<(), Failure> {
    let ca = folder.join("ca.crt");
    std::fs::write(&ca, authority.pem()).map_err(Failure::file(&ca))?;
    let names = ["kubernetes.default.svc", "kubernetes.default", "kubernetes", "localhost"];
    let mut addresses =
        vec![address.ip(), IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))];
    addresses.extend(node);
    authority.server(&names, &addresses)?.write(folder, "api-server")?;
    authority.server(&["kubelet"], &addresses)?.write(folder, "kubelet")?;
    authority.client("kube-apiserver-kubelet-client", "system:masters")?.write(folder, "kubelet-client")?;

    write_token_keys(folder, "service-accounts")?;
    let admin = authority.client("admin", "system:masters")?;
    kubeconfig::with_certificate(address.port(API_SERVER), authority, &admin, &folder.join("kubeconfig"))
}

fn healthy_etcd(address: SocketAddr) -> Result<(), String> {
    let response =
        minreq::get(format!("http://{address}/health")).with_timeout(2).send().map_err(|e| e.to_string())?;
    if response.status_code == 200 { Ok(()) } else { Err(format!("HTTP {}", response.status_code)) }
}

fn open(address: SocketAddr) -> Result<(), String> {
    TcpStream::connect(address).map(drop).map_err(|reason| reason.to_string())
}

fn ask(kubectl: &Kubectl, arguments: &[&str]) -> Result<(), String> {
    kubectl.run(arguments).map(drop).map_err(|failure| failure.to_string())
}
