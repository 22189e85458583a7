//! The mesh changes, is lost, is empty.

use signet_mesh::observation::Connection;

use super::fixture;
use super::user::User;
use crate::dashboard::Theme;
use crate::dashboard::action::Effect;
use crate::dashboard::mesh_view::MeshView;

#[test]
fn a_lost_connection_keeps_what_was_seen_and_says_how_old_it_is() {
    let mut user = User::at(80, 24);
    let mut mesh = fixture::mesh();
    mesh.now = fixture::now().plus(90);
    mesh.connection =
        Some(Connection::Lost { since: fixture::now(), message: "connection refused".to_owned() });
    user.sees(mesh);
    assert!(user.line("connection lost").contains("1m30s ago"));
    assert!(user.reads("httpbin-7d9"));
    user.sees(fixture::mesh());
    assert!(!user.reads("connection lost"));
}

#[test]
fn the_selection_follows_its_pod() {
    let mut user = User::at(80, 24);
    user.presses("jj");
    let mut mesh = fixture::mesh();
    mesh.workloads.remove(0);
    user.sees(mesh);
    user.presses("<enter>");
    assert!(user.reads("Chain of foo/httpbin-7d9f8c6b5-x2x4k"), "{}", user.screen());
}

#[test]
fn a_pod_that_goes_while_its_chain_is_shown_stays_with_a_note() {
    let mut user = User::at(80, 24);
    user.presses("/httpbin<enter><enter>");
    user.sees(fixture::view(vec![fixture::pod("foo", "other")]));
    assert!(user.reads("This pod is gone"));
    assert!(user.reads("spiffe://cluster.local/ns/foo/sa/httpbin"));
}

#[test]
fn what_is_held_does_not_change_until_it_is_followed_again() {
    let mut user = User::at(80, 24);
    user.presses(" ");
    let held = user.screen();
    user.effects.clear();
    user.sees(fixture::view(Vec::new()));
    assert_eq!((user.screen(), user.effects.as_slice()), (held, [].as_slice()));
    user.presses(" ");
    assert!(user.reads("This mesh has no pods"));
}

#[test]
fn an_empty_mesh_says_what_to_do() {
    let user = User::with(Theme::Colour, fixture::view(Vec::new()), 80, 24);
    assert!(user.reads("This mesh has no pods."));
    assert!(user.reads("istio-injection=enabled"));
    let reading = User::with(Theme::Colour, MeshView::empty(fixture::now()), 80, 24);
    assert!(reading.reads("Reading the mesh"));
}

#[test]
fn a_second_that_passes_redraws_and_asks_for_nothing_else() {
    let mut user = User::at(80, 24);
    user.effects.clear();
    user.sees(fixture::mesh());
    assert_eq!(user.effects, [Effect::Redraw]);
}
