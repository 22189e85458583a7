//! What stands out, in colour and without.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};

use super::fixture;
use super::user::User;
use crate::dashboard::Theme;

/// The styles of a screen: a letter for each cell that is not plain, and what the letters mean.
fn styles(buffer: &Buffer) -> String {
    let plain = Style::new().fg(Color::Reset).bg(Color::Reset);
    let mut legend: Vec<Style> = Vec::new();
    let mut drawn = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width).max(1)) {
        let letters = row.iter().map(|cell| {
            let style = Style::new().fg(cell.fg).bg(cell.bg).add_modifier(cell.modifier);
            if style == plain {
                return ' ';
            }
            let number = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                legend.push(style);
                legend.len() - 1
            });
            char::from(b'a' + u8::try_from(number).expect("fewer styles than letters"))
        });
        let letters: String = letters.collect();
        drawn.push_str(letters.trim_end());
        drawn.push('\n');
    }
    for (number, style) in legend.iter().enumerate() {
        let letter = char::from(b'a' + u8::try_from(number).expect("fewer styles than letters"));
        let modifiers = style.add_modifier;
        writeln!(drawn, "{letter}: {:?} on {:?} {modifiers:?}", style.fg, style.bg).expect("a string");
    }
    drawn
}

fn look(theme: Theme, keys: &str) -> String {
    let mut user = User::with(theme, fixture::mesh(), 80, 24);
    user.presses(keys);
    format!("{}\n{}", user.screen(), styles(&user.buffer()))
}

#[test]
fn pods_in_colour() {
    insta::assert_snapshot!(look(Theme::Colour, "j"));
}

#[test]
fn pods_in_mono() {
    insta::assert_snapshot!(look(Theme::Mono, "j"));
}

#[test]
fn chain_in_mono() {
    insta::assert_snapshot!(look(Theme::Mono, "/payments-0<enter><enter>"));
}

#[test]
fn mono_has_no_colour_anywhere() {
    for keys in ["", "V", "?", "f", "<enter>", "<enter>d", "/xyz", ":po", "/(", "y", "<c-z>", " "] {
        let mut user = User::with(Theme::Mono, fixture::mesh(), 200, 60);
        user.presses(keys);
        for cell in &user.buffer().content {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "after {keys:?}");
        }
    }
}

#[test]
fn the_selected_row_is_reversed_without_colour_too() {
    let mut user = User::with(Theme::Mono, fixture::mesh(), 80, 24);
    user.presses("j");
    let buffer = user.buffer();
    let reversed: Vec<usize> = buffer
        .content
        .chunks(80)
        .enumerate()
        .filter(|(_, row)| row.iter().all(|cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED)))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(reversed, [6], "header 3, title 1, heading 1, then the second pod");
}
