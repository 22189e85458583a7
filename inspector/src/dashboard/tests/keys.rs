//! The key table, and what the keys do.

use super::user::User;
use crate::columns::workloads::COLUMNS;
use crate::dashboard::action::Action;
use crate::dashboard::keymap::{self, BINDINGS, Mode};

const MODES: [Mode; 9] = [
    Mode::Pods,
    Mode::Chain,
    Mode::Findings,
    Mode::Signers,
    Mode::Trust,
    Mode::Roots,
    Mode::Text,
    Mode::Help,
    Mode::Prompt,
];

#[test]
fn no_key_means_two_things_on_one_screen() {
    for mode in MODES {
        let mut keys: Vec<_> = keymap::of(mode).flat_map(|binding| binding.keys).collect();
        let bound = keys.len();
        keys.sort_by_key(ToString::to_string);
        keys.dedup();
        assert_eq!(keys.len(), bound, "{mode:?}");
    }
}

#[test]
fn every_key_is_in_the_help_and_in_the_readme() {
    let mut user = User::at(200, 100);
    user.presses("?");
    let table = keymap::markdown();
    for binding in BINDINGS {
        assert!(user.reads(&binding.written()), "{} is not on the screen", binding.written());
        assert!(table.contains(binding.help), "{} is not in the table", binding.help);
    }
}

#[test]
fn every_screen_can_be_left() {
    for mode in MODES {
        assert!(keymap::of(mode).any(|binding| binding.group == "Leave"), "{mode:?}");
    }
}

#[test]
fn what_can_be_sorted_by_is_a_column() {
    for binding in BINDINGS {
        if let Some(key) = binding.keys.first()
            && let Action::Sort(name) = (binding.action)(*key)
        {
            assert!(COLUMNS.iter().any(|column| column.name == name), "{name}");
        }
    }
}

#[test]
fn q_goes_back_and_then_leaves() {
    let mut user = User::at(80, 24);
    user.presses("<enter>?q");
    assert!(user.reads("Chain of") && !user.left());
    user.presses("q");
    assert!(user.reads("Pods of") && !user.left());
    assert!(user.presses("q").left());
}

#[test]
fn ctrl_c_leaves_from_everywhere() {
    for keys in
        ["<c-c>", "<enter><c-c>", "?<c-c>", "f<c-c>", ":<c-c>", "/x<c-c>", ":q<enter>", ":quit<enter>"]
    {
        assert!(User::at(80, 24).presses(keys).left(), "{keys}");
    }
}

#[test]
fn letters_are_typed_while_something_is_typed() {
    let mut user = User::at(80, 24);
    user.presses(":q");
    assert!(!user.left());
    user.presses("<esc>");
    assert!(user.reads("<enter> chain"));
}

#[test]
fn a_command_opens_a_screen_and_a_wrong_one_says_so() {
    let mut user = User::at(80, 24);
    user.presses(":chain payments-0<enter>");
    assert!(user.reads("Chain of payments/payments-0"));
    user.presses(":findings<enter>");
    assert!(user.reads("Findings of all namespaces: 5"));
    user.presses(":pods<enter>");
    assert!(user.reads("Pods of all namespaces"));
    user.presses("<enter>");
    assert!(user.reads("Chain of payments/payments-0"), "the pod stays selected");
    user.presses(":podz<enter>");
    assert!(user.reads("no command `podz`"));
    user.presses("<esc>:chain nobody<enter>");
    assert!(user.reads("No pod nobody"));
}

#[test]
fn a_certificate_is_copied_as_pem() {
    let mut user = User::at(80, 24);
    user.presses("/reviews<enter><enter>jc");
    let pem = user.copied().expect("a certificate").to_owned();
    assert!(include_str!("fixtures/certificates.pem").contains(&pem), "{pem}");
    assert!(user.reads("Copied the PEM of O=bar intermediate"));
}

#[test]
fn the_restart_command_is_copied_and_nothing_is_restarted() {
    let mut user = User::at(80, 24);
    user.presses("/sleep<enter>R");
    assert_eq!(user.copied(), Some("kubectl -n foo rollout restart deployment/sleep"));
    user.presses("<esc>/ztunnel<enter>R");
    assert!(user.reads("has no owner that kubectl can restart"));
}

#[test]
fn enter_on_a_finding_goes_to_its_pod() {
    let mut user = User::at(80, 24);
    user.presses("f");
    assert!(user.line("httpbin").contains("✗ wrong-signer"));
    user.presses("<enter>");
    assert!(user.reads("Chain of foo/httpbin"));
    user.presses("<esc>");
    assert!(user.reads("Findings of"));
}
