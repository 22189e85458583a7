//! Colour for tables. It only ever repeats what a word already says.

use crossterm::style::{Color, Stylize};
use signet_certs::Severity;

/// How to colour: not at all, or with the terminal's own colours.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    colour: bool,
}

impl Paint {
    /// Colours, or leaves text as it is.
    pub const fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Text in the colour of a severity.
    pub fn severity(self, severity: Severity, text: &str) -> String {
        let colour = match severity {
            Severity::Info => Color::Green,
            Severity::Warning => Color::Yellow,
            Severity::Error => Color::Red,
        };
        self.styled(text, |text| text.with(colour).to_string())
    }

    /// A heading.
    pub fn heading(self, text: &str) -> String {
        self.styled(text, |text| text.bold().to_string())
    }

    /// What is there to be looked up, not read.
    pub fn faint(self, text: &str) -> String {
        self.styled(text, |text| text.dim().to_string())
    }

    fn styled(self, text: &str, style: impl Fn(&str) -> String) -> String {
        if self.colour && !text.is_empty() { style(text) } else { text.to_owned() }
    }
}
