//! kubectl of the same version as the API server, as one user.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Failure, Tool, kubeconfig, wait};

/// Runs kubectl with one kubeconfig.
#[derive(Clone, Debug)]
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    /// kubectl with this kubeconfig. Its cache of discovery lies beside the kubeconfig.
    ///
    /// # Errors
    /// When kubectl cannot be built.
    pub fn new(kubeconfig: &Path) -> Result<Self, Failure> {
        Ok(Self { program: Tool::Kubectl.path()?, kubeconfig: kubeconfig.to_owned() })
    }

    /// The kubeconfig, for other clients.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The command, for tests that read its output while it runs (`get -w`, `port-forward`).
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_remove("KUBECONFIG")
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .arg("--cache-dir")
            .arg(self.kubeconfig.with_extension("cache"))
            .args(arguments);
        command
    }

    /// Runs it to its end and gives its standard output.
    ///
    /// # Errors
    /// [`Failure::Command`] with what it said.
    pub fn run(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.run_with_input(arguments, "")
    }

    /// Applies objects, as YAML or JSON.
    ///
    /// # Errors
    /// [`Failure::Command`], with the API server's reason for each object that it refused.
    pub fn apply(&self, manifest: &str) -> Result<String, Failure> {
        self.run_with_input(&["apply", "--filename=-"], manifest)
    }

    /// Creates objects that are not there yet, which takes half as long as applying them.
    ///
    /// # Errors
    /// [`Failure::Command`], with the API server's reason for each object that it refused.
    pub fn create(&self, manifest: &str) -> Result<String, Failure> {
        self.run_with_input(&["create", "--filename=-"], manifest)
    }

    /// What would become of an object that were created: as webhooks and defaults leave it, in JSON.
    ///
    /// # Errors
    /// [`Failure::Command`], with the API server's reason.
    pub fn admit(&self, object: &str) -> Result<String, Failure> {
        self.run_with_input(&["create", "--dry-run=server", "--output=json", "--filename=-"], object)
    }

    /// Replaces what is at a path of the API, for what `apply` does not reach: a `/status`.
    ///
    /// # Errors
    /// [`Failure::Command`], with the API server's reason.
    pub fn replace(&self, path: &str, object: &str) -> Result<String, Failure> {
        self.run_with_input(&["replace", "--raw", path, "--filename=-"], object)
    }

    /// Makes a namespace whose pods can be admitted: its service account `default` exists.
    ///
    /// # Errors
    /// When the namespace exists already, or the controllers do not run.
    pub fn namespace(&self, name: &str) -> Result<(), Failure> {
        self.run(&["create", "namespace", name])?;
        wait::until(&format!("ServiceAccount {name}/default"), Duration::from_secs(20), || {
            self.run(&["--namespace", name, "get", "serviceaccount", "default"])
                .map(|_| ())
                .map_err(|failure| failure.to_string())
        })
    }

    /// kubectl as a service account, by a token of an hour: it may do what roles give it.
    ///
    /// # Errors
    /// When there is no such service account, or the kubeconfig cannot be written.
    pub fn as_service_account(&self, namespace: &str, name: &str) -> Result<Self, Failure> {
        let token = self.run(&["--namespace", namespace, "create", "token", name, "--duration=1h"])?;
        let path = self.kubeconfig.with_file_name(format!("{namespace}.{name}.kubeconfig"));
        kubeconfig::with_token(&self.kubeconfig, token.trim_end(), &path)?;
        Ok(Self { program: self.program.clone(), kubeconfig: path })
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Result<String, Failure> {
        let said = |reason: String| Failure::Command {
            command: format!("kubectl {}", arguments.join(" ")),
            reason: reason.trim_end().to_owned(),
        };
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|reason| Failure::Start { program: self.program.display().to_string(), reason })?;
        if let Some(mut stdin) = child.stdin.take() {
            // A kubectl that ends without reading says itself why.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(|reason| said(reason.to_string()))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(said(String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    }
}
