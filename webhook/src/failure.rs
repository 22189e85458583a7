//! How the program ends when it cannot go on: one line that says what, why, and how to mend it.

use std::fmt;

/// A fatal error; the program exits with 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The thing: a file, an address, the API server.
    pub what: String,
    /// The reason.
    pub why: String,
    /// What to do.
    pub remedy: String,
}

impl Failure {
    /// `what` failed because of `why`; `remedy` mends it.
    pub fn new(what: impl Into<String>, why: impl fmt::Display, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.to_string(), remedy: remedy.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.what, self.why, self.remedy)
    }
}

impl std::error::Error for Failure {}
