//! The dashboard in a real terminal: keys over a pty in, a screen that vt100 reads out, and a terminal
//! that is as before however it ended.
//!
//! `make` builds the programs and hands over their paths: `SIGNET_BIN`, `SIGNET_PANICKING_DASHBOARD`.

#![cfg(unix)]

use std::process::Command;

use signet_tests::programs::path;
use signet_tests::terminal::Terminal;
use vt100::Screen;

#[test]
fn screens_open_and_ctrl_c_leaves_the_terminal_as_it_was() {
    let mut terminal = Terminal::start(&demo(), &[]);
    terminal.shows("pods", |screen| has(screen, "Pods of all namespaces") && has(screen, "✓ ok"));
    terminal.is_taken();

    terminal.resize(120, 40);
    terminal.shows("the wider table, with findings below", |screen| {
        has(screen, " PROXY ") && has(screen, "─ Findings of ")
    });
    terminal.types("\r");
    terminal.shows("a chain", |screen| has(screen, "─ Chain of ") && has(screen, "spiffe://"));
    terminal.types("\u{1b}");
    terminal.shows("the pods again", |screen| has(screen, "Pods of all namespaces"));
    terminal.types("?");
    terminal.shows("the keys", |screen| has(screen, "Keys and commands"));
    terminal.types("\u{3}");
    assert_eq!(terminal.ends(), 0);
    terminal.is_as_before();
}

#[test]
fn a_command_leaves_too() {
    let mut terminal = Terminal::start(&demo(), &[]);
    terminal.shows("pods", |screen| has(screen, "Pods of all namespaces"));
    terminal.types(":q\r");
    assert_eq!(terminal.ends(), 0);
    terminal.is_as_before();
}

#[test]
fn being_asked_to_end_gives_the_terminal_back() {
    let mut terminal = Terminal::start(&demo(), &[]);
    terminal.shows("pods", |screen| has(screen, "Pods of all namespaces"));
    let id = terminal.process_id().to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status().expect("kill");
    assert!(killed.success());
    assert_eq!(terminal.ends(), 0);
    terminal.is_as_before();
}

#[test]
fn a_panic_gives_the_terminal_back_before_its_message_and_fails() {
    let panics = path("SIGNET_PANICKING_DASHBOARD");
    let mut terminal = Terminal::start(&[panics.into_os_string().into_string().expect("UTF-8")], &[]);
    assert_ne!(terminal.ends(), 0);
    assert!(terminal.showed_a_screen(), "it never showed a dashboard");
    terminal.is_as_before();
    let screen = terminal.screen().contents();
    assert!(screen.contains("this source panics, as it should"), "the message is lost:\n{screen}");
}

#[test]
fn without_colour_the_selection_is_still_seen() {
    let mut terminal = Terminal::start(&demo(), &[("NO_COLOR", "1")]);
    terminal.shows("pods", |screen| has(screen, "✓ ok"));
    let screen = terminal.screen();
    let reversed =
        (0..24).filter(|row| (0..80).all(|column| cell(screen, *row, column, vt100::Cell::inverse)));
    assert_eq!(reversed.count(), 1, "one row is selected:\n{}", screen.contents());
    let coloured = |cell: &vt100::Cell| cell.fgcolor() != vt100::Color::Default;
    let colours = (0..24).any(|row| (0..80).any(|column| cell(screen, row, column, coloured)));
    assert!(!colours, "NO_COLOR is set");
    terminal.types("\u{3}");
    assert_eq!(terminal.ends(), 0);
}

/// The command line of the dashboard on the embedded mesh.
fn demo() -> Vec<String> {
    let signet = path("SIGNET_BIN").into_os_string().into_string().expect("UTF-8");
    [&signet, "demo", "--seed", "1"].map(str::to_owned).to_vec()
}

fn has(screen: &Screen, text: &str) -> bool {
    screen.contents().contains(text)
}

fn cell(screen: &Screen, row: u16, column: u16, is: impl Fn(&vt100::Cell) -> bool) -> bool {
    screen.cell(row, column).is_some_and(is)
}
