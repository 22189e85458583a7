//! Roots: where does each come from, who uses it, and may it go?

use std::sync::Arc;

use ratatui::Frame;
use ratatui::style::Style;
use signet_mesh::Workload;
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::report::RootItem;
use signet_mesh::roots::Removal;

use super::list::List;
use super::{Reply, Screen, Shared};
use crate::columns::roots::{COLUMNS, sources};
use crate::dashboard::action::Action;
use crate::dashboard::keymap::Mode;
use crate::dashboard::prose::Prose;
use crate::dashboard::table::Rule;
use crate::dashboard::theme::glyph;

static RULE: Rule = Rule {
    flexible: "REASON",
    shrinking: &[("REASON", 24), ("SUBJECT", 20), ("REASON", 12), ("SUBJECT", 12)],
    dropped: &["REASON", "LEFT", "TRUSTED BY", "FINGERPRINT", "USERS"],
};

/// The state of the screen.
pub(crate) struct Roots(List<RootItem>);

impl Default for Roots {
    fn default() -> Self {
        Self(List::new(COLUMNS, &RULE))
    }
}

impl Screen for Roots {
    fn mode(&self) -> Mode {
        Mode::Roots
    }

    fn refresh(&mut self, shared: &Shared) {
        let shown = shared.mesh.answers.roots().items.iter().filter(|root| {
            let fingerprint = root.certificate.fingerprint_sha256.to_string();
            shared.filter.shows_words(&[&root.certificate.subject, &fingerprint, &sources(root)])
        });
        self.0.refresh(shown.cloned().collect(), shared);
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        self.0.update(action, shared);
        match (action, self.0.selected()) {
            (Action::Copy, Some(root)) => Reply::Copy {
                text: root.certificate.fingerprint_sha256.to_string(),
                what: format!("the fingerprint of {}", root.certificate.subject),
            },
            _ => Reply::Done,
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let count = |removal| self.0.rows().iter().filter(|root| root.removal == removal).count();
        let unknown = match count(Removal::Unknown) {
            0 => String::new(),
            some => format!(", {some} unknown"),
        };
        let parts = [
            format!("Roots: {}", self.0.rows().len()),
            format!("{} safe to remove{unknown}", count(Removal::Yes)),
            shared.filter.title(),
        ];
        let nothing = |prose: &mut Prose| {
            let none = if shared.mesh.settled { "No root was seen here." } else { "Reading the mesh …" };
            prose.styled(none, Style::new());
        };
        self.0.draw(frame, shared, &parts, nothing, |root, prose| {
            write(root, shared, prose);
            format!("Root {}", root.certificate.subject)
        });
    }

    fn visible(&self, _: &Shared) -> Vec<ObjectName> {
        Vec::new()
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        None
    }
}

fn write(root: &RootItem, shared: &Shared, prose: &mut Prose) {
    let (severity, word) = (root.removal.severity(), root.removal.word());
    let style = prose.theme().severity(Some(severity));
    prose.fact_styled("safe to remove", &format!("{} {word}: {}", glyph(severity), root.reason), style);
    prose.fact("fingerprint", &root.certificate.fingerprint_sha256.to_string());
    prose.fact("notAfter", &root.certificate.not_after.to_string());
    prose.fact("signers", &root.signers.join(", "));
    prose.fact("sources", &sources(root));
    prose.fact("users", &root.users.join(", "));
    prose.fact("trusted by", &root.trusted_by.join(", "));
    for notice in shared.mesh.answers.notices(&Kind::OF_ROOTS) {
        prose.styled(&format!("! {notice}"), prose.theme().dim());
    }
}
