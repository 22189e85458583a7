//! The testbed as a program of its own: what it says, and how a test program starts it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::{Failure, Kubectl, ServerReport};

/// A line of the testbed's standard output.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Line {
    /// A server answers.
    Server(ServerReport),
    /// Everything runs, and here is where.
    Ready(Ready),
}

impl Line {
    /// Writes it to standard output.
    ///
    /// # Errors
    /// When nobody reads there any more.
    pub fn say(&self) -> Result<(), Failure> {
        let failed = |reason| Failure::Start { program: "standard output".to_owned(), reason };
        let text = serde_json::to_string(self).map_err(|reason| failed(reason.into()))?;
        let mut output = std::io::stdout().lock();
        writeln!(output, "{text}").and_then(|()| output.flush()).map_err(failed)
    }
}

/// Where everything is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Ready {
    /// The kubeconfig of an administrator.
    pub kubeconfig: PathBuf,
    /// Where the API server listens, with TLS.
    pub api_server: SocketAddr,
    /// Files and logs; removed at the end.
    pub folder: PathBuf,
    /// The testbed's own process.
    pub pid: u32,
    /// Seconds from its start until now.
    pub seconds: f64,
    /// The Envoys, each behind a pod.
    pub envoys: Vec<EnvoyReport>,
}

/// An Envoy of the testbed and the pod that leads to it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct EnvoyReport {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// Whose certificate it serves.
    pub cert_signer: String,
    /// Its admin port, for a look without the API server.
    pub admin: SocketAddr,
}

/// A testbed that the tests of one program share, in a process of its own. It ends when this is
/// dropped, or with this process: then its standard input closes.
#[derive(Debug)]
pub struct Shared {
    child: Child,
    kubectl: Kubectl,
    ready: Ready,
}

impl Shared {
    /// Starts the program `testbed` (`env!("CARGO_BIN_EXE_testbed")` in a test) and waits until all is up.
    ///
    /// # Errors
    /// When it ends before that; it has said why on standard error.
    pub fn start<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self, Failure> {
        let failed = |reason| Failure::Start { program: program.display().to_string(), reason };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let output = child.stdout.take().ok_or_else(|| failed(std::io::ErrorKind::BrokenPipe.into()))?;
        for line in BufReader::new(output).lines() {
            let line = line.map_err(failed)?;
            let line = serde_json::from_str(&line).map_err(|reason| failed(reason.into()))?;
            if let Line::Ready(ready) = line {
                let kubectl = Kubectl::new(&ready.kubeconfig)?;
                return Ok(Self { child, kubectl, ready });
            }
        }
        let status = child.wait().map_err(failed)?;
        Err(Failure::Command { command: program.display().to_string(), reason: status.to_string() })
    }

    /// kubectl as an administrator.
    pub fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    /// Where everything is.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself then; the only error is that it has been waited for.
        let _ = self.child.wait();
    }
}
