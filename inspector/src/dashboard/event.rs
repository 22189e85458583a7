//! What happens to the dashboard: keys, the pointer, the terminal's size, news of the mesh.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{Event as Reported, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Size};

use super::key::Key;
use super::mesh_view::MeshView;

/// Two clicks on one cell within this time are a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// One thing that happened.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A key went down.
    Key(Key),
    /// The mesh is now like this: something was observed, or a second passed.
    Mesh(Arc<MeshView>),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something there.
    Pointer(Pointer, Position),
    /// The terminal has this size now.
    Resize(Size),
}

/// What a mouse can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pointer {
    /// The left button, once.
    Click,
    /// The left button, twice in a short time.
    DoubleClick,
    /// The wheel, towards the end.
    WheelDown,
    /// The wheel, towards the start.
    WheelUp,
}

/// Turns what a terminal reports into events; remembers the last click to tell double clicks.
#[derive(Debug, Default)]
pub(crate) struct Translator {
    last_click: Option<(Instant, Position)>,
}

impl Translator {
    /// The event for what was reported at `at`; nothing for what does not concern us.
    pub(crate) fn event(&mut self, reported: Reported, at: Instant) -> Option<Event> {
        match reported {
            // Some terminals also report releases.
            Reported::Key(key) if key.kind != KeyEventKind::Release => Key::from_event(key).map(Event::Key),
            Reported::Mouse(mouse) => self.pointer(mouse, at),
            Reported::Paste(text) => Some(Event::Paste(text)),
            Reported::Resize(width, height) => Some(Event::Resize(Size::new(width, height))),
            _ => None,
        }
    }

    fn pointer(&mut self, mouse: MouseEvent, at: Instant) -> Option<Event> {
        let position = Position::new(mouse.column, mouse.row);
        let pointer = match mouse.kind {
            MouseEventKind::ScrollUp => Pointer::WheelUp,
            MouseEventKind::ScrollDown => Pointer::WheelDown,
            MouseEventKind::Down(MouseButton::Left) => {
                let double = self.last_click.take().is_some_and(|(last, place)| {
                    place == position && at.saturating_duration_since(last) <= DOUBLE_CLICK
                });
                if double {
                    Pointer::DoubleClick
                } else {
                    self.last_click = Some((at, position));
                    Pointer::Click
                }
            }
            _ => return None,
        };
        Some(Event::Pointer(pointer, position))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crossterm::event::{Event as Reported, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

    use super::{Event, Pointer, Translator};

    fn press(column: u16) -> Reported {
        let kind = MouseEventKind::Down(MouseButton::Left);
        Reported::Mouse(MouseEvent { kind, column, row: 5, modifiers: KeyModifiers::NONE })
    }

    #[test]
    fn a_double_click_is_two_quick_clicks_on_one_cell() {
        let start = Instant::now();
        let mut translator = Translator::default();
        let mut at = |column, milliseconds| match translator
            .event(press(column), start + Duration::from_millis(milliseconds))
        {
            Some(Event::Pointer(pointer, _)) => pointer,
            other => panic!("{other:?}"),
        };
        assert_eq!(at(3, 0), Pointer::Click);
        assert_eq!(at(3, 200), Pointer::DoubleClick);
        assert_eq!(at(3, 300), Pointer::Click, "a third click begins anew");
        assert_eq!(at(4, 400), Pointer::Click, "another cell");
        assert_eq!(at(4, 900), Pointer::Click, "too late");
    }
}
