//! `signet demo`: the dashboard on the embedded mesh.

use clap::Args;

use super::{Context, dashboard::Dashboard};
use crate::{Exit, Failure};

/// Open the dashboard on the embedded mesh: real certificates, no cluster
#[derive(Debug, Args)]
pub struct Demo {
    /// Seed of its keys.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// Leave the mouse to the terminal, to select text with it.
    #[arg(long)]
    no_mouse: bool,
}

impl Demo {
    pub(super) fn run(&self, context: &mut Context) -> Result<Exit, Failure> {
        Dashboard::demo(self.seed, self.no_mouse).run(context)
    }
}
