//! One key, as the key table names it and as people read it.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers. Shift is part of the character: `N`, not shift and `n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// The key itself.
    pub(crate) code: KeyCode,
    /// Whether ctrl is held.
    pub(crate) ctrl: bool,
}

impl Key {
    /// A character, alone.
    pub(crate) const fn char(character: char) -> Self {
        Self { code: KeyCode::Char(character), ctrl: false }
    }

    /// A character with ctrl.
    pub(crate) const fn ctrl(character: char) -> Self {
        Self { code: KeyCode::Char(character), ctrl: true }
    }

    /// A key that is no character.
    pub(crate) const fn code(code: KeyCode) -> Self {
        Self { code, ctrl: false }
    }

    /// What a terminal reported; nothing for keys with alt or a desktop's modifiers, which are
    /// never ours.
    pub(crate) fn from_event(event: KeyEvent) -> Option<Self> {
        let strange = event.modifiers - KeyModifiers::SHIFT - KeyModifiers::CONTROL;
        strange
            .is_empty()
            .then(|| Self { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) })
    }

    /// The character that it types, if it types one.
    pub(crate) const fn typed(self) -> Option<char> {
        match self {
            Self { code: KeyCode::Char(character), ctrl: false } => Some(character),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(upper) if upper.is_ascii_uppercase() => {
                write!(f, "shift-{}", upper.to_ascii_lowercase())
            }
            KeyCode::Char(character) => write!(f, "{character}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("pgup"),
            KeyCode::PageDown => f.write_str("pgdn"),
            KeyCode::Home => f.write_str("home"),
            KeyCode::End => f.write_str("end"),
            KeyCode::Enter => f.write_str("enter"),
            KeyCode::Esc => f.write_str("esc"),
            KeyCode::Tab => f.write_str("tab"),
            KeyCode::Backspace => f.write_str("backspace"),
            other => write!(f, "{other}"),
        }
    }
}
