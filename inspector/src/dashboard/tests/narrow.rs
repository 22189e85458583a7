//! Filter, faults only, namespaces and order.

use super::user::User;
use crate::dashboard::event::{Event, Pointer};

/// The pods on the screen, in order, by the beginning of their names.
fn pods(user: &User) -> Vec<String> {
    let screen = user.screen();
    let mut lines = screen.lines().skip_while(|line| !line.contains(" CONFIGURED"));
    let column = usize::from(lines.next().is_some_and(|heading| heading.starts_with("NAMESP")));
    lines
        .take_while(|row| !row.trim().is_empty() && !row.starts_with('<'))
        .filter_map(|row| row.split_whitespace().nth(column))
        .map(|name| name.split('-').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn an_expression_is_tried_on_names_signers_and_verdicts_whatever_their_case() {
    let mut user = User::at(120, 24);
    user.presses("/HTTP");
    assert_eq!(pods(&user), ["httpbin"], "while it is typed");
    user.presses("<c-u>wrong-s<enter>");
    assert_eq!(pods(&user), ["httpbin"]);
    user.presses("/<c-u>^istio-system/<enter>");
    assert_eq!(pods(&user), ["istio", "ztunnel"]);
    user.presses("/<c-u>\\d{2}-5d4f7b8c9|payments-\\d<enter>");
    assert_eq!(pods(&user).len(), 18, "twenty workers and payments-0 do not fit");
    assert!(user.reads("21 of 28"));
}

#[test]
fn an_exclamation_mark_shows_the_others() {
    let mut user = User::at(120, 24);
    user.presses("/!worker|foo/<enter>");
    assert_eq!(pods(&user), ["reviews", "istio", "ztunnel", "ledger", "payments"]);
}

#[test]
fn labels_select() {
    let mut user = User::at(120, 24);
    user.presses("/-l app=sleep<enter>");
    assert_eq!(pods(&user), ["sleep"]);
    user.presses("/<c-u>-l app!=worker,app,!nothing<enter>");
    assert_eq!(pods(&user).len(), 8);
    user.presses("/<c-u>-l =x");
    assert!(user.reads("has no key"));
}

#[test]
fn a_bad_expression_says_so_and_keeps_the_last_good_one() {
    let mut user = User::at(120, 24);
    user.presses("/sleep");
    user.presses("(");
    assert!(user.reads("✗ unclosed group"), "{}", user.screen());
    assert_eq!(pods(&user), ["sleep"]);
    user.presses("<enter>");
    assert!(user.reads("/sleep("), "a bad filter is not taken");
    user.presses("<backspace><enter>");
    assert!(user.reads("<enter> chain"));
    assert_eq!(pods(&user), ["sleep"]);
}

#[test]
fn escape_brings_the_filter_back_and_then_clears_it() {
    let mut user = User::at(120, 24);
    user.presses("/sleep<enter>/<c-u>httpbin<esc>");
    assert_eq!(pods(&user), ["sleep"]);
    user.presses("<esc>");
    assert!(user.reads("Pods of all namespaces: 28"));
}

#[test]
fn a_filter_without_a_match_says_so() {
    let mut user = User::at(80, 24);
    user.presses("/nosuchpod<enter>");
    assert!(user.reads("No pod matches /nosuchpod."));
    assert!(user.reads("Esc shows all 28 again."));
    user.presses("<enter>yc");
    assert!(user.reads("No pod matches"), "there is nothing to open");
}

#[test]
fn faults_only() {
    let mut user = User::at(120, 24);
    user.presses("<c-z>");
    assert_eq!(pods(&user), ["curl", "httpbin", "sleep", "ledger", "payments"]);
    assert!(user.reads("faults only"));
    user.presses("<esc>");
    assert!(user.reads("Pods of all namespaces: 28"));
}

#[test]
fn digits_and_commands_choose_namespaces() {
    let mut user = User::at(120, 24);
    user.presses("2");
    assert_eq!(pods(&user), ["curl", "httpbin", "sleep"]);
    user.presses("7");
    assert!(user.reads("There is no namespace <7>"));
    user.presses(":ns pa<tab><enter>");
    assert!(user.reads("Pods of payments: 2"));
    user.presses(":ns nowhere<enter>");
    assert!(user.reads("No pods in a namespace nowhere"));
    user.presses("0");
    assert!(user.reads("Pods of all namespaces: 28"));
}

#[test]
fn shift_and_a_letter_sort_and_again_reverses() {
    let mut user = User::at(120, 24);
    user.presses("V");
    assert_eq!(pods(&user)[..4], ["payments", "httpbin", "curl", "ledger"]);
    assert!(user.reads("VERDICT↓"));
    user.presses("V");
    assert!(user.reads("VERDICT↑"));
    assert_eq!(pods(&user)[0], "reviews");
    user.presses("L");
    assert_eq!(pods(&user)[..3], ["ztunnel", "payments", "ledger"], "no certificate, expired, four hours");
    user.presses("NN");
    assert_eq!(pods(&user)[0], "worker");
}

#[test]
fn the_mouse_selects_opens_and_scrolls() {
    let mut user = User::at(80, 24);
    user.points(Pointer::Click, 10, 7);
    user.presses("c");
    assert_eq!(user.copied(), Some("foo/httpbin-7d9f8c6b5-x2x4k"));
    user.points(Pointer::WheelDown, 10, 7);
    user.presses("c");
    assert_eq!(user.copied(), Some("istio-system/ztunnel-4k9bz"));
    user.points(Pointer::DoubleClick, 10, 7);
    assert!(user.reads("Chain of foo/httpbin"));
    user.points(Pointer::Click, 5, 7);
    user.presses("<esc>");
    user.points(Pointer::Click, 10, 0);
    assert!(user.reads("Pods of all namespaces"), "the header is no row");
}

#[test]
fn pasted_text_is_typed_only_where_something_is_typed() {
    let mut user = User::at(120, 24);
    user.happens(Event::Paste("q".to_owned()));
    assert!(!user.left());
    user.presses("/");
    user.happens(Event::Paste("sle\nep\u{1b}".to_owned()));
    assert_eq!(pods(&user), ["sleep"]);
}
