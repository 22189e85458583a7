//! A playground that stays when the one who asked for it has gone, until somebody ends it.
//!
//! There is one a machine and user, in the folder `signet-playground` of the system's temporary folder.
//! Its standard output is a file there that is locked for as long as it lives, however it ends.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::testbed::{Failure, Line, Ready};

/// How often is looked for more.
const LOOK: Duration = Duration::from_millis(100);

/// The folder of the playground, and who is in it.
pub struct Keeper {
    folder: PathBuf,
}

/// What came of the wish for a playground.
pub enum Up {
    /// It is up now.
    Now(Ready),
    /// It was up before.
    Already(Ready),
    /// It was asked to end before it was up; nothing is left.
    Interrupted,
}

impl Keeper {
    /// That of this user and machine.
    pub fn new() -> Self {
        Self { folder: std::env::temp_dir().join("signet-playground") }
    }

    /// Runs a command that brings a mesh up, says each of its steps, and returns when the mesh is up.
    ///
    /// # Errors
    /// When the command ends before; it has said why.
    pub fn up(&self, mut command: Command, interrupted: &Receiver<()>) -> Result<Up, Failure> {
        fs::create_dir_all(&self.folder).map_err(Failure::file(&self.folder))?;
        let output = self.output()?;
        if output.try_lock().is_err() {
            let ready = self.ready()?.ok_or_else(|| failed("another call brings one up just now"))?;
            return Ok(Up::Already(ready));
        }
        let log = self.folder.join("log");
        let errors = File::create(&log).map_err(Failure::file(&log))?;
        output.set_len(0).map_err(Failure::file(&self.folder))?;
        let mut child = command
            .stdin(self.endless_input()?)
            // With it goes the lock.
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(|reason| Failure::Start { program: "playground".to_owned(), reason })?;
        // It holds the output too, and would keep it locked.
        drop(command);
        let process = self.folder.join("process");
        fs::write(&process, child.id().to_string()).map_err(Failure::file(&process))?;
        self.follow(&mut child, &log, interrupted)
    }

    /// Ends the playground and waits until nothing is left of it. Says whether there was one.
    ///
    /// # Errors
    /// When its process cannot be told.
    pub fn down(&self) -> Result<bool, Failure> {
        if !self.folder.exists() {
            return Ok(false);
        }
        let output = self.output()?;
        let up = output.try_lock().is_err();
        if up {
            let process = self.folder.join("process");
            let id = fs::read_to_string(&process).map_err(Failure::file(&process))?;
            terminate(&id)?;
            output.lock().map_err(Failure::file(&process))?;
        }
        fs::remove_dir_all(&self.folder).map_err(Failure::file(&self.folder))?;
        Ok(up)
    }

    /// Passes on what the playground says until it is up.
    fn follow(&self, child: &mut Child, log: &Path, interrupted: &Receiver<()>) -> Result<Up, Failure> {
        let mut log = File::open(log).map_err(Failure::file(log))?;
        loop {
            // Who cannot read it any more does not need it.
            let _ = io::copy(&mut log, &mut io::stderr());
            if let Some(ready) = self.ready()? {
                return Ok(Up::Now(ready));
            }
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                let _ = io::copy(&mut log, &mut io::stderr());
                self.down()?;
                return Err(failed("it ended before the mesh was up; what it said is above"));
            }
            if interrupted.recv_timeout(LOOK).is_ok() {
                self.down()?;
                return Ok(Up::Interrupted);
            }
        }
    }

    /// The last line that it said, once it says where everything is.
    fn ready(&self) -> Result<Option<Ready>, Failure> {
        let place = self.folder.join("output");
        let text = fs::read_to_string(&place).map_err(Failure::file(&place))?;
        // The last one may be half written.
        let mut lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
        Ok(lines.next_back().and_then(|line| match line {
            Line::Ready(ready) => Some(ready),
            Line::Server(_) => None,
        }))
    }

    fn output(&self) -> Result<File, Failure> {
        let place = self.folder.join("output");
        // Appending, because whoever else opens it has a place of their own in it.
        File::options().read(true).append(true).create(true).open(&place).map_err(Failure::file(&place))
    }

    /// An input that never ends: a pipe whose reader could write into it as well.
    fn endless_input(&self) -> Result<File, Failure> {
        let place = self.folder.join("input");
        let _ = fs::remove_file(&place);
        let made = Command::new("mkfifo").arg(&place).status();
        made.and_then(|_| File::options().read(true).write(true).open(&place)).map_err(Failure::file(&place))
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new()
    }
}

fn terminate(process: &str) -> Result<(), Failure> {
    let status = Command::new("kill").args(["-TERM", process.trim()]).status();
    status.map(drop).map_err(|reason| Failure::Start { program: "kill".to_owned(), reason })
}

fn failed(reason: &str) -> Failure {
    Failure::Command { command: "playground".to_owned(), reason: reason.to_owned() }
}
