//! Any size of terminal: drawn without a panic, and sensible as far as it can be.

use ratatui::layout::Size;

use super::fixture;
use super::user::User;
use crate::dashboard::event::{Event, Pointer};

/// Keys that lead to every screen and to the ends of each.
const WALK: [&str; 26] = [
    "jj",
    "G",
    "<pgup>",
    "V<enter>",
    "j",
    "d",
    "G<pgdn>",
    "g",
    "<esc>f",
    "<esc>sjG",
    "tjllhG",
    "r<pgdn>",
    "<esc><esc><esc>",
    "<down><enter>",
    "<esc><esc>?",
    "G",
    "<esc>y",
    "<c-d>",
    "<esc>/x(",
    "y<enter><esc>",
    ":zz<enter><tab>",
    "<esc> ",
    "<c-z>",
    "3<enter>",
    "<c-u>0",
    "/-l a=b,!",
];

#[test]
fn no_size_panics() {
    let mut seed = 0x5eed_u32;
    let mut random = |below: u32| {
        // A linear congruential generator: the same sizes every time.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from((seed >> 8) % below).expect("below 65536")
    };
    for _ in 0..15 {
        let (width, height) = (random(220), random(70));
        let mut user = User::at(width, height);
        for key in WALK {
            user.presses(key);
            user.screen();
            let size = Size::new(random(220), random(70));
            user.points(Pointer::DoubleClick, random(220), random(70));
            user.happens(Event::Resize(size));
            user.screen();
        }
    }
}

#[test]
fn a_terminal_without_room_says_so() {
    assert_eq!(User::at(20, 5).screen().trim_end(), "too small: 20x5,\nneeds 30x6");
    assert_eq!(User::at(0, 0).screen(), "");
    assert_eq!(User::at(1, 1).screen(), "t");
}

#[test]
fn a_terminal_that_grows_shows_what_was_there() {
    let mut user = User::at(20, 5);
    user.presses("jj");
    user.happens(Event::Resize(Size::new(80, 24)));
    assert!(user.reads("Pods of all namespaces: 28"));
}

#[test]
fn only_what_is_on_the_screen_is_asked_for() {
    use crate::dashboard::action::Effect;
    let mut user = User::at(80, 12);
    user.presses("G");
    let demanded = user.effects.iter().rev().find_map(|effect| match effect {
        Effect::Demand(visible) => Some(visible.iter().map(ToString::to_string).collect::<Vec<_>>()),
        _ => None,
    });
    let last_seven: Vec<String> =
        (13..20).map(|number| format!("spare/worker-{number:02}-5d4f7b8c9-abcde")).collect();
    assert_eq!(demanded, Some(last_seven));
}

#[test]
fn names_that_no_terminal_can_show_are_cut_and_made_harmless() {
    let mut user = User::with(
        crate::dashboard::Theme::Mono,
        fixture::view(vec![
            fixture::pod("日本語", &"長".repeat(200)),
            fixture::pod("x", "a\u{1b}[2Jb\u{202e}c"),
        ]),
        60,
        20,
    );
    user.presses("G<enter><esc>");
    assert!(user.line("長長").contains('…'));
    assert!(user.reads("a\u{fffd}[2Jb\u{fffd}c"));
}
