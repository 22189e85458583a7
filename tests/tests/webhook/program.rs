//! The built program `signet-webhook`, running.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use signet_tests::programs;
use signet_tests::testbed::{Failure, Folder, Server, wait};

/// How long anything of it may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running webhook; killed when it is dropped.
pub(crate) struct Program {
    server: Server,
    log: PathBuf,
    /// Where it answers admission, over TLS.
    pub(crate) admission: SocketAddr,
    operators: SocketAddr,
    _folder: Folder,
}

impl Program {
    /// Starts it with a kubeconfig and further arguments, and waits until it is ready.
    pub(crate) fn start(kubeconfig: &Path, arguments: &[&str]) -> Self {
        let folder = Folder::new("webhook").expect("a folder");
        let kubeconfig = format!("--kubeconfig={}", kubeconfig.display());
        let given = ["--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0", &kubeconfig];
        let all = given.iter().chain(arguments);
        let program = programs::path("SIGNET_WEBHOOK_BIN");
        let mut server = Server::start("signet-webhook", &program, all, folder.path()).expect("a program");
        let log = folder.path().join("signet-webhook.log");
        let mut addresses = None;
        let found = server.wait_until("the addresses of signet-webhook", PATIENCE, || {
            addresses = addresses_in(&std::fs::read_to_string(&log).unwrap_or_default());
            addresses.map(drop).ok_or_else(|| "none printed yet".to_owned())
        });
        found.expect("it says where it listens");
        let (admission, operators) = addresses.expect("they were found");
        let mut program = Self { server, log, admission, operators, _folder: folder };
        let operators = program.operators;
        let ready = program.server.wait_until("/readyz of signet-webhook", PATIENCE, || {
            let response = minreq::get(format!("http://{operators}/readyz")).with_timeout(5).send();
            let response = response.map_err(|error| error.to_string())?;
            if response.status_code == 200 {
                return Ok(());
            }
            Err(response.as_str().unwrap_or_default().to_owned())
        });
        if let Err(failure) = ready {
            panic!("{failure}; its log:\n{}", program.log());
        }
        program
    }

    /// All that it wrote so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("its log")
    }

    /// The value of a metric, by the beginning of its line.
    pub(crate) fn metric(&self, name: &str) -> Option<f64> {
        let address = format!("http://{}/metrics", self.operators);
        let response = minreq::get(address).with_timeout(5).send().expect("metrics");
        let text = response.as_str().expect("text").to_owned();
        let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
        line.rsplit(' ').next()?.parse().ok()
    }

    /// Asks it to end, as the kubelet does, and waits until it has; its exit status in words.
    pub(crate) fn terminate(mut self) -> String {
        let pid = self.server.pid().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill");
        assert!(sent.success(), "signet-webhook runs until it is asked to end");
        match self.server.wait_until("the end of signet-webhook", PATIENCE, || Err("it runs".to_owned())) {
            Err(Failure::Ended { status, .. }) => status,
            other => panic!("it did not end: {other:?}; its log:\n{}", self.log()),
        }
    }

    /// What it answers to a body, called by `name` and trusted by `ca_bundle` alone.
    pub(crate) fn ask(&self, name: &str, ca_bundle: &str, body: &str) -> Result<String, String> {
        let folder = Folder::new("asked").expect("a folder");
        let [ca, request] = ["ca.crt", "body.json"].map(|file| folder.path().join(file));
        std::fs::write(&ca, ca_bundle).expect("written");
        std::fs::write(&request, body).expect("written");
        let port = self.admission.port();
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--fail-with-body", "--max-time", "20", "--cacert"])
            .arg(&ca)
            .args(["--resolve", &format!("{name}:{port}:127.0.0.1")])
            .args(["--header", "content-type: application/json", "--data-binary"])
            .arg(format!("@{}", request.display()))
            .arg(format!("https://{name}:{port}/mutate"))
            .output()
            .expect("curl starts");
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout).expect("text"));
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Waits until `probe` says yes.
pub(crate) fn wait_for<T>(what: &str, probe: impl FnMut() -> Result<T, String>) -> T {
    wait::until(what, PATIENCE, probe).expect("it comes in time")
}

/// The addresses in what it printed.
fn addresses_in(printed: &str) -> Option<(SocketAddr, SocketAddr)> {
    let after = |prefix: &str| printed.lines().find_map(|line| line.strip_prefix(prefix)?.parse().ok());
    Some((after("admission on https://")?, after("metrics on http://")?))
}
