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
        self.render_within(None, paint)
    }

    /// The whole table in so many columns of a terminal: what does not fit goes on below, beside the first
    /// column once more.
    pub fn render_within(&self, room: Option<usize>, paint: Paint) -> String {
        let widths = self.widths();
        let headings: Vec<Cell> =
            self.headings.iter().map(|name| Cell { text: name.clone(), severity: None }).collect();
        let mut text = String::new();
        for part in parts(&widths, room.unwrap_or(usize::MAX)) {
            if !text.is_empty() {
                text.push('\n');
            }
            render_row(&mut text, &headings, &widths, &part, |cell, shown| {
                debug_assert!(cell.severity.is_none());
                paint.heading(shown)
            });
            for row in &self.rows {
                render_row(&mut text, row, &widths, &part, |cell, shown| match cell.severity {
                    Some(severity) => paint.severity(severity, shown),
                    None => shown.to_owned(),
                });
            }
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

/// Which columns stand side by side where there is so much room; the first is in every part.
fn parts(widths: &[usize], room: usize) -> Vec<Vec<usize>> {
    let Some((first, others)) = widths.split_first() else { return Vec::new() };
    let mut parts = vec![vec![0]];
    let mut taken = *first;
    for (column, width) in (1..).zip(others) {
        match parts.last_mut() {
            Some(part) if part.len() == 1 || taken + GAP + width <= room => part.push(column),
            _ => {
                parts.push(vec![0, column]);
                taken = *first;
            }
        }
        taken += GAP + width;
    }
    parts
}

fn render_row(
    text: &mut String,
    row: &[Cell],
    widths: &[usize],
    part: &[usize],
    style: impl Fn(&Cell, &str) -> String,
) {
    let last = part.last();
    for column in part {
        let (Some(cell), Some(width)) = (row.get(*column), widths.get(*column)) else { continue };
        let shown = shown(cell);
        text.push_str(&style(cell, shown));
        if Some(column) != last {
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

    #[test]
    fn a_table_too_wide_for_the_terminal_goes_on_below_beside_its_first_column() {
        let mut table = Table::new(["#", "SIGNER", "1", "2"]);
        table.push(["1", "foo", "yes", "no"].map(cell).to_vec());
        table.push(["2", "bar", "no", "yes"].map(cell).to_vec());
        let in_one = "#   SIGNER   1     2\n1   foo      yes   no\n2   bar      no    yes\n";
        assert_eq!(table.render(Paint::new(false)), in_one);
        assert_eq!(table.render_within(Some(22), Paint::new(false)), in_one);
        let in_two = "#   SIGNER   1\n1   foo      yes\n2   bar      no\n\n#   2\n1   no\n2   yes\n";
        assert_eq!(table.render_within(Some(21), Paint::new(false)), in_two);
        let in_three = "#   SIGNER\n1   foo\n2   bar\n\n#   1\n1   yes\n2   no\n\n#   2\n1   no\n2   yes\n";
        assert_eq!(table.render_within(Some(1), Paint::new(false)), in_three, "a column is never cut");
    }
}
