//! A table fitted to its width: which columns are shown, how wide, and the rows that are visible.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use signet_certs::UnixTime;

use super::sort::Sort;
use super::text;
use super::theme::{Theme, glyph};
use crate::columns::{Cell, Column};

/// How a kind's columns give way where there is no room for all.
pub(crate) struct Rule {
    /// The column that gets what the others leave.
    pub(crate) flexible: &'static str,
    /// The columns that are cut, in this order, each down to this width. A column may be named twice:
    /// cut a little first, and more when the others were cut too.
    pub(crate) shrinking: &'static [(&'static str, usize)],
    /// The columns that are left out, the least needed first.
    pub(crate) dropped: &'static [&'static str],
}

/// A column on the screen: its index in the list of columns, and its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// The index.
    pub(crate) column: usize,
    /// The width without the gap behind it.
    pub(crate) width: usize,
}

/// The widths that columns want, by their headings and by every row that was on the screen since the
/// last reset: so that scrolling never makes a table jump back and forth.
#[derive(Clone, Debug, Default)]
pub(crate) struct Widths(Vec<usize>);

impl Widths {
    /// Forgets what was seen.
    pub(crate) fn reset(&mut self) {
        self.0.clear();
    }

    /// Makes room for these rows.
    pub(crate) fn see<'a, T: 'a>(
        &mut self,
        columns: &[Column<T>],
        rows: impl IntoIterator<Item = &'a T>,
        now: UnixTime,
    ) {
        if self.0.is_empty() {
            // Room for the sign of the order beside the heading.
            self.0 = columns.iter().map(|column| text::width(column.name) + 1).collect();
        }
        for row in rows {
            for (width, column) in self.0.iter_mut().zip(columns) {
                *width = (*width).max(text::width(&shown(&(column.cell)(row, now))));
            }
        }
    }

    /// The columns that fit into `total`. Wide ones appear, in order, as long as everything else keeps
    /// the width that it wants. The column `said` is left out: something else says it for all rows.
    pub(crate) fn fit<T>(
        &self,
        columns: &[Column<T>],
        rule: &Rule,
        total: usize,
        said: Option<&str>,
    ) -> Vec<Shown> {
        let wanted = |column: usize| self.0.get(column).copied().unwrap_or_default();
        let named = |column: usize| columns.get(column).map_or("", |column| column.name);
        let least = |column: usize| {
            let steps = rule.shrinking.iter().filter(|(name, _)| *name == named(column));
            steps.fold(wanted(column), |width, (_, least)| width.min(*least))
        };
        let gap = gap(total);
        let sum = |shown: &[usize], width: &dyn Fn(usize) -> usize| {
            shown.iter().map(|column| width(*column) + gap).sum::<usize>().saturating_sub(gap)
        };

        let mut shown: Vec<usize> = (0..columns.len())
            .filter(|column| {
                columns.get(*column).is_some_and(|column| !column.wide && Some(column.name) != said)
            })
            .collect();
        for name in rule.dropped {
            if sum(&shown, &least) <= total {
                break;
            }
            shown.retain(|column| named(*column) != *name);
        }
        for column in 0..columns.len() {
            let more = || shown.iter().copied().chain([column]).collect::<Vec<_>>();
            if columns.get(column).is_some_and(|column| column.wide) && sum(&more(), &wanted) <= total {
                shown.push(column);
            }
        }
        shown.sort_unstable();

        let mut fitted: Vec<Shown> =
            shown.iter().map(|column| Shown { column: *column, width: wanted(*column) }).collect();
        let mut excess = sum(&shown, &wanted).saturating_sub(total);
        for (name, least) in rule.shrinking {
            if let Some(shown) = fitted.iter_mut().find(|shown| named(shown.column) == *name) {
                let given = shown.width.saturating_sub(*least).min(excess);
                shown.width -= given;
                excess -= given;
            }
        }
        let rest = total
            .saturating_sub(fitted.iter().map(|shown| shown.width + gap).sum::<usize>().saturating_sub(gap));
        if let Some(flexible) = fitted.iter_mut().find(|shown| named(shown.column) == rule.flexible) {
            flexible.width += rest;
        }
        fitted
    }
}

/// A table, ready to be drawn: a heading and below it the visible ones of `rows`.
pub(crate) struct Table<'a, T> {
    /// The kind's columns.
    pub(crate) columns: &'a [Column<T>],
    /// Those that are shown.
    pub(crate) shown: &'a [Shown],
    /// The order, for its sign.
    pub(crate) sort: Option<Sort>,
    /// The time at which cells are made.
    pub(crate) now: UnixTime,
    /// The look.
    pub(crate) theme: Theme,
    /// Rows whose values may be out of date.
    pub(crate) stale: fn(&T) -> bool,
}

