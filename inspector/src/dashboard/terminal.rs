//! The terminal: taken over whole, and given back as it was however the dashboard ends.

use std::io::{self, Stdout, Write, stdout};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Size;

use super::app::App;
use super::clipboard;

/// Whether there is something to give back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours.
pub(crate) struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<Stdout>>,
}

impl Terminal {
    /// Takes the terminal: raw, on the alternate screen, with bracketed paste and, if wanted, the
    /// mouse. Dropping it gives it back, and so does a panic, before its message is printed.
    pub(crate) fn take(mouse: bool) -> io::Result<Self> {
        restore_on_panic();
        // crossterm keeps silent under NO_COLOR, and then emits a reset that erases the selection;
        // our own mono theme has no colours to begin with.
        crossterm::style::force_color_output(true);
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let taken = || {
            let mut out = stdout();
            execute!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
            if mouse {
                execute!(out, EnableMouseCapture)?;
            }
            // Not ratatui's own clearing, which asks the terminal where its cursor is: one that does not
            // answer would hold everything up.
            execute!(out, Clear(ClearType::All))?;
            Ok(Self { inner: ratatui::Terminal::new(CrosstermBackend::new(out))? })
        };
        taken().inspect_err(|_| restore())
    }

    /// Its size.
    pub(crate) fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    /// Shows the dashboard as it is now; nothing once another thread's panic gave the terminal back.
    pub(crate) fn draw(&mut self, app: &App) -> io::Result<()> {
        if !TAKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.inner.draw(|frame| app.draw(frame)).map(|_| ())
    }

    /// Puts text on the clipboard.
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        clipboard::copy(self.inner.backend_mut(), text)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, once. A terminal that is gone cannot be mended, so errors are ignored.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
}

fn restore_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            restore();
            before(info);
        }));
    });
}
