//! `signet` alone: the dashboard on a terminal, the table elsewhere.

use std::io::{self, IsTerminal};

use clap::Args;

use super::{Context, block_on, pods};
use crate::cli::Color;
use crate::dashboard::{self, Theme};
use crate::source::MeshArgs;
use crate::{Exit, Failure, output};

/// Which mesh the dashboard opens on.
#[derive(Debug, Args)]
pub struct Dashboard {
    #[command(flatten)]
    mesh: MeshArgs,
    /// Leave the mouse to the terminal, to select text with it.
    #[arg(long)]
    no_mouse: bool,
}

impl Dashboard {
    /// The dashboard on the embedded mesh.
    pub(super) fn demo(seed: u64, no_mouse: bool) -> Self {
        let mesh = MeshArgs {
            demo: true,
            seed,
            snapshot: None,
            namespace: None,
            all_namespaces: true,
            selector: None,
        };
        Self { mesh, no_mouse }
    }

    pub(super) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return pods::Pods::of(self.mesh).run(context);
        }
        let source = self.mesh.live(context.global.now)?;
        let theme = match context.global.color {
            Color::Never => Theme::Mono,
            Color::Auto if output::no_color() => Theme::Mono,
            Color::Always | Color::Auto => Theme::Colour,
        };
        let options = dashboard::Options { theme, mouse: !self.no_mouse, title: self.mesh.title() };
        block_on(dashboard::run(source, self.mesh.scope(), options))?;
        Ok(Exit::Ok)
    }
}
