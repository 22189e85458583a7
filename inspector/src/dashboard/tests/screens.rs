//! Every screen at three sizes, and the small one, as a user would reach them.

use super::fixture;
use super::user::User;
use crate::dashboard::Theme;

/// The screen after these keys, at each of the sizes that people have.
fn look(name: &str, keys: &str) {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut user = User::at(width, height);
        user.presses(keys);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), user.screen());
    }
}

/// The same of the embedded mesh, which has what the whole mesh is asked for.
fn look_at_demo(name: &str, keys: &str) {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut user = User::with(Theme::Colour, fixture::demo(), width, height);
        user.presses(keys);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), user.screen());
    }
}

#[test]
fn signers() {
    look_at_demo("signers", "sjj");
}

#[test]
fn trust_with_the_reason_of_the_selected_pair() {
    look_at_demo("trust", "tjll");
}

#[test]
fn roots() {
    look_at_demo("roots", ":roots<enter>G");
}

#[test]
fn the_screens_of_the_mesh_lead_to_each_other_and_back_to_the_pods() {
    let mut user = User::with(Theme::Colour, fixture::demo(), 80, 24);
    for (keys, title) in [("s", "Signers: "), ("t", "Trust: "), ("r", "Roots: "), ("<esc>", "Trust: ")] {
        user.presses(keys);
        assert!(user.reads(title), "{keys} leads to {title}");
    }
    user.presses("/foo<enter>");
    assert!(user.reads("/foo"));
    user.presses("<enter>");
    assert!(user.reads("Chain of foo/"), "enter opens a pod of the selected servers");
}

#[test]
fn pods() {
    look("pods", "jj");
}

#[test]
fn chain_of_a_pod_with_the_wrong_signer() {
    look("chain", "/httpbin<enter><enter>");
}

#[test]
fn chain_with_an_intermediate_and_every_fact() {
    look("chain_details", "/reviews<enter>dj");
}

#[test]
fn help() {
    look("help", "?");
}

#[test]
fn findings() {
    look("findings", "fj");
}

#[test]
fn usable_at_40_by_10() {
    let mut user = User::at(40, 10);
    user.presses("V");
    insta::assert_snapshot!("pods_40x10", user.screen());
    user.presses("<enter>");
    insta::assert_snapshot!("chain_40x10", user.screen());
}

#[test]
fn the_report_as_yaml() {
    let mut user = User::at(80, 24);
    user.presses("/httpbin<enter>y");
    insta::assert_snapshot!("report_80x24", user.screen());
    let report = user.presses("c").copied().expect("a report").to_owned();
    assert!(report.contains("kind: Workload") && report.contains("httpbin-7d9f8c6b5-x2x4k"), "{report}");
}
