//! Tables as kubectl prints them: headings in capitals, columns as wide as their widest cell.

use signet_certs::UnixTime;
use unicode_width::UnicodeWidthStr;

use super::Paint;
use crate::columns::{Cell, Column};

/// Blanks between two columns.
const GAP: usize = 3;

/// A table, row by row.
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these headings.
    pub fn new(headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { headings: headings.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// These rows with the columns of their kind: all of them where it may be wide.
    pub fn of<'a, T: 'a>(
        columns: &'static [Column<T>],
        rows: impl IntoIterator<Item = &'a T>,
        now: UnixTime,
        wide: bool,
    ) -> Self {
        let columns: Vec<&Column<T>> = columns.iter().filter(|column| wide || !column.wide).collect();
        let mut table = Self::new(columns.iter().map(|column| column.name));
        for row in rows {
            table.push(columns.iter().map(|column| (column.cell)(row, now)).collect());
        }
        table
    }

    /// Adds a row; it has a cell for each heading.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// The whole table, a line a row.
    pub fn render(&self, paint: Paint) -> String {
        let widths = self.widths();
        let mut text = String::new();
        let headings: Vec<Cell> =
            self.headings.iter().map(|name| Cell { text: name.clone(), severity: None }).collect();
        render_row(&mut text, &headings, &widths, |cell, shown| {
            debug_assert!(cell.severity.is_none());
            paint.heading(shown)
        });
        for row in &self.rows {
            render_row(&mut text, row, &widths, |cell, shown| match cell.severity {
                Some(severity) => paint.severity(severity, shown),
                None => shown.to_owned(),
            });
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        self.headings
            .iter()
            .enumerate()
            .map(|(index, heading)| {
                let cells = self.rows.iter().filter_map(|row| row.get(index));
                cells.map(|cell| shown(cell).width()).max().unwrap_or(0).max(heading.width())
            })
            .collect()
    }
}

fn shown(cell: &Cell) -> &str {
    if cell.text.is_empty() { "-" } else { &cell.text }
}

fn render_row(text: &mut String, row: &[Cell], widths: &[usize], style: impl Fn(&Cell, &str) -> String) {
    let last = row.len().saturating_sub(1);
    for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
        let shown = shown(cell);
        text.push_str(&style(cell, shown));
        if index != last {
            text.extend(std::iter::repeat_n(' ', width.saturating_sub(shown.width()) + GAP));
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{Paint, Table};
    use crate::columns::Cell;

    fn cell(text: &str) -> Cell {
        Cell { text: text.to_owned(), severity: None }
    }

    #[test]
    fn columns_are_as_wide_as_people_see_them() {
        let mut table = Table::new(["NAME", "SIGNER"]);
        table.push(vec![cell("東京"), cell("foo")]);
        table.push(vec![cell("x"), cell("")]);
        assert_eq!(table.render(Paint::new(false)), "NAME   SIGNER\n東京   foo\nx      -\n");
    }
}
