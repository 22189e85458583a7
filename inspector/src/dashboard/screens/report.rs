//! Report: what would `signet chain POD -o yaml` print?

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;

use super::{Reply, Screen, Shared, draw_lines, title};
use crate::dashboard::action::Action;
use crate::dashboard::cursor::{Scroll, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::keymap::Mode;
use crate::dashboard::text;

/// The lines that the wheel scrolls by.
const WHEEL: usize = 3;

/// The state of the screen. The report stands still: it is read and copied.
pub(crate) struct Report {
    workload: Arc<Workload>,
    text: String,
    scroll: Scroll,
}

impl Report {
    /// The report of a pod as it is now.
    pub(crate) fn new(workload: Arc<Workload>, text: String) -> Self {
        Self { workload, text, scroll: Scroll::default() }
    }
}

impl Screen for Report {
    fn mode(&self) -> Mode {
        Mode::Text
    }

    fn refresh(&mut self, shared: &Shared) {
        self.scroll.fit(self.text.lines().count(), page(shared));
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        let step = match action {
            Action::Step(step) | Action::Scroll(step) => *step,
            Action::Pointer(Pointer::WheelDown, _) => Step::Down(WHEEL),
            Action::Pointer(Pointer::WheelUp, _) => Step::Up(WHEEL),
            Action::Copy => {
                return Reply::Copy {
                    text: self.text.clone(),
                    what: format!("the report of {}", self.workload.name),
                };
            }
            _ => return Reply::Done,
        };
        self.scroll.step(step, self.text.lines().count(), page(shared));
        Reply::Done
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let area = shared.body;
        let top = Rect { height: 1.min(area.height), ..area };
        let lines = self.scroll.place(self.text.lines().count(), page(shared));
        frame.render_widget(
            title(shared, area.width, &[format!("YAML of {}", self.workload.name), lines]),
            top,
        );
        let below = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        let width = usize::from(area.width);
        let page = page(shared);
        let lines = self.text.lines().skip(self.scroll.top).take(page);
        let lines = lines.map(|line| Line::from(text::cut(line, width))).collect();
        draw_lines(frame, below, 0, lines);
    }

    fn visible(&self, _: &Shared) -> Vec<ObjectName> {
        vec![self.workload.name.clone()]
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        Some(&self.workload)
    }
}

fn page(shared: &Shared) -> usize {
    usize::from(shared.body.height.saturating_sub(1))
}
