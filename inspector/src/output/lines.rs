//! Text for people, line by line.

use std::fmt::{Display, Write};

/// Lines that grow; each is indented by so many blanks.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Adds a line.
    pub fn push(&mut self, indent: usize, line: impl Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{:indent$}{line}", "");
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.0.push('\n');
    }

    /// Adds text that has its own line breaks.
    pub fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// All of them.
    pub fn into_text(self) -> String {
        self.0
    }
}
