//! The dashboard: which signer every pod should have, asked for and really has, live.
//!
//! State is a message loop:
//!
//! ```text
//! terminal, feed ── Event ──> keymap ── Action ──> App::update ── Effect ──> loop
//!                                                      │
//!                             terminal <── draw ── App (changed nowhere else)
//! ```
//!
//! * `event`, `key`, `keymap`, `action`: from what happened to what is wanted; `keymap` is the one
//!   table of keys, for input, footer, help and README.
//! * `app`: the state; `screens/`: one file a screen, each with its own state.
//! * `feed`, `mesh_view`: the mesh is folded on a task of its own and shown one moment at a time.
//! * `filter`, `sort`, `command_line`, `prompt`: what narrows, orders and is typed.
//! * `layout`, `table`, `prose`, `text`, `cursor`, `header`, `footer`, `theme`: how it is drawn.
//! * `terminal`, `clipboard`: what is outside.

mod action;
mod answers;
mod app;
mod clipboard;
mod command_line;
mod cursor;
mod event;
mod feed;
mod filter;
mod footer;
mod header;
mod key;
mod keymap;
mod layout;
mod mesh_view;
mod prompt;
mod prose;
mod screens;
mod sort;
mod table;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod theme;

pub use keymap::markdown;
pub use theme::Theme;

use std::io;
use std::pin::pin;
use std::time::Instant;

use crossterm::event::EventStream;
use futures::StreamExt as _;

use self::action::Effect;
use self::app::App;
use self::event::{Event, Translator};
use self::feed::Feed;
use self::terminal::Terminal;
use crate::Failure;
use crate::source::{Demand, Scope, Source};

/// How the dashboard is shown.
#[derive(Clone, Debug)]
pub struct Options {
    /// In colour or not.
    pub theme: Theme,
    /// Whether the mouse is used; without, the terminal's own selection works.
    pub mouse: bool,
    /// What the mesh is called: a context, `demo`, a snapshot's file name.
    pub title: String,
}

/// Shows `source` on the terminal until the user leaves.
///
/// # Errors
///
/// When the terminal cannot be used. It is given back in every case, also after a panic.
pub async fn run(
    source: impl Source + Send + 'static,
    scope: Scope,
    options: Options,
) -> Result<(), Failure> {
    let mut ended = pin!(asked_to_end());
    let mut terminal = Terminal::take(options.mouse).map_err(unusable)?;
    let mut feed = Feed::start(source, scope);
    let mut app = App::new(&options, feed.current(), terminal.size().map_err(unusable)?);
    let mut input = EventStream::new();
    let mut translator = Translator::default();
    terminal.draw(&app).map_err(unusable)?;
    loop {
        let event = tokio::select! {
            reported = input.next() => match reported {
                Some(reported) => translator.event(reported.map_err(unusable)?, Instant::now()),
                // The terminal is gone.
                None => return Ok(()),
            },
            mesh = feed.next() => Some(Event::Mesh(mesh)),
            () = &mut ended => return Ok(()),
        };
        for effect in event.map(|event| app.handle(event)).unwrap_or_default() {
            match effect {
                Effect::Copy(text) => terminal.copy(&text).map_err(unusable)?,
                Effect::Demand(visible) => feed.demand(Demand { visible }),
                Effect::Quit => return Ok(()),
                Effect::Redraw => terminal.draw(&app).map_err(unusable)?,
            }
        }
    }
}

/// Ends when the system asks the program to: the terminal is then given back before it goes. The
/// handlers are there when this returns, so that no signal finds a terminal taken and nobody listening.
#[cfg(unix)]
fn asked_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    async move {
        if signals.is_empty() {
            return std::future::pending().await;
        }
        futures::future::select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    }
}

/// Never ends: ctrl-c is a key, and closing the window ends the input.
#[cfg(not(unix))]
fn asked_to_end() -> impl Future<Output = ()> {
    std::future::pending()
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands errors over by value")]
fn unusable(error: io::Error) -> Failure {
    Failure::unchecked(
        "the terminal",
        format!("it cannot be used for the dashboard ({error})"),
        "run it in a terminal, or print a table with `signet pods`",
    )
}
