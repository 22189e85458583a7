//! Someone at a terminal: types, clicks, looks.

use std::sync::Arc;

use crossterm::event::KeyCode;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Size};

use super::fixture;
use crate::dashboard::action::Effect;
use crate::dashboard::app::App;
use crate::dashboard::event::{Event, Pointer};
use crate::dashboard::key::Key;
use crate::dashboard::mesh_view::MeshView;
use crate::dashboard::{Options, Theme};

/// A user in front of a dashboard of some size.
pub(super) struct User {
    app: App,
    size: Size,
    /// Everything that the dashboard wanted done so far.
    pub(super) effects: Vec<Effect>,
}

impl User {
    /// In front of the mesh of the fixture.
    pub(super) fn at(width: u16, height: u16) -> Self {
        Self::with(Theme::Colour, fixture::mesh(), width, height)
    }

    /// In front of any mesh.
    pub(super) fn with(theme: Theme, mesh: MeshView, width: u16, height: u16) -> Self {
        let size = Size::new(width, height);
        let options = Options { theme, mouse: true, title: "demo".to_owned() };
        let app = App::new(&options, Arc::new(MeshView::empty(fixture::now())), size);
        let mut user = Self { app, size, effects: Vec::new() };
        user.sees(mesh);
        user
    }

    /// The mesh changes.
    pub(super) fn sees(&mut self, mesh: MeshView) {
        self.happens(Event::Mesh(Arc::new(mesh)));
    }

    /// Something happens.
    pub(super) fn happens(&mut self, event: Event) {
        if let Event::Resize(size) = event {
            self.size = size;
        }
        self.effects.extend(self.app.handle(event));
    }

    /// Presses keys: characters, and `<enter>`, `<esc>`, `<tab>`, `<c-x>` and the like.
    pub(super) fn presses(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(character) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
            let (key, left) = match named.and_then(|(name, left)| Some((named_key(name)?, left))) {
                Some(named) => named,
                None => (Key::char(character), &rest[character.len_utf8()..]),
            };
            self.happens(Event::Key(key));
            rest = left;
        }
        self
    }

    /// Uses the mouse.
    pub(super) fn points(&mut self, pointer: Pointer, column: u16, row: u16) {
        self.happens(Event::Pointer(pointer, Position::new(column, row)));
    }

    /// What is on the screen, cell by cell.
    pub(super) fn buffer(&self) -> Buffer {
        let backend = TestBackend::new(self.size.width, self.size.height);
        let mut terminal = Terminal::new(backend).expect("a test backend never fails");
        terminal.draw(|frame| self.app.draw(frame)).expect("a test backend never fails");
        terminal.backend().buffer().clone()
    }

    /// What is on the screen, line by line.
    pub(super) fn screen(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width).max(1);
        let lines = buffer.content.chunks(width).map(|row| {
            let mut line = String::new();
            let mut covered = 0;
            for cell in row {
                // The second half of a wide character.
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                covered = crate::dashboard::text::width(cell.symbol()).saturating_sub(1);
                line.push_str(cell.symbol());
            }
            line.trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The line with this text, which must be there.
    pub(super) fn line(&self, text: &str) -> String {
        let screen = self.screen();
        let line = screen.lines().find(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("no `{text}` on the screen:\n{screen}")).to_owned()
    }

    /// Whether this text is on the screen.
    pub(super) fn reads(&self, text: &str) -> bool {
        self.screen().contains(text)
    }

    /// What was copied last.
    pub(super) fn copied(&self) -> Option<&str> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Whether the dashboard wants to end.
    pub(super) fn left(&self) -> bool {
        self.effects.contains(&Effect::Quit)
    }
}

fn named_key(name: &str) -> Option<Key> {
    if let Some(character) = name.strip_prefix("c-").and_then(|rest| rest.chars().next()) {
        return Some(Key::ctrl(character));
    }
    Some(Key::code(match name {
        "backspace" => KeyCode::Backspace,
        "down" => KeyCode::Down,
        "end" => KeyCode::End,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "home" => KeyCode::Home,
        "pgdn" => KeyCode::PageDown,
        "pgup" => KeyCode::PageUp,
        "tab" => KeyCode::Tab,
        "up" => KeyCode::Up,
        _ => return None,
    }))
}
