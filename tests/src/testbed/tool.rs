//! The programs that the testbed runs, built by `tests/tools/build` where they are missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Failure;

/// A program of `tests/tools`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The proxy that istiod would configure.
    Envoy,
    /// Where the API server keeps its objects.
    Etcd,
    /// Renders the chart.
    Helm,
    /// The API server.
    KubeApiserver,
    /// The controllers of Kubernetes itself.
    KubeControllerManager,
    /// The client of the same version as the API server.
    Kubectl,
    /// Nodes and pods without containers.
    Kwok,
}

impl Tool {
    /// What `tests/tools/build` calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Envoy => "envoy",
            Self::Etcd => "etcd",
            Self::Helm => "helm",
            Self::KubeApiserver => "kube-apiserver",
            Self::KubeControllerManager => "kube-controller-manager",
            Self::Kubectl => "kubectl",
            Self::Kwok => "kwok",
        }
    }

    /// Where the program is. Builds it first where it is missing, which takes minutes and is said on
    /// standard error.
    ///
    /// # Errors
    /// [`Failure::Command`] when it cannot be built; the builder has said why on standard error.
    pub fn path(self) -> Result<PathBuf, Failure> {
        let builder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/build");
        let output = Command::new(&builder)
            .args(["--print", self.name()])
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|reason| Failure::Start { program: builder.display().to_string(), reason })?;
        if !output.status.success() {
            return Err(Failure::Command {
                command: format!("{} --print {}", builder.display(), self.name()),
                reason: output.status.to_string(),
            });
        }
        Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end()))
    }
}
