//! The built programs: `make` builds them once and hands their paths over.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The path in the environment variable `name`.
///
/// # Panics
///
/// When it is unset, saying how to set it: a missing program never passes silently.
pub fn path(name: &str) -> PathBuf {
    let path =
        std::env::var_os(name).unwrap_or_else(|| panic!("{name} is unset; run the tests with `make test`"));
    let path = PathBuf::from(path);
    assert!(path.exists(), "{name}={} does not exist; run `make programs`", path.display());
    path
}

/// What a run of `signet` left: exit code, standard output and standard error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs `signet` with these arguments and this standard input, in the repository's root.
pub fn signet(arguments: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(path("SIGNET_BIN"))
        .args(arguments)
        .current_dir(crate::bless::root())
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("signet starts");
    let mut stdin = child.stdin.take().expect("its standard input is piped");
    let output: Output = std::thread::scope(|scope| {
        // Written beside the reading: a full pipe would stop both. A program that does not read its
        // input to the end closes the pipe, which is its right.
        scope.spawn(move || {
            let _ = std::io::Write::write_all(&mut stdin, input);
        });
        child.wait_with_output().expect("signet ends")
    });
    Run {
        code: output.status.code().expect("signet was not killed"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
    }
}
