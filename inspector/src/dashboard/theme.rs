//! How things look: in colour, or in bold, reversed and underlined alone.
//!
//! Colour never says anything alone: whatever has a severity also has a [`glyph`] and a word.

use ratatui::style::{Color, Style};
use signet_certs::Severity;

/// The two looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The terminal's own sixteen colours.
    #[default]
    Colour,
    /// No colour at all (`NO_COLOR`, `--color never`).
    Mono,
}

impl Theme {
    /// Something that is this grave; no severity is a plain fact.
    pub(crate) fn severity(self, severity: Option<Severity>) -> Style {
        match (self, severity) {
            (_, None) | (Self::Mono, Some(Severity::Info)) => Style::new(),
            (Self::Colour, Some(Severity::Info)) => Style::new().fg(Color::Green),
            (Self::Colour, Some(Severity::Warning)) => Style::new().fg(Color::Yellow),
            (Self::Colour, Some(Severity::Error)) => Style::new().fg(Color::Red).bold(),
            (Self::Mono, Some(Severity::Warning)) => Style::new().bold(),
            (Self::Mono, Some(Severity::Error)) => Style::new().bold().underlined(),
        }
    }

    /// The selected row.
    pub(crate) fn selected(self) -> Style {
        match self {
            Self::Colour | Self::Mono => Style::new().reversed(),
        }
    }

    /// The headings of columns and of parts.
    pub(crate) fn heading(self) -> Style {
        match self {
            Self::Colour => Style::new().fg(Color::Cyan).bold(),
            Self::Mono => Style::new().bold(),
        }
    }

    /// What a screen is called, and what narrows it.
    pub(crate) fn title(self) -> Style {
        match self {
            Self::Colour => Style::new().fg(Color::Magenta).bold(),
            Self::Mono => Style::new().bold(),
        }
    }

    /// What matters less: labels, rules, values that may be out of date.
    pub(crate) fn dim(self) -> Style {
        match self {
            Self::Colour => Style::new().fg(Color::DarkGray),
            Self::Mono => Style::new().dim(),
        }
    }

    /// A key that can be pressed.
    pub(crate) fn key(self) -> Style {
        match self {
            Self::Colour => Style::new().fg(Color::Blue).bold(),
            Self::Mono => Style::new().bold(),
        }
    }

    /// A line that has to be read: the connection is lost.
    pub(crate) fn banner(self) -> Style {
        match self {
            Self::Colour => Style::new().fg(Color::White).bg(Color::Red).bold(),
            Self::Mono => Style::new().bold().reversed(),
        }
    }
}

/// The sign of a severity, one column wide.
pub(crate) const fn glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "✓",
        Severity::Warning => "!",
        Severity::Error => "✗",
    }
}
