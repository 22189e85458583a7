//! Help: which keys and commands are there?

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;

use super::{Reply, Screen, Shared, draw_lines, title};
use crate::dashboard::action::Action;
use crate::dashboard::command_line::COMMANDS;
use crate::dashboard::cursor::{Scroll, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::keymap::{BINDINGS, Mode};
use crate::dashboard::prose::Prose;

/// From this width on the lines stand in two columns.
const TWO_COLUMNS: u16 = 120;

/// The lines that the wheel scrolls by.
const WHEEL: usize = 3;

/// The state of the screen.
#[derive(Default)]
pub(crate) struct Help {
    scroll: Scroll,
}

impl Screen for Help {
    fn mode(&self) -> Mode {
        Mode::Help
    }

    fn refresh(&mut self, shared: &Shared) {
        self.scroll.fit(length(shared), page(shared));
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        let step = match action {
            Action::Step(step) | Action::Scroll(step) => *step,
            Action::Pointer(Pointer::WheelDown, _) => Step::Down(WHEEL),
            Action::Pointer(Pointer::WheelUp, _) => Step::Up(WHEEL),
            _ => return Reply::Done,
        };
        self.scroll.step(step, length(shared), page(shared));
        Reply::Done
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let area = shared.body;
        let top = Rect { height: 1.min(area.height), ..area };
        let lines = self.scroll.place(length(shared), page(shared));
        frame.render_widget(title(shared, area.width, &["Keys and commands".to_owned(), lines]), top);
        let below = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        let mut x = below.x;
        for column in columns(shared) {
            let width = column_width(shared).min(below.right().saturating_sub(x));
            draw_lines(frame, Rect { x, width, ..below }, self.scroll.top, column);
            x = x.saturating_add(width + 2).min(below.right());
        }
    }

    fn visible(&self, _: &Shared) -> Vec<ObjectName> {
        Vec::new()
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        None
    }
}

/// The groups of keys and the commands, one text or two beside each other.
fn columns(shared: &Shared) -> Vec<Vec<Line<'static>>> {
    let width = column_width(shared);
    let mut groups: Vec<&str> = BINDINGS.iter().map(|binding| binding.group).collect();
    groups.sort_unstable();
    groups.dedup();
    // In the order of the table, not of the alphabet.
    groups.sort_by_key(|group| BINDINGS.iter().position(|binding| binding.group == *group));
    let mut first = Prose::new(shared.theme, width);
    let mut second = Prose::new(shared.theme, width);
    let two = shared.body.width >= TWO_COLUMNS;
    let half = groups.len() / 2;
    for (number, group) in groups.into_iter().enumerate() {
        let prose = if two && number >= half { &mut second } else { &mut first };
        prose.heading(group);
        for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
            let place = match binding.place() {
                place if place.is_empty() || binding.modes == [Mode::Prompt] => String::new(),
                place => format!(" ({place})"),
            };
            prose.fact(&binding.written(), &format!("{}{place}", binding.help));
        }
    }
    commands(if two { &mut second } else { &mut first });
    mouse(if two { &mut second } else { &mut first });
    if two { vec![first.into_lines(), second.into_lines()] } else { vec![first.into_lines()] }
}

fn commands(prose: &mut Prose) {
    prose.heading("Commands");
    for command in COMMANDS {
        let names = command.names.join(" :");
        let help = match command.argument {
            "" => command.help.to_owned(),
            argument => format!("{argument}: {}", command.help),
        };
        prose.fact(&format!(":{names}"), &help);
    }
}

fn mouse(prose: &mut Prose) {
    prose.heading("Mouse");
    prose.fact("wheel", "Scroll");
    prose.fact("click", "Select");
    prose.fact("double click", "Open the chain");
    prose.styled("With --no-mouse the terminal's own selection works.", Style::new());
}

fn column_width(shared: &Shared) -> u16 {
    let width = shared.body.width;
    if width >= TWO_COLUMNS { width / 2 - 1 } else { width }
}

fn length(shared: &Shared) -> usize {
    columns(shared).iter().map(Vec::len).max().unwrap_or_default()
}

fn page(shared: &Shared) -> usize {
    usize::from(shared.body.height.saturating_sub(1))
}
