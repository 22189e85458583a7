//! How `signet` ends: exit codes, and the one shape of an error.

use std::fmt;
use std::process::{ExitCode, Termination};

/// The documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing wrong.
    Ok = 0,
    /// Findings at or over `--fail-on`, or a question answered with no.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// It could not be checked: nothing readable, no cluster, no right.
    Unchecked = 3,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a command did not answer. Printed by `main` as one line: what, why, remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The thing: a file, a pod, a flag.
    pub what: String,
    /// The reason.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    /// A wrong command line.
    pub fn usage(what: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), remedy: remedy.into(), exit: Exit::Usage }
    }

    /// Whoever read the answer has enough of it (`signet pods | head`): no error, nothing to print.
    pub fn closed_pipe() -> Self {
        Self { what: String::new(), why: String::new(), remedy: String::new(), exit: Exit::Ok }
    }

    /// Something that could not be checked.
    pub fn unchecked(what: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into(), remedy: remedy.into(), exit: Exit::Unchecked }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.what, self.why, self.remedy)
    }
}

impl std::error::Error for Failure {}
