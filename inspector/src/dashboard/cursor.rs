//! Where one is in a list, and in a text that is longer than its place.

/// One movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the end.
    Bottom,
    /// Down by this many.
    Down(usize),
    /// Down by half a page.
    HalfDown,
    /// Up by half a page.
    HalfUp,
    /// Down by a page.
    PageDown,
    /// Up by a page.
    PageUp,
    /// To the start.
    Top,
    /// Up by this many.
    Up(usize),
}

impl Step {
    /// Where the step leads from `from`, where `page` lines fit on the screen. May lie past the end.
    fn from(self, from: usize, page: usize) -> usize {
        match self {
            Self::Bottom => usize::MAX,
            Self::Down(lines) => from.saturating_add(lines),
            Self::HalfDown => from.saturating_add((page / 2).max(1)),
            Self::HalfUp => from.saturating_sub((page / 2).max(1)),
            Self::PageDown => from.saturating_add(page.max(1)),
            Self::PageUp => from.saturating_sub(page.max(1)),
            Self::Top => 0,
            Self::Up(lines) => from.saturating_sub(lines),
        }
    }
}

/// The selected row of a list, and the topmost one on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The selected row.
    pub(crate) selected: usize,
    /// The first row on the screen.
    pub(crate) top: usize,
}

impl Cursor {
    /// Moves the selection in a list of `rows`, of which `page` fit on the screen.
    pub(crate) fn step(&mut self, step: Step, rows: usize, page: usize) {
        self.selected = step.from(self.selected, page);
        self.fit(rows, page);
    }

    /// Keeps the selection within the list and on the screen.
    pub(crate) fn fit(&mut self, rows: usize, page: usize) {
        self.selected = self.selected.min(rows.saturating_sub(1));
        // A list without room keeps its place as if it had one row.
        let page = page.max(1);
        let lowest_top = (self.selected + 1).saturating_sub(page);
        self.top = self.top.clamp(lowest_top, self.selected).min(rows.saturating_sub(page).max(lowest_top));
    }

    /// The rows on the screen.
    pub(crate) fn visible(self, rows: usize, page: usize) -> std::ops::Range<usize> {
        let top = self.top.min(rows);
        top..top.saturating_add(page).min(rows)
    }
}

/// The first line on the screen of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scroll {
    /// The line.
    pub(crate) top: usize,
}

impl Scroll {
    /// Scrolls a text of `lines`, of which `page` fit on the screen.
    pub(crate) fn step(&mut self, step: Step, lines: usize, page: usize) {
        self.top = step.from(self.top, page);
        self.fit(lines, page);
    }

    /// Never shows less text than there is room for.
    pub(crate) fn fit(&mut self, lines: usize, page: usize) {
        self.top = self.top.min(lines.saturating_sub(page));
    }

    /// Which lines are on the screen, in words; empty while all are.
    pub(crate) fn place(self, lines: usize, page: usize) -> String {
        if lines <= page {
            return String::new();
        }
        format!("lines {} to {} of {lines}", self.top + 1, (self.top + page).min(lines))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Scroll, Step};

    #[test]
    fn the_selection_stays_in_the_list_and_on_the_screen() {
        let mut cursor = Cursor::default();
        let mut after = |step| {
            cursor.step(step, 25, 10);
            (cursor.selected, cursor.top)
        };
        assert_eq!(after(Step::Up(1)), (0, 0));
        assert_eq!(after(Step::PageDown), (10, 1));
        assert_eq!(after(Step::HalfDown), (15, 6));
        assert_eq!(after(Step::Bottom), (24, 15));
        assert_eq!(after(Step::Down(1)), (24, 15));
        assert_eq!(after(Step::PageUp), (14, 14));
        assert_eq!(after(Step::Top), (0, 0));
    }

    #[test]
    fn a_list_that_shrinks_or_has_no_room_keeps_a_selection_in_it() {
        let mut cursor = Cursor { selected: 24, top: 15 };
        cursor.fit(3, 10);
        assert_eq!((cursor.selected, cursor.top), (2, 0));
        cursor.fit(0, 10);
        assert_eq!((cursor.selected, cursor.visible(0, 10)), (0, 0..0));
        cursor.step(Step::Bottom, 3, 0);
        assert_eq!(cursor.selected, 2);
    }

    #[test]
    fn a_text_scrolls_to_its_last_page_and_not_past_it() {
        let mut scroll = Scroll::default();
        scroll.step(Step::Bottom, 30, 10);
        assert_eq!(scroll.top, 20);
        scroll.step(Step::PageDown, 5, 10);
        assert_eq!(scroll.top, 0);
    }
}
