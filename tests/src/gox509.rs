//! Go's standard library at the same work: a program of `tests/tools` that makes a pass whenever it is
//! asked for one, on one core as we do.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::testbed::{Failure, Tool};

/// The running program. It ends when this is dropped.
pub struct GoX509 {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What it was started on.
    _files: TempDir,
}

impl GoX509 {
    /// Reads the facts of each certificate of a bundle, and what is wrong with it.
    pub fn read(bundle: &str, at: &str) -> Result<Self, Failure> {
        Self::start("read", &[bundle], &[at])
    }

    /// Verifies each leaf of a bundle at a time, over the others to the roots.
    pub fn verify(leaves: &str, others: &str, roots: &str, at: &str) -> Result<Self, Failure> {
        Self::start("verify", &[leaves, others, roots], &[at])
    }

    fn start(task: &str, bundles: &[&str], options: &[&str]) -> Result<Self, Failure> {
        let program = Tool::Gox509.path()?;
        let failed = |reason| Failure::Start { program: program.display().to_string(), reason };
        let files = tempfile::tempdir().map_err(failed)?;
        let names: Vec<PathBuf> =
            (0..bundles.len()).map(|number| files.path().join(format!("{number}.pem"))).collect();
        for (name, bundle) in names.iter().zip(bundles) {
            std::fs::write(name, bundle).map_err(failed)?;
        }
        let mut child = Command::new(&program)
            .arg(task)
            .args(names.iter().map(|name| -> &Path { name }))
            .args(options)
            // Else its garbage collector has the second core, and who is faster depends on what else that has to do.
            .env("GOMAXPROCS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("its standard output is piped"));
        Ok(Self { child, input, output, _files: files })
    }

    /// Makes one pass: how many certificates it read or verified.
    ///
    /// # Panics
    ///
    /// When the program failed; it has said why on standard error.
    pub fn pass(&mut self) -> usize {
        let input = self.input.as_mut().expect("open until it is dropped");
        let mut answer = String::new();
        let asked = writeln!(input).and_then(|()| self.output.read_line(&mut answer));
        let answered = asked.ok().and_then(|_| answer.trim().parse().ok());
        answered.expect("gox509 failed; it says why above")
    }
}

impl Drop for GoX509 {
    fn drop(&mut self) {
        // It ends with its input.
        self.input = None;
        let _ = self.child.wait();
    }
}
