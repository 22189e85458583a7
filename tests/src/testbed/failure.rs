//! Why something of the testbed could not be had.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a server does not run, or a condition never came.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file or folder of the testbed could not be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// What was read or written.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A program could not be started at all.
    #[error("{program} could not be started: {reason}")]
    Start {
        /// The program, as it was called.
        program: String,
        /// What the system said.
        reason: io::Error,
    },
    /// A server ended although nobody had asked it to.
    #[error("{server} ended with {status}; the last lines of its log {} are:\n{tail}", log.display())]
    Ended {
        /// The server.
        server: String,
        /// Its exit status, in words.
        status: String,
        /// The whole log.
        log: PathBuf,
        /// The end of it.
        tail: String,
    },
    /// A condition did not come in time.
    #[error("{what}: not within {within:?}; the last answer was: {last}")]
    Deadline {
        /// What was waited for.
        what: String,
        /// How long.
        within: Duration,
        /// Why it was not so at the last look.
        last: String,
    },
    /// A program that answers and ends said no.
    #[error("{command}: {reason}")]
    Command {
        /// The command line.
        command: String,
        /// What it wrote to its standard error.
        reason: String,
    },
    /// What somebody else has to bring is not there.
    #[error("{what} is missing; {remedy}")]
    Missing {
        /// What it is.
        what: String,
        /// How to have it.
        remedy: String,
    },
    /// A certificate or key could not be made.
    #[error("certificate of the testbed: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A server of the testbed answered nothing usable over HTTP.
    #[error("GET {url}: {reason}")]
    Http {
        /// The whole address.
        url: String,
        /// What the client said.
        reason: String,
    },
    /// No loopback address was left to take.
    #[error("no free address in 127.64.0.0/10 after {tries} tries: {reason}; is this Linux?")]
    Address {
        /// How many addresses were tried.
        tries: usize,
        /// What the system said of the last one.
        reason: io::Error,
    },
}

impl Failure {
    /// Names the file in an error of the system.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |reason| Self::File { path, reason }
    }
}
