//! Text that is written for a place of a given width: headings, facts, paragraphs, findings.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use signet_certs::Finding;

use super::text;
use super::theme::{Theme, glyph};

/// The column in which the values of facts begin.
const LABEL: usize = 18;

/// Lines that are wrapped as they are written.
pub(crate) struct Prose {
    theme: Theme,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Prose {
    /// An empty text for a place of `width` columns.
    pub(crate) fn new(theme: Theme, width: u16) -> Self {
        Self { theme, width: usize::from(width), lines: Vec::new() }
    }

    /// The look.
    pub(crate) const fn theme(&self) -> Theme {
        self.theme
    }

    /// The lines.
    pub(crate) fn into_lines(self) -> Vec<Line<'static>> {
        self.lines
    }

    /// The heading of a part, with an empty line before it.
    pub(crate) fn heading(&mut self, heading: &str) {
        if !self.lines.is_empty() {
            self.gap();
        }
        self.styled(heading, self.theme.heading());
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// A paragraph in one style.
    pub(crate) fn styled(&mut self, paragraph: &str, style: Style) {
        self.indented(0, paragraph, style);
    }

    /// A label and its value; nothing where the value is empty.
    pub(crate) fn fact(&mut self, label: &str, value: &str) {
        self.fact_styled(label, value, Style::new());
    }

    /// A label and its value in a style.
    pub(crate) fn fact_styled(&mut self, label: &str, value: &str, style: Style) {
        if value.is_empty() {
            return;
        }
        // Where values would get no room, they stand below their labels.
        let beside = self.width >= LABEL + 20;
        let indent = if beside { LABEL } else { 2 };
        if !beside {
            self.styled(label, self.theme.dim());
        }
        for (number, line) in text::wrap(value, self.width.saturating_sub(indent)).into_iter().enumerate() {
            let label = if beside && number == 0 { label } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(text::pad(label, indent), self.theme.dim()),
                Span::styled(line, style),
            ]));
        }
    }

    /// A finding whole: what, where, what to do, and the values that it rests on.
    pub(crate) fn finding(&mut self, finding: &Finding) {
        let style = self.theme.severity(Some(finding.severity));
        self.styled(
            &format!("{} {} ({})", glyph(finding.severity), finding.code, finding.severity.word()),
            style,
        );
        self.indented(2, &finding.about, self.theme.dim());
        self.indented(2, &finding.message, Style::new());
        self.indented(2, &format!("→ {}", finding.advice), Style::new().bold());
        for (key, value) in &finding.evidence {
            self.indented(2, &format!("{key}: {value}"), self.theme.dim());
        }
    }

    fn indented(&mut self, indent: usize, paragraph: &str, style: Style) {
        if paragraph.is_empty() {
            return;
        }
        for line in text::wrap(paragraph, self.width.saturating_sub(indent)) {
            self.lines.push(Line::from(vec![Span::raw(" ".repeat(indent)), Span::styled(line, style)]));
        }
    }
}
