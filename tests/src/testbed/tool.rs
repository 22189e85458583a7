//! The programs that the testbed runs, built by `tests/tools/build` where they are missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use super::Failure;

/// A program of `tests/tools`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The controllers that issue certificates.
    CertManager,
    /// Answers for the names of Services.
    Coredns,
    /// The proxy that istiod would configure.
    Envoy,
    /// Where the API server keeps its objects.
    Etcd,
    /// Reads and verifies certificates with Go's standard library.
    Gox509,
    /// Reads YAML as Kubernetes and Istio do.
    Goyaml,
    /// Renders the chart.
    Helm,
    /// Installs Istio, and looks into its proxies.
    Istioctl,
    /// The API server.
    KubeApiserver,
    /// The controllers of Kubernetes itself.
    KubeControllerManager,
    /// Makes Services reach pods.
    KubeProxy,
    /// Finds nodes for pods.
    KubeScheduler,
    /// The client of the same version as the API server.
    Kubectl,
    /// Runs pods on a node.
    Kubelet,
    /// Nodes and pods without containers.
    Kwok,
    /// Istio's agent, beside each Envoy.
    PilotAgent,
    /// istiod.
    PilotDiscovery,
    /// SPIRE: an authority below cert-manager's, and its socket in pods.
    Spire,
    /// What the pods of the playground run.
    Workload,
}

impl Tool {
    /// What `tests/tools/build` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CertManager => "cert-manager",
            Self::Coredns => "coredns",
            Self::Envoy => "envoy",
            Self::Etcd => "etcd",
            Self::Gox509 => "gox509",
            Self::Goyaml => "goyaml",
            Self::Helm => "helm",
            Self::Istioctl => "istioctl",
            Self::KubeApiserver => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::KubeProxy => "kube-proxy",
            Self::KubeScheduler => "kube-scheduler",
            Self::Kubectl => "kubectl",
            Self::Kubelet => "kubelet",
            Self::Kwok => "kwok",
            Self::PilotAgent => "pilot-agent",
            Self::PilotDiscovery => "pilot-discovery",
            Self::Spire => "spire",
            Self::Workload => "workload",
        }
    }

    /// Where the program is. Builds it first where it is missing, which takes minutes and is said on
    /// standard error.
    ///
    /// # Errors
    /// [`Failure::Command`] when it cannot be built; the builder has said why on standard error.
    pub fn path(self) -> Result<PathBuf, Failure> {
        /// Asked for once: it is a matter of hashes, which take some tenths of a second. What goes wrong here
        /// is said when a tool is built.
        static PLACES: LazyLock<String> = LazyLock::new(|| build(&["--list"]).unwrap_or_default());
        let known = PLACES.lines().find_map(|line| line.strip_prefix(self.name())?.strip_prefix(' '));
        if let Some(place) = known.map(PathBuf::from).filter(|place| place.exists()) {
            return Ok(place);
        }
        build(&["--print", self.name()]).map(|place| PathBuf::from(place.trim_end()))
    }
}

/// What `tests/tools/build` answers.
fn build(arguments: &[&str]) -> Result<String, Failure> {
    let builder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/build");
    let output = Command::new(&builder)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|reason| Failure::Start { program: builder.display().to_string(), reason })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failure::Command {
        command: format!("{} {}", builder.display(), arguments.join(" ")),
        reason: output.status.to_string(),
    })
}
