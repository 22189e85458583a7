//! How far a look at a mesh has come: one line of a terminal, which goes when there is something to say.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use tokio::time::Instant;

/// Who waits less need not be told what for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two drawings of the line.
const PAUSE: Duration = Duration::from_millis(200);

/// The line on standard error; nothing at all where that is no terminal.
pub(super) struct Progress<W: Write = io::Stderr> {
    terminal: Option<W>,
    next: Instant,
    is_shown: bool,
}

impl Progress {
    /// Nothing is shown before somebody has waited.
    pub(super) fn new() -> Self {
        let terminal = io::stderr();
        Self::on(terminal.is_terminal().then_some(terminal))
    }
}

impl<W: Write> Progress<W> {
    fn on(terminal: Option<W>) -> Self {
        Self { terminal, next: Instant::now() + PATIENCE, is_shown: false }
    }

    /// Whether it is time to show something.
    pub(super) fn is_due(&self) -> bool {
        self.terminal.is_some() && Instant::now() >= self.next
    }

    /// Shows how many proxies were heard of, and how many are still waited for as far as that is known.
    pub(super) fn show(&mut self, heard_of: usize, waiting: Option<usize>) {
        let Some(terminal) = &mut self.terminal else { return };
        let line = match waiting {
            Some(waiting) => format!("signet: {heard_of} of {} proxies", heard_of + waiting),
            None => format!("signet: {heard_of} proxies, and pods are still coming in"),
        };
        // Whoever has closed standard error wants no progress.
        let _ = write!(terminal, "\r\x1b[K{line}").and_then(|()| terminal.flush());
        self.next = Instant::now() + PAUSE;
        self.is_shown = true;
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if let Some(terminal) = self.terminal.as_mut().filter(|_| self.is_shown) {
            let _ = write!(terminal, "\r\x1b[K").and_then(|()| terminal.flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands on the terminal after each of these steps, in milliseconds; and when it is over.
    async fn shown(steps: &[(u64, usize, Option<usize>)]) -> String {
        let mut text = Vec::new();
        let mut progress = Progress::on(Some(&mut text));
        for (after, heard_of, waiting) in steps {
            tokio::time::advance(Duration::from_millis(*after)).await;
            if progress.is_due() {
                progress.show(*heard_of, *waiting);
            }
        }
        drop(progress);
        String::from_utf8(text).expect("text").replace("\r\x1b[K", "|")
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_sees_how_far_it_is_and_the_line_goes() {
        assert_eq!(shown(&[(0, 1, None), (999, 400, Some(600))]).await, "", "nobody has waited yet");
        let line = shown(&[(1000, 3, None), (100, 4, None), (100, 5, Some(7))]).await;
        assert_eq!(line, "|signet: 3 proxies, and pods are still coming in|signet: 5 of 12 proxies|");
    }
}
