//! The top of the screen: which mesh, when, how it is, and its namespaces.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::screens::Shared;
use super::text;
use super::theme::glyph;

/// The namespaces that have a digit.
pub(crate) const DIGITS: usize = 9;

/// Draws as many lines as there is room for; the counts come first where there is but one.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, shared: &Shared, held: bool) {
    let lines = match area.height {
        0 => Vec::new(),
        1 => vec![counts(shared, area.width, held)],
        2 => vec![mesh(shared, held), counts(shared, area.width, false)],
        _ => vec![mesh(shared, held), counts(shared, area.width, false), namespaces(shared, area.width)],
    };
    for (line, row) in lines.into_iter().zip(area.rows()) {
        frame.render_widget(line, row);
    }
}

/// Draws the line that says what is wrong with what is shown.
pub(crate) fn draw_banner(frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
    if let Some(banner) = shared.mesh.banner() {
        let banner = text::pad(&format!(" ✗ {banner}"), usize::from(area.width));
        frame.render_widget(Span::styled(banner, shared.theme.banner()), area);
    }
}

fn mesh(shared: &Shared, held: bool) -> Line<'static> {
    let theme = shared.theme;
    let state = match (&shared.mesh.connection, shared.mesh.settled) {
        _ if shared.mesh.lost().is_some() => "✗ disconnected",
        (_, false) => "… reading",
        (_, true) => "✓ up to date",
    };
    let mut spans = vec![
        Span::styled("Signet  ", theme.heading()),
        Span::styled(text::harmless(&shared.title).into_owned(), theme.title()),
        Span::raw(format!("  {}  ", shared.mesh.now)),
        Span::raw(state),
    ];
    if held {
        spans.push(hold(shared));
    }
    Line::from(spans)
}

/// How many pods there are, and how many of each verdict, the gravest first, as many as fit.
fn counts(shared: &Shared, width: u16, held: bool) -> Line<'static> {
    let counts = shared.mesh.counts(shared.namespace.as_deref());
    let pods: usize = counts.values().sum();
    let total = format!("{pods} {}", if pods == 1 { "pod" } else { "pods" });
    let mut left = usize::from(width).saturating_sub(text::width(&total));
    let mut spans = vec![Span::raw(total)];
    if held {
        spans.push(hold(shared));
    }
    for (verdict, count) in counts.iter().rev() {
        let severity = verdict.severity();
        let count = format!("{} {count} {}", glyph(severity), verdict.word());
        // Room for the gap, and for the sign that there is more.
        let Some(room) = left.checked_sub(text::width(&count) + 4) else {
            spans.push(Span::raw(" …"));
            break;
        };
        left = room + 2;
        spans.push(Span::raw("  "));
        spans.push(Span::styled(count, shared.theme.severity(Some(severity))));
    }
    Line::from(spans)
}

fn hold(shared: &Shared) -> Span<'static> {
    Span::styled("  ‖ held", shared.theme.title())
}

/// The namespaces with their digits, as many as fit.
fn namespaces(shared: &Shared, width: u16) -> Line<'static> {
    let theme = shared.theme;
    let mut left = usize::from(width);
    let mut spans = Vec::new();
    let known = shared.mesh.namespaces();
    let names = std::iter::once(("all", shared.namespace.is_none()))
        .chain(known.into_iter().take(DIGITS).map(|name| (name, shared.namespace.as_deref() == Some(name))));
    for (digit, (name, chosen)) in names.enumerate() {
        let name = text::harmless(name);
        // `<1> name` and the gap or the sign that there are more.
        let Some(rest) = left.checked_sub(text::width(&name) + 6) else {
            spans.push(Span::raw("…"));
            break;
        };
        left = rest;
        let style = if chosen { theme.title().underlined() } else { theme.dim() };
        spans.push(Span::styled(format!("<{digit}>"), theme.key()));
        spans.push(Span::raw(" "));
        spans.push(Span::styled(name.into_owned(), style));
        spans.push(Span::raw("  "));
    }
    Line::from(spans)
}
