//! `signet man`.

use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;

use super::Context;
use crate::cli::Cli;
use crate::{Exit, Failure};

/// Print a manual page, for `man -l -`
#[derive(Debug, Args)]
pub struct Man {
    /// The command; the page of signet itself when absent.
    command: Option<String>,
}

impl Man {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        let mut signet = Cli::command();
        signet.build();
        let page = match &self.command {
            None => Page::new(signet),
            Some(name) => {
                let command = signet.find_subcommand(name).ok_or_else(|| {
                    Failure::usage(name, "there is no such command", "signet --help lists them")
                })?;
                Page::new(command.clone())
            }
        };
        let mut text = Vec::new();
        page.render(&mut text).map_err(|error| {
            Failure::unchecked("the manual page", error.to_string(), "report this as a bug of signet")
        })?;
        context.output.text(&String::from_utf8_lossy(&text))?;
        Ok(Exit::Ok)
    }
}