impl<T> Table<'_, T> {
    /// Draws the heading and the rows of `visible`.
    pub(crate) fn draw<'r>(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        visible: Range<usize>,
        selected: usize,
        row: impl Fn(usize) -> Option<&'r T>,
    ) where
        T: 'r,
    {
        let total = usize::from(area.width);
        let mut lines = area.rows();
        if let Some(line) = lines.next() {
            frame.render_widget(self.heading(total), line);
        }
        for (number, line) in visible.zip(lines) {
            let Some(item) = row(number) else { break };
            frame.render_widget(self.row(item, total), line);
            if number == selected {
                frame.buffer_mut().set_style(line, self.theme.selected());
            }
        }
    }

    fn heading(&self, total: usize) -> Line<'static> {
        let names = self.shown.iter().map(|shown| {
            let name = self.columns.get(shown.column).map_or("", |column| column.name);
            let sign = self.sort.filter(|sort| sort.column == shown.column).map_or("", |sort| sort.sign());
            let name = text::cut(name, shown.width.saturating_sub(text::width(sign)));
            (format!("{name}{sign}"), self.theme.heading())
        });
        self.line(names, total)
    }

    fn row(&self, item: &T, total: usize) -> Line<'static> {
        let outdated = (self.stale)(item);
        let cells = self.shown.iter().filter_map(|shown| self.columns.get(shown.column)).map(|column| {
            let cell = (column.cell)(item, self.now);
            let style = match cell.severity {
                None if outdated => self.theme.dim(),
                severity => self.theme.severity(severity),
            };
            (shown(&cell), style)
        });
        self.line(cells, total)
    }

    fn line(&self, cells: impl Iterator<Item = (String, Style)>, total: usize) -> Line<'static> {
        let gap = " ".repeat(gap(total));
        let mut spans = Vec::with_capacity(self.shown.len() * 2);
        for ((cell, style), shown) in cells.zip(self.shown) {
            if !spans.is_empty() {
                spans.push(Span::raw(gap.clone()));
            }
            spans.push(Span::styled(text::pad(&cell, shown.width), style));
        }
        Line::from(spans)
    }
}

/// What a cell shows: the sign of its severity before its text, so that colour never speaks alone.
/// A minus is such a sign already.
fn shown(cell: &Cell) -> String {
    match (cell.severity, cell.text.as_str()) {
        (_, "") => "-".to_owned(),
        (Some(severity), text) if !text.starts_with('-') => format!("{} {text}", glyph(severity)),
        (_, text) => text.to_owned(),
    }
}

/// The columns between two cells: two, but one where every column counts.
const fn gap(total: usize) -> usize {
    if total < 100 { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use signet_certs::UnixTime;

    use super::{Rule, Widths};
    use crate::columns::{Cell, Column, SortKey};

    const fn column(name: &'static str, wide: bool, cell: fn(&(), UnixTime) -> Cell) -> Column<()> {
        Column { name, wide, cell, sort: |()| SortKey::Absent }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "cells are made of references to rows")]
    fn ten(&(): &(), _: UnixTime) -> Cell {
        Cell { text: "0123456789".to_owned(), severity: None }
    }

    static COLUMNS: [Column<()>; 4] =
        [column("A", false, ten), column("B", false, ten), column("C", true, ten), column("D", false, ten)];
    static RULE: Rule =
        Rule { flexible: "A", shrinking: &[("A", 8), ("B", 4), ("A", 5)], dropped: &["B", "D"] };

    /// The names and widths of the columns that fit.
    fn fit(total: usize, said: Option<&str>) -> String {
        let mut widths = Widths::default();
        widths.see(&COLUMNS, [&()], UnixTime::from_seconds(0));
        let fitted = widths.fit(&COLUMNS, &RULE, total, said);
        let shown = fitted.iter().map(|shown| format!("{}{}", COLUMNS[shown.column].name, shown.width));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn wide_columns_appear_when_all_keep_their_width_and_the_flexible_one_gets_the_rest() {
        assert_eq!(fit(43, None), "A10 B10 C10 D10");
        assert_eq!(fit(42, None), "A20 B10 D10");
        assert_eq!(fit(50, None), "A17 B10 C10 D10");
    }

    #[test]
    fn columns_give_way_in_order_and_then_go_in_order() {
        assert_eq!(fit(30, None), "A8 B10 D10");
        assert_eq!(fit(27, None), "A8 B7 D10");
        assert_eq!(fit(21, None), "A5 B4 D10");
        assert_eq!(fit(20, None), "A9 D10");
        assert_eq!(fit(15, None), "A15");
        assert_eq!(fit(2, None), "A5", "the last one is never dropped");
    }

    #[test]
    fn what_the_title_says_needs_no_column() {
        assert_eq!(fit(32, Some("B")), "A10 C10 D10");
    }
}
