//! The last line: the keys that work here, what is being typed, or what just happened.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::keymap::{self, Mode};
use super::prompt::Prompt;
use super::screens::Shared;
use super::text;

/// Draws the keys of a mode, as many as fit.
pub(crate) fn draw_keys(frame: &mut Frame<'_>, area: Rect, shared: &Shared, mode: Mode) {
    let mut spans = Vec::new();
    let mut left = usize::from(area.width);
    for binding in keymap::of(mode) {
        let (Some(hint), Some(key)) = (binding.hint, binding.keys.first()) else { continue };
        let (key, hint) = (format!("<{key}>"), format!(" {hint}  "));
        let width = text::width(&key) + text::width(hint.trim_end());
        if width > left {
            break;
        }
        left = left.saturating_sub(width + 2);
        spans.push(Span::styled(key, shared.theme.key()));
        spans.push(Span::raw(hint));
    }
    frame.render_widget(Line::from(spans), area);
}

/// Draws what just happened.
pub(crate) fn draw_notice(frame: &mut Frame<'_>, area: Rect, shared: &Shared, notice: &str) {
    let notice = text::cut(notice, usize::from(area.width));
    frame.render_widget(Span::styled(notice, shared.theme.title()), area);
}

/// Draws what is being typed, with its error or its suggestion, and sets the cursor.
pub(crate) fn draw_prompt(frame: &mut Frame<'_>, area: Rect, shared: &Shared, prompt: &Prompt) {
    let room = usize::from(area.width).saturating_sub(2);
    // Of a long text, the end is shown: that is where the cursor is.
    let skipped = text::width(&prompt.text).saturating_sub(room);
    let typed: String = prompt.text.chars().skip(skipped).collect();
    let typed = text::harmless(&typed).into_owned();
    let end = 1 + text::width(&typed);
    let mut spans = vec![Span::styled(prompt.sign(), shared.theme.key()), Span::raw(typed)];
    if let Some(error) = &prompt.error {
        let error = format!("  ✗ {error}");
        let error = text::cut(&error, room.saturating_sub(end));
        spans.push(Span::styled(error, shared.theme.severity(Some(signet_certs::Severity::Error))));
    } else if let Some(rest) = prompt.suggestion(&shared.mesh.namespaces()) {
        spans.push(Span::styled(rest, shared.theme.dim()));
    } else if prompt.text.is_empty() {
        spans.push(Span::styled(text::cut(prompt.usage(), room.saturating_sub(1)), shared.theme.dim()));
    }
    frame.render_widget(Line::from(spans), area);
    // The prompt is one line of a terminal, so its columns fit.
    let column = u16::try_from(end).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(area.x + column, area.y));
}
