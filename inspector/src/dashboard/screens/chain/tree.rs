//! The certificates from leaf to root, each with the life that is left of it.

use std::sync::Arc;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use signet_certs::chain::Role;
use signet_certs::{Certificate, Severity, UnixTime};
use signet_mesh::Workload;

use super::validity;
use crate::columns::certificates::title_of;
use crate::columns::duration;
use crate::dashboard::text;
use crate::dashboard::theme::Theme;

/// A certificate's place: what it is to the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Served, this many issuers above the leaf.
    Served(usize),
    /// The root that the pod trusts and that the chain leads to, by name and key identifier.
    Anchor(usize),
    /// Another root that the pod trusts.
    Trusted(usize),
}

/// One certificate of the tree.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The certificate.
    pub(super) certificate: Arc<Certificate>,
    /// Its place.
    pub(super) part: Part,
}

/// The chain as served, the root above it, and the other roots that the pod trusts.
pub(super) fn entries(workload: &Workload) -> Vec<Entry> {
    let chain = &workload.chain;
    let anchor = chain.last().and_then(|last| {
        let mut issuers = workload.roots.iter().filter(|root| issued(root, last));
        issuers.next().filter(|root| !chain.contains(root))
    });
    let served = chain.iter().enumerate().map(|(depth, certificate)| Entry {
        certificate: Arc::clone(certificate),
        part: Part::Served(depth),
    });
    let above = anchor.map(|root| Entry { certificate: Arc::clone(root), part: Part::Anchor(chain.len()) });
    let others = workload
        .roots
        .iter()
        .filter(|root| Some(*root) != anchor && !chain.contains(root))
        .enumerate()
        .map(|(number, root)| Entry { certificate: Arc::clone(root), part: Part::Trusted(number) });
    served.chain(above).chain(others).collect()
}

/// Whether names and key identifiers say that `issuer` signed `certificate`; its signature is
/// verified where the verdict is made.
fn issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let identifiers = (&issuer.subject_key_id, &certificate.authority_key_id);
    certificate.names_issuer(issuer)
        && match identifiers {
            (Some(subject), Some(authority)) => subject == authority,
            _ => true,
        }
}

/// How entries are drawn.
pub(super) struct Tree<'a> {
    /// The pod.
    pub(super) workload: &'a Workload,
    /// The time that the bars show.
    pub(super) now: UnixTime,
    /// The look.
    pub(super) theme: Theme,
}

/// Columns for the life that is left: `364d23h` and the words `not yet`.
const LEFT: usize = 9;

impl Tree<'_> {
    /// The line of an entry: its place, its name, its bar, what is left.
    pub(super) fn line(&self, entry: &Entry, width: u16, selected: bool) -> Line<'static> {
        let width = usize::from(width);
        let certificate = &entry.certificate;
        let place = match entry.part {
            Part::Served(0) => Role::of(certificate).word().to_owned(),
            Part::Served(depth) if self.workload.roots.contains(certificate) => {
                format!("{}└ root, trusted", "  ".repeat(depth.min(8) - 1))
            }
            Part::Served(depth) => {
                format!("{}└ {}", "  ".repeat(depth.min(8) - 1), Role::of(certificate).word())
            }
            Part::Anchor(depth) => format!("{}└ root, trusted", "  ".repeat(depth.clamp(1, 8) - 1)),
            Part::Trusted(_) => "also trusted".to_owned(),
        };
        let marker = if selected { "▸ " } else { "  " };
        let left = self.left(certificate);
        // The bar takes what remains of a wide screen, and gives way first on a narrow one.
        let bar = match width {
            0..60 => 0,
            60..100 => 18,
            100..140 => 30,
            _ => 44,
        };
        let place_width = if width < 60 { 14.min(width) } else { 18 };
        let fixed = 2 + place_width + 1 + bar + (if bar > 0 { 2 } else { 1 }) + LEFT;
        let mut spans = vec![
            Span::raw(marker),
            Span::raw(text::pad(&place, place_width)),
            Span::raw(" "),
            Span::raw(text::pad_keeping_end(&title_of(certificate), width.saturating_sub(fixed))),
        ];
        let style = self.style(entry);
        if bar > 0 {
            let rotation =
                matches!(entry.part, Part::Served(0)).then_some(self.workload.rotation_due).flatten();
            let bar = validity::bar(certificate, rotation, self.now, bar);
            spans.push(Span::styled(format!(" {bar} "), style));
        } else {
            spans.push(Span::raw(" "));
        }
        spans.push(Span::styled(text::pad(&left, LEFT), style));
        Line::from(spans)
    }

    fn left(&self, certificate: &Certificate) -> String {
        match validity::standing(certificate, self.now) {
            validity::Standing::Expired => format!("✗ {}", duration(certificate.not_after.since(self.now))),
            validity::Standing::NotYet => "✗ not yet".to_owned(),
            validity::Standing::Valid => duration(certificate.not_after.since(self.now)),
        }
    }

    fn style(&self, entry: &Entry) -> Style {
        let overdue = matches!(entry.part, Part::Served(0))
            && self.workload.rotation_due.is_some_and(|due| due < self.now);
        self.theme.severity(Some(match validity::standing(&entry.certificate, self.now) {
            validity::Standing::Valid if overdue => Severity::Warning,
            validity::Standing::Valid => Severity::Info,
            _ => Severity::Error,
        }))
    }
}
