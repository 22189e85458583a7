//! `signet` alone: the dashboard on a terminal, the table elsewhere.

use std::io::{self, IsTerminal};

use clap::Args;
use signet_mesh::objects::Kind;

use super::{Context, block_on, pods};
use crate::cli::Color;
use crate::dashboard::{self, Theme};
use crate::source::{Look, MeshArgs};
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
        Self { mesh: MeshArgs::of_demo(seed), no_mouse }
    }

    pub(super) fn run(self, context: &mut Context) -> Result<Exit, Failure> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return pods::Pods::of(self.mesh).run(context);
        }
        let theme = match context.global.color {
            Color::Never => Theme::Mono,
            Color::Auto if output::no_color() => Theme::Mono,
            Color::Always | Color::Auto => Theme::Colour,
        };
        // A dashboard moves between namespaces: it looks at all of them unless one is named.
        let mesh = self.mesh.everywhere();
        block_on(async {
            let Look { source, scope, title, .. } = mesh.live(context.global.now).await?.with(&Kind::BESIDE);
            dashboard::run(source, scope, dashboard::Options { theme, mouse: !self.no_mouse, title }).await
        })?;
        Ok(Exit::Ok)
    }
}
