//! A part of this machine of one's own, of which the kernel removes what is left.
//!
//! A node mounts hundreds of volumes, makes network interfaces, writes iptables rules and starts
//! processes that outlive the one who asked for them. It gets namespaces for all of these:
//!
//! ```text
//!  testbed ─ setpriv ─ unshare ─ sh (process 1) ─ testbed inside ─ API server, containerd, kubelet, …
//!     │                             └ adopted: the containers' shims
//!     └ a port of a loopback address, relayed to the same port of the same address inside
//! ```
//!
//! When process 1 ends, the kernel ends every process of its namespace, and with the last of them go
//! the mounts, the interfaces and the rules. It ends when the testbed closes its standard input, and
//! when the testbed is killed. What is not in namespaces is a folder and a cgroup; both are removed by
//! their owner, or by the next one.

mod network;

use std::ffi::OsStr;
use std::net::{IpAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;
use std::{fs, io, thread};

use super::{Cgroup, Failure, Folder, OwnAddress};

/// How long the kernel may take to end everything inside.
const GRACE: Duration = Duration::from_secs(30);
/// Process 1, which adopts orphans: a shell waits for all its children, also for those it does not know.
const ADOPT: &str = r#""$0" "$@"; exit $?"#;

/// A program in namespaces of its own; gone with all that it started when this is dropped.
pub struct Enclosure {
    stdin: Option<ChildStdin>,
    process: u32,
    ended: Receiver<io::Result<ExitStatus>>,
    // Removed in this order once everything has ended.
    _cgroup: Cgroup,
    _folder: Folder,
    _address: OwnAddress,
}

impl Enclosure {
    /// Runs a program there. To its arguments it gets `--address`, a loopback address whose `port` is
    /// reached from outside as well, `--folder`, and `--cgroup`, below which its containers belong.
    ///
    /// # Errors
    /// When this is not Linux, or not root.
    pub fn start<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        port: u16,
    ) -> Result<Self, Failure> {
        let (address, folder, cgroup) = (OwnAddress::take()?, Folder::new("node")?, Cgroup::new()?);
        let from = address.port(port);
        let listener = TcpListener::bind(from).map_err(failed("a listener outside"))?;
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--", "unshare"])
            .args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"])
            .args(["--", "/bin/sh", "-c", ADOPT])
            .arg(program)
            .args(arguments)
            .arg("--address")
            .arg(address.ip().to_string())
            .arg("--folder")
            .arg(folder.path())
            .arg("--cgroup")
            .arg(cgroup.name())
            // All that is made inside lies in the folder that is removed from outside.
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .process_group(0);
        let mut child = network::spawn_in_new(command, listener, from).map_err(failed("unshare"))?;
        let (stdin, process) = (child.stdin.take(), child.id());
        let (tell, ended) = mpsc::channel();
        thread::spawn(move || tell.send(child.wait()));
        Ok(Self { stdin, process, ended, _cgroup: cgroup, _folder: folder, _address: address })
    }

    /// Waits until the program has ended, at most for so long. `None` when it still runs.
    pub fn wait(&mut self, within: Duration) -> Option<io::Result<ExitStatus>> {
        match self.ended.recv_timeout(within) {
            Ok(status) => Some(status),
            Err(RecvTimeoutError::Timeout) => None,
            // Whoever waited has told already, and told before.
            Err(RecvTimeoutError::Disconnected) => Some(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Asks the program to end, then makes it end.
    fn end(&mut self) {
        drop(self.stdin.take());
        if self.wait(GRACE).is_none() {
            // The death of unshare is that of process 1, by `--kill-child`. It may have ended just now.
            let _ = Command::new("kill").args(["-KILL", &self.process.to_string()]).status();
            let _ = self.wait(GRACE);
        }
    }
}

impl Drop for Enclosure {
    fn drop(&mut self) {
        self.end();
    }
}

/// Makes the namespaces that the program was started in usable; called inside, once, as the first thing.
///
/// # Errors
/// When a mount or an address is refused.
pub fn furnish(node: IpAddr, folder: &Path) -> Result<(), Failure> {
    // Where programs write at fixed places, they write into the folder instead.
    for place in ["/run", "/var/lib", "/var/log"] {
        let layer = folder.join("written").join(place.trim_start_matches('/'));
        let (upper, work) = (layer.join("upper"), layer.join("work"));
        for needed in [&upper, &work] {
            fs::create_dir_all(needed).map_err(Failure::file(needed))?;
        }
        let layers = format!("lowerdir={place},upperdir={},workdir={}", upper.display(), work.display());
        run("mount", &["-t", "overlay", "overlay", "-o", &layers, place])?;
    }
    run("ip", &["link", "set", "lo", "up"])?;
    // The node's own address, which pods can reach: no interface but lo is its own.
    run("ip", &["address", "add", &format!("{node}/32"), "dev", "lo"])?;
    // The address of a Service is replaced only after a route to it was found.
    run("ip", &["route", "add", "default", "dev", "lo", "src", &node.to_string()])?;
    let forward = Path::new("/proc/sys/net/ipv4/ip_forward");
    fs::write(forward, "1").map_err(Failure::file(forward))
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> Failure {
    let program = format!("{what}, for a node of one's own, which needs root on Linux");
    move |reason| Failure::Start { program, reason }
}

fn run(program: &str, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|reason| Failure::Start { program: program.to_owned(), reason })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure::Command {
        command: format!("{program} {}", arguments.join(" ")),
        reason: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
    })
}
