//! The mesh that the tests share: a control plane with signers `foo` and `bar`, and pods that lead to
//! real Envoys. Each test has namespaces of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use signet_tests::programs::{self, Run};
use signet_tests::testbed::{
    Envoy, Kubectl, PROXY_CONFIG_CRD, Proxy, Shared, Signer, mesh_objects, proxied_pod,
};

/// What all tests share.
pub(crate) static MESH: LazyLock<Mesh> = LazyLock::new(Mesh::start);

/// A control plane with a mesh config that knows two signers.
pub(crate) struct Mesh {
    shared: Shared,
    pub(crate) foo: Signer,
    pub(crate) bar: Signer,
}

impl Mesh {
    fn start() -> Self {
        let testbed = Path::new(env!("CARGO_BIN_EXE_testbed"));
        let shared = Shared::start(testbed, ["control-plane", "--kwok"]).expect("a testbed");
        let (foo, bar) = (Signer::foo().expect("a signer"), Signer::bar().expect("a signer"));
        install(shared.kubectl(), &foo, &bar);
        Self { shared, foo, bar }
    }

    /// kubectl as an administrator.
    pub(crate) fn kubectl(&self) -> &Kubectl {
        self.shared.kubectl()
    }

    /// A new namespace with a ProxyConfig for `signer`.
    pub(crate) fn namespace(&self, name: &str, signer: &str) {
        self.kubectl().namespace(name).expect("a namespace");
        self.kubectl().apply(&proxy_config(name, "signer", signer).to_string()).expect("a ProxyConfig");
    }

    /// A pod whose proxy is at `admin`.
    pub(crate) fn pod(&self, namespace: &str, name: &str, signer: &str, admin: SocketAddr) {
        lead_to(self.kubectl(), namespace, name, admin);
        run_pod(self.kubectl(), namespace, name, signer);
    }

    /// A pod with a real Envoy whose certificate is of this signer.
    pub(crate) fn proxied(&self, namespace: &str, name: &str, signer: &Signer) -> Envoy {
        let envoy = Envoy::start(&Proxy::new(namespace, name, &signer.name), signer).expect("an Envoy");
        self.pod(namespace, name, &signer.name, envoy.admin());
        envoy
    }

    /// Runs `signet` on this cluster as an administrator.
    pub(crate) fn signet(&self, arguments: &[&str]) -> Run {
        signet(self.kubectl(), arguments)
    }

    /// The JSON that it prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let run = self.signet(&[arguments, &["-o", "json"]].concat());
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
    }
}

/// Runs `signet` with the kubeconfig of this kubectl.
pub(crate) fn signet(kubectl: &Kubectl, arguments: &[&str]) -> Run {
    let kubeconfig = kubectl.kubeconfig().to_string_lossy();
    programs::signet(&[arguments, &["--kubeconfig", &kubeconfig]].concat(), b"")
}

/// Istio's kind, the mesh config and istiod's settings: all that configures a mesh.
pub(crate) fn install(kubectl: &Kubectl, foo: &Signer, bar: &Signer) {
    kubectl.apply(PROXY_CONFIG_CRD).expect("a kind");
    kubectl.namespace("istio-system").expect("a namespace");
    kubectl.apply(&mesh_objects(&[foo, bar]).to_string()).expect("a mesh config");
}

/// A ProxyConfig that sets the signer.
pub(crate) fn proxy_config(namespace: &str, name: &str, signer: &str) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1beta1",
        "kind": "ProxyConfig",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"environmentVariables": {"ISTIO_META_CERT_SIGNER": signer}},
    })
}

/// Leads the admin port of a pod to a server.
pub(crate) fn lead_to(kubectl: &Kubectl, namespace: &str, pod: &str, admin: SocketAddr) {
    let target = json!({"address": admin.ip().to_string(), "port": admin.port()});
    let forward = json!({
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "PortForward",
        "metadata": {"namespace": namespace, "name": pod},
        "spec": {"forwards": [{"ports": [15000], "target": target}]},
    });
    kubectl.apply(&forward.to_string()).expect("a PortForward");
}

/// A pod that asks for this signer, once it runs.
pub(crate) fn run_pod(kubectl: &Kubectl, namespace: &str, name: &str, signer: &str) {
    kubectl.apply(&proxied_pod(namespace, name, "node-0", signer).to_string()).expect("a pod");
    let pod = format!("pod/{name}");
    kubectl
        .run(&["-n", namespace, "wait", "--for=condition=Ready", &pod, "--timeout=60s"])
        .expect("the pod runs");
}

/// A `signet` that goes on; ended when it is dropped.
pub(crate) struct Watching {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watching {
    /// `signet pods --watch -o json` with these arguments.
    pub(crate) fn start(kubectl: &Kubectl, arguments: &[&str]) -> Self {
        let mut child = Command::new(programs::path("SIGNET_BIN"))
            .args(["pods", "--watch", "-o", "json", "--kubeconfig"])
            .arg(kubectl.kubeconfig())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("signet starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, lines }
    }

    /// Reads lines until one is like this. [`Self::within`] ends one that waits for ever.
    pub(crate) fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut line = String::new();
            let length = self.lines.read_line(&mut line).expect("text");
            assert!(length > 0, "signet ended: {:?}", self.child.try_wait());
            let item: Value = serde_json::from_str(&line).expect("a line of JSON");
            if is_it(&item) {
                return item;
            }
        }
    }

    /// Ends it after this time, so that a test fails that would wait for ever.
    pub(crate) fn within(self, time: Duration, what: impl FnOnce(&mut Self)) {
        let id = self.child.id().to_string();
        let (done, waits) = std::sync::mpsc::channel::<()>();
        let mut watching = self;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if waits.recv_timeout(time) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                    let _ = Command::new("kill").arg(id).status();
                }
            });
            what(&mut watching);
            drop(done);
        });
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
