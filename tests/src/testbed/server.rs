//! A server process that never outlives its owner.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Failure, wait};

/// A running server. Dropping it kills it; so does the end of this process, however it ends.
#[derive(Debug)]
pub struct Server {
    name: String,
    child: Child,
    log: PathBuf,
    started: Instant,
    ready: Option<Duration>,
}

/// What the testbed says of a server once it answers.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ServerReport {
    /// The server's name.
    pub server: String,
    /// Its process.
    pub pid: u32,
    /// The file with all that it says.
    pub log: PathBuf,
    /// Seconds from its start until it answered.
    pub seconds: f64,
    /// Resident memory in MiB, now.
    pub mebibytes: u64,
}

impl Server {
    /// Starts `program`, which writes to `NAME.log` in `folder` and runs there.
    ///
    /// # Errors
    /// [`Failure::File`] for the log, [`Failure::Start`] when there is no such program.
    pub fn start<A: AsRef<OsStr>>(
        name: &str,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let log = folder.join(format!("{name}.log"));
        // Appending, so that a server that is started again keeps what it said before.
        let output = File::options().create(true).append(true).open(&log).map_err(Failure::file(&log))?;
        let errors = output.try_clone().map_err(Failure::file(&log))?;
        // A group of its own: an interrupt from the terminal reaches the testbed alone, which then
        // ends its servers in order.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0);
        let child = spawn(command)
            .map_err(|reason| Failure::Start { program: format!("setpriv {}", program.display()), reason })?;
        Ok(Self { name: name.to_owned(), child, log, started: Instant::now(), ready: None })
    }

    /// Waits for the condition that means that this server serves, and keeps how long that took.
    ///
    /// # Errors
    /// As [`Self::wait_until`].
    pub fn wait_ready(
        &mut self,
        what: &str,
        within: Duration,
        probe: impl FnMut() -> Result<(), String>,
    ) -> Result<(), Failure> {
        self.wait_until(what, within, probe)?;
        self.ready = Some(self.started.elapsed());
        Ok(())
    }

    /// Waits for a condition that this server brings about.
    ///
    /// # Errors
    /// [`Failure::Ended`] as soon as the server is no more, else [`Failure::Deadline`].
    pub fn wait_until(
        &mut self,
        what: &str,
        within: Duration,
        mut probe: impl FnMut() -> Result<(), String>,
    ) -> Result<(), Failure> {
        let mut ended = None;
        wait::until(what, within, || match self.child.try_wait() {
            Ok(Some(status)) => {
                ended = Some(status);
                Ok(())
            }
            _ => probe(),
        })?;
        match ended {
            None => Ok(()),
            Some(status) => Err(Failure::Ended {
                server: self.name.clone(),
                status: status.to_string(),
                tail: tail(&self.log),
                log: self.log.clone(),
            }),
        }
    }

    /// Whether it is no more, though nobody ended it.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it is doing.
    pub fn report(&self) -> ServerReport {
        ServerReport {
            server: self.name.clone(),
            pid: self.pid(),
            log: self.log.clone(),
            seconds: self.ready.unwrap_or_default().as_secs_f64(),
            mebibytes: resident_mebibytes(self.pid()),
        }
    }

    /// Ends it at once and waits until it is gone.
    pub fn kill(&mut self) {
        // The only error is that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts a process from a thread that lives as long as this process: the kernel sends the signal of
/// `setpriv --pdeathsig` when the *thread* that started the process ends, and a test's thread ends
/// with its test while others still use the server.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    type Order = (Command, Sender<io::Result<Child>>);
    static SPAWNER: LazyLock<Sender<Order>> = LazyLock::new(|| {
        let (orders, inbox) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for (mut command, answer) in inbox {
                // Nobody may be waiting any more; then dropping the child is right.
                let _ = answer.send(command.spawn());
            }
        });
        orders
    });
    let (answer, outcome) = mpsc::channel();
    SPAWNER.send((command, answer)).map_err(io::Error::other)?;
    outcome.recv().map_err(io::Error::other)?
}

/// The last lines of a log, or why it cannot be read.
fn tail(log: &Path) -> String {
    const LINES: usize = 12;
    match fs::read(log) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<&str> = text.lines().collect();
            let last = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default();
            last.join("\n")
        }
        Err(reason) => reason.to_string(),
    }
}

/// Resident memory of a process in MiB; 0 when it is gone.
fn resident_mebibytes(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kibibytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|value| value.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok());
    kibibytes.unwrap_or_default() / 1024
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testbed::Folder;

    const SHELL: &str = "/bin/sh";

    fn shell(script: &str, folder: &Folder) -> Server {
        Server::start("script", Path::new(SHELL), ["-c", script], folder.path()).expect("there is a shell")
    }

    #[test]
    fn a_server_that_ends_is_reported_with_its_last_words() {
        let folder = Folder::new("server").expect("a folder");
        let mut server = shell("echo no such flag >&2; exit 3", &folder);
        let failure = server
            .wait_ready("an answer", Duration::from_mins(1), || Err("not yet".to_owned()))
            .expect_err("it never answers");
        let text = failure.to_string();
        assert!(text.starts_with("script ended with exit status: 3"), "{text}");
        assert!(text.ends_with("no such flag"), "{text}");
    }

    #[test]
    fn a_server_outlives_the_thread_that_started_it_but_not_its_owner() {
        let folder = Folder::new("server").expect("a folder");
        let says = |word: &str| {
            let log = fs::read_to_string(folder.path().join("script.log")).unwrap_or_default();
            if log.contains(word) { Ok(()) } else { Err(log) }
        };
        let start = || {
            let mut server = shell("mkfifo pipe && echo listening && exec cat <>pipe", &folder);
            server
                .wait_ready("a listener", Duration::from_mins(1), || says("listening"))
                .expect("it listens");
            (server, fs::read_link("/proc/thread-self").expect("Linux"))
        };
        let (mut server, thread) = thread::scope(|scope| scope.spawn(start).join()).expect("a server");
        wait::until("the end of the thread", Duration::from_mins(1), || {
            if Path::new("/proc").join(&thread).exists() { Err(String::new()) } else { Ok(()) }
        })
        .expect("it was joined");

        // Whoever was killed says nothing more.
        let pipe = folder.path().join("pipe");
        fs::write(&pipe, "alive").expect("cat has it open");
        server.wait_until("an echo", Duration::from_mins(1), || says("alive")).expect("it lives on");

        let process = Path::new("/proc").join(server.pid().to_string());
        assert!(process.exists());
        drop(server);
        assert!(!process.exists());
    }
}
