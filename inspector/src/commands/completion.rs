//! `signet completion`.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::Context;
use crate::cli::Cli;
use crate::{Exit, Failure};

/// Print a shell's completion script
#[derive(Debug, Args)]
pub struct Completion {
    /// The shell.
    shell: Shell,
}

impl Completion {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut Cli::command(), "signet", &mut script);
        context.output.text(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Ok)
    }
}
