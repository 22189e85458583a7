//! A list of one kind, with the selected one in full beside or below it: what several screens are.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::{Shared, draw_lines, title};
use crate::columns::Column;
use crate::dashboard::action::Action;
use crate::dashboard::cursor::{Cursor, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::layout::with_details;
use crate::dashboard::prose::Prose;
use crate::dashboard::table::{Rule, Shown, Table, Widths};

/// The rows of a body that also has room for the selected one: most of it is cut in the list.
const DETAILS_FROM: u16 = 14;

/// The title and the heading above the rows.
const HEADINGS: u16 = 2;

/// The rows that the wheel moves by.
const WHEEL: usize = 3;

/// Rows of one kind, and the selected one.
pub(crate) struct List<T: 'static> {
    columns: &'static [Column<T>],
    rule: &'static Rule,
    rows: Vec<T>,
    cursor: Cursor,
    shown: Vec<Shown>,
}

impl<T> List<T> {
    /// An empty list of these columns.
    pub(crate) fn new(columns: &'static [Column<T>], rule: &'static Rule) -> Self {
        Self { columns, rule, rows: Vec::new(), cursor: Cursor::default(), shown: Vec::new() }
    }

    /// These rows now, in the place that a screen has now.
    pub(crate) fn refresh(&mut self, rows: Vec<T>, shared: &Shared) {
        self.rows = rows;
        self.cursor.fit(self.rows.len(), page(shared));
        let mut widths = Widths::default();
        widths.see(self.columns, self.visible(shared), shared.mesh.now);
        let width = usize::from(with_details(shared.body, DETAILS_FROM).0.width);
        self.shown = widths.fit(self.columns, self.rule, width, None);
    }

    /// Moves the selection, if that is asked; whether the selected row is to be opened.
    pub(crate) fn update(&mut self, action: &Action, shared: &Shared) -> bool {
        match action {
            Action::Step(step) | Action::Scroll(step) => self.step(*step, shared),
            Action::Pointer(Pointer::WheelDown, _) => self.step(Step::Down(WHEEL), shared),
            Action::Pointer(Pointer::WheelUp, _) => self.step(Step::Up(WHEEL), shared),
            Action::Pointer(pointer, at) => {
                let Some(row) = self.row_at(*at, shared) else { return false };
                self.cursor.selected = row;
                return *pointer == Pointer::DoubleClick;
            }
            Action::Open => return true,
            _ => {}
        }
        false
    }

    /// Every row.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The rows on the screen.
    pub(crate) fn visible(&self, shared: &Shared) -> &[T] {
        let visible = self.cursor.visible(self.rows.len(), page(shared));
        self.rows.get(visible).unwrap_or_default()
    }

    /// The selected row.
    pub(crate) fn selected(&self) -> Option<&T> {
        self.rows.get(self.cursor.selected)
    }

    /// Draws the list under its title, the selected row in full under a title of its own, or `nothing`
    /// where there is no row.
    pub(crate) fn draw(
        &self,
        frame: &mut Frame<'_>,
        shared: &Shared,
        parts: &[String],
        nothing: impl FnOnce(&mut Prose),
        details: impl FnOnce(&T, &mut Prose) -> String,
    ) {
        let (area, beside) = with_details(shared.body, DETAILS_FROM);
        let below = draw_title(frame, shared, area, parts);
        let table = Table {
            columns: self.columns,
            shown: &self.shown,
            sort: None,
            now: shared.mesh.now,
            theme: shared.theme,
            stale: |_: &T| false,
        };
        let visible = self.cursor.visible(self.rows.len(), page(shared));
        table.draw(frame, below, visible, self.cursor.selected, |row| self.rows.get(row));
        if self.rows.is_empty() {
            let mut prose = Prose::new(shared.theme, area.width);
            prose.gap();
            nothing(&mut prose);
            let place = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            draw_lines(frame, place, 0, prose.into_lines());
        }
        if let (Some(area), Some(row)) = (beside, self.selected()) {
            let mut prose = Prose::new(shared.theme, area.width);
            let name = details(row, &mut prose);
            let below = draw_title(frame, shared, area, &[name]);
            draw_lines(frame, below, 0, prose.into_lines());
        }
    }

    fn step(&mut self, step: Step, shared: &Shared) {
        self.cursor.step(step, self.rows.len(), page(shared));
    }

    /// The row at this place of the terminal.
    fn row_at(&self, at: Position, shared: &Shared) -> Option<usize> {
        let list = with_details(shared.body, DETAILS_FROM).0;
        let line = at.y.checked_sub(list.y + HEADINGS).filter(|_| list.contains(at))?;
        let row = self.cursor.top + usize::from(line);
        (row < self.rows.len()).then_some(row)
    }
}

/// Draws a title; the place below it.
fn draw_title(frame: &mut Frame<'_>, shared: &Shared, area: Rect, parts: &[String]) -> Rect {
    let top = Rect { height: 1.min(area.height), ..area };
    frame.render_widget(title(shared, area.width, parts), top);
    Rect { y: area.y + top.height, height: area.height - top.height, ..area }
}

fn page(shared: &Shared) -> usize {
    usize::from(with_details(shared.body, DETAILS_FROM).0.height.saturating_sub(HEADINGS))
}
