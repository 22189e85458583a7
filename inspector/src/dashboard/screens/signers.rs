//! Signers: which are there, can they issue, and how do the pods fare that ask for them?

use std::sync::Arc;

use ratatui::Frame;
use ratatui::style::Style;
use signet_mesh::Workload;
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::report::SignerItem;

use super::list::List;
use super::{Reply, Screen, Shared};
use crate::columns::certificates::title;
use crate::columns::duration;
use crate::columns::signers::{COLUMNS, ready};
use crate::dashboard::action::Action;
use crate::dashboard::keymap::Mode;
use crate::dashboard::prose::Prose;
use crate::dashboard::table::Rule;

static RULE: Rule = Rule {
    flexible: "REASON",
    shrinking: &[
        ("REASON", 20),
        ("ROOTS", 20),
        ("VERDICTS", 20),
        ("SIGNER", 16),
        ("ROOTS", 8),
        ("REASON", 8),
    ],
    dropped: &["ROOTS", "REASON", "VERDICTS", "PODS"],
};

/// The state of the screen.
pub(crate) struct Signers(List<SignerItem>);

impl Default for Signers {
    fn default() -> Self {
        Self(List::new(COLUMNS, &RULE))
    }
}

impl Screen for Signers {
    fn mode(&self) -> Mode {
        Mode::Signers
    }

    fn refresh(&mut self, shared: &Shared) {
        let items = shared.mesh.answers.signers().items.iter();
        let shown = items.filter(|item| shared.filter.shows_words(&[&item.signer_name, ready(item.ready)]));
        self.0.refresh(shown.cloned().collect(), shared);
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        self.0.update(action, shared);
        match (action, self.0.selected()) {
            (Action::Copy, Some(signer)) => Reply::Copy {
                text: signer.signer_name.clone(),
                what: format!("the name {}", signer.signer_name),
            },
            _ => Reply::Done,
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let count = |is: Option<bool>| self.0.rows().iter().filter(|signer| signer.ready == is).count();
        let parts = [
            format!("Signers: {}", self.0.rows().len()),
            format!("{} ready, {} not", count(Some(true)), count(Some(false))),
            shared.filter.title(),
        ];
        let nothing = |prose: &mut Prose| {
            let none = if shared.mesh.settled { "No signer is known here." } else { "Reading the mesh …" };
            prose.styled(none, Style::new());
        };
        self.0.draw(frame, shared, &parts, nothing, |signer, prose| {
            write(signer, shared, prose);
            format!("Signer {}", signer.name)
        });
    }

    fn visible(&self, _: &Shared) -> Vec<ObjectName> {
        Vec::new()
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        None
    }
}

fn write(signer: &SignerItem, shared: &Shared, prose: &mut Prose) {
    prose.fact("full name", &signer.signer_name);
    let reason = signer.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    prose.fact("ready", &format!("{}{reason}", ready(signer.ready)));
    for (verdict, count) in signer.pods.iter().rev() {
        let style = prose.theme().severity(Some(verdict.severity()));
        prose.fact_styled("pods", &format!("{count} {}", verdict.word()), style);
    }
    for root in &signer.roots {
        let left = duration(root.not_after.since(shared.mesh.now));
        prose.fact("root", &format!("{}, {left} left, {}", title(root), root.fingerprint_sha256));
    }
    for finding in &signer.findings {
        prose.finding(finding);
    }
    for notice in shared.mesh.answers.notices(&Kind::OF_ROOTS) {
        prose.styled(&format!("! {notice}"), prose.theme().dim());
    }
}
