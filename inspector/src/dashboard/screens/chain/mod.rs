//! Chain: who signed this pod's certificate, up to the root, and why should it have been so?
//!
//! ```text
//! ─ Chain of foo/httpbin ── sidecar ── ✗ wrong-signer ───────
//! why, in one sentence
//!   leaf            spiffe://…/httpbin    ├━━━━━━●──┊────┤  11h
//! ▸ └ intermediate  CN=foo                ├━━●───────────┤  80d
//!     └ root        O=foo                 ├●─────────────┤  9y
//!   facts of the selected certificate, signers, findings (scrolls; beside each other where wide)
//! ```

mod facts;
mod signers;
mod tree;
mod validity;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use signet_certs::formats::pem;
use signet_certs::{Severity, report};
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;

use self::tree::Entry;
use super::{Reply, Screen, Shared, draw_lines, restart_command, title, yaml};
use crate::columns::certificates::title_of;
use crate::columns::duration;
use crate::dashboard::action::Action;
use crate::dashboard::cursor::{Cursor, Scroll, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::keymap::Mode;
use crate::dashboard::prose::Prose;
use crate::dashboard::text;
use crate::dashboard::theme::glyph;

/// From this width on, facts stand beside signers and findings.
const BESIDE: u16 = 120;

/// The lines that the wheel scrolls by.
const WHEEL: usize = 3;

/// The state of the screen.
pub(crate) struct Chain {
    /// The pod as it was last seen.
    workload: Arc<Workload>,
    /// Whether it is there no more.
    gone: bool,
    entries: Vec<Entry>,
    cursor: Cursor,
    details: bool,
    scroll: Scroll,
}

impl Chain {
    /// The chain of a pod.
    pub(crate) fn new(workload: Arc<Workload>, details: bool) -> Self {
        let entries = tree::entries(&workload);
        Self { workload, gone: false, entries, cursor: Cursor::default(), details, scroll: Scroll::default() }
    }

    fn places(&self, shared: &Shared) -> Places {
        Places::of(shared.body, self.notes(shared).len(), self.entries.len())
    }

    /// What has to be known before anything else: why the verdict is what it is, and whether what is
    /// shown is out of date.
    fn notes(&self, shared: &Shared) -> Vec<Line<'static>> {
        let workload = &self.workload;
        let mut prose = Prose::new(shared.theme, shared.body.width);
        if self.gone {
            prose.styled("! This pod is gone; this is what was last seen of it.", shared.theme.title());
        }
        if let Some(reason) = &workload.reason {
            let style = shared.theme.severity(Some(workload.verdict.severity()));
            prose.styled(reason, style);
        }
        if let Some(error) = &workload.error {
            let age = match workload.read_at {
                Some(at) if !workload.chain.is_empty() => {
                    format!("! Last read {} ago: {error}", duration(shared.mesh.now.since(at)))
                }
                _ => format!("! Never read: {error}"),
            };
            prose.styled(&age, shared.theme.severity(Some(Severity::Warning)));
        }
        prose.into_lines()
    }

    fn certificate(&self, shared: &Shared) -> Option<report::Certificate> {
        self.entries
            .get(self.cursor.selected)
            .map(|entry| report::Certificate::new(&entry.certificate, shared.mesh.now))
    }

    /// The texts below the tree, and the width of the first: one, or two beside each other.
    fn texts(&self, shared: &Shared) -> (u16, Vec<Line<'static>>, Vec<Line<'static>>) {
        let width = shared.body.width;
        let beside = width >= BESIDE;
        let left = if beside { width / 2 - 1 } else { width };
        let mut first = Prose::new(shared.theme, left);
        if let Some(certificate) = self.certificate(shared) {
            facts::write(&mut first, &certificate, self.details);
        }
        let write_rest = |prose: &mut Prose| {
            signers::write(prose, &self.workload);
            prose.heading("Findings");
            super::findings::write(prose, &self.workload);
        };
        if beside {
            let mut second = Prose::new(shared.theme, width - left - 2);
            write_rest(&mut second);
            return (left, first.into_lines(), second.into_lines());
        }
        write_rest(&mut first);
        (left, first.into_lines(), Vec::new())
    }

    fn scroll(&mut self, step: Step, shared: &Shared) {
        let (_, first, second) = self.texts(shared);
        let page = usize::from(self.places(shared).text.height);
        self.scroll.step(step, first.len().max(second.len()), page);
    }

    fn select(&mut self, step: Step, shared: &Shared) {
        let page = usize::from(self.places(shared).tree.height);
        self.cursor.step(step, self.entries.len(), page);
        self.scroll(Step::Top, shared);
    }

    fn copy(&self) -> Reply {
        match self.entries.get(self.cursor.selected) {
            Some(entry) => Reply::Copy {
                text: pem::encode("CERTIFICATE", entry.certificate.der()),
                what: format!("the PEM of {}", title_of(&entry.certificate)),
            },
            None => Reply::Say(format!("{} has no certificate to copy", self.workload.name)),
        }
    }
}

impl Screen for Chain {
    fn mode(&self) -> Mode {
        Mode::Chain
    }

    fn refresh(&mut self, shared: &Shared) {
        let selected = self.entries.get(self.cursor.selected).map(|entry| entry.part);
        match shared.mesh.find(&self.workload.name) {
            Some(workload) => {
                self.workload = Arc::clone(workload);
                self.gone = false;
            }
            None => self.gone = true,
        }
        self.entries = tree::entries(&self.workload);
        // A rotated leaf is still the leaf.
        if let Some(row) = self.entries.iter().position(|entry| Some(entry.part) == selected) {
            self.cursor.selected = row;
        }
        let places = self.places(shared);
        self.cursor.fit(self.entries.len(), usize::from(places.tree.height));
        let (_, first, second) = self.texts(shared);
        self.scroll.fit(first.len().max(second.len()), usize::from(places.text.height));
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        match action {
            Action::Step(step) => self.select(*step, shared),
            Action::Scroll(step) => self.scroll(*step, shared),
            Action::Pointer(Pointer::WheelDown, _) => self.scroll(Step::Down(WHEEL), shared),
            Action::Pointer(Pointer::WheelUp, _) => self.scroll(Step::Up(WHEEL), shared),
            Action::Pointer(Pointer::Click | Pointer::DoubleClick, at) => {
                let tree = self.places(shared).tree;
                if tree.contains(*at) {
                    let row = self.cursor.top + usize::from(at.y - tree.y);
                    self.select(Step::Top, shared);
                    self.select(Step::Down(row), shared);
                }
            }
            Action::Details => {
                self.details = !self.details;
                self.scroll(Step::Top, shared);
            }
            Action::Copy => return self.copy(),
            Action::Yaml => return yaml(shared, &self.workload),
            Action::RestartCommand => return restart_command(&self.workload),
            _ => {}
        }
        Reply::Done
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let workload = &self.workload;
        let places = self.places(shared);
        let verdict = workload.verdict;
        let parts = [
            format!("Chain of {}", workload.name),
            format!("{} {}", glyph(verdict.severity()), verdict.word()),
            workload.proxy.word().to_owned(),
            if workload.service_account.is_empty() {
                String::new()
            } else {
                format!("account {}", workload.service_account)
            },
        ];
        frame.render_widget(title(shared, places.title.width, &parts), places.title);
        draw_lines(frame, places.notes, 0, self.notes(shared));
        if self.entries.is_empty() {
            let none = text::cut("No certificate was seen.", usize::from(places.tree.width));
            frame.render_widget(Span::styled(none, Style::new()), places.tree);
        }
        let visible = self.cursor.visible(self.entries.len(), usize::from(places.tree.height));
        let tree = tree::Tree { workload, now: shared.mesh.now, theme: shared.theme };
        for (row, line) in visible.zip(places.tree.rows()) {
            let Some(entry) = self.entries.get(row) else { break };
            frame.render_widget(tree.line(entry, line.width, row == self.cursor.selected), line);
            if row == self.cursor.selected {
                frame.buffer_mut().set_style(line, shared.theme.selected());
            }
        }
        let (left, first, second) = self.texts(shared);
        let area = places.text;
        draw_lines(frame, Rect { width: left.min(area.width), ..area }, self.scroll.top, first);
        let right = left.saturating_add(2).min(area.width);
        let beside = Rect { x: area.x + right, width: area.width - right, ..area };
        draw_lines(frame, beside, self.scroll.top, second);
    }

    fn visible(&self, _: &Shared) -> Vec<ObjectName> {
        vec![self.workload.name.clone()]
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        Some(&self.workload)
    }
}

/// What is where on the screen.
struct Places {
    title: Rect,
    notes: Rect,
    tree: Rect,
    text: Rect,
}

impl Places {
    /// The tree gets what it needs, but never more than half of what the notes leave.
    fn of(body: Rect, notes: usize, entries: usize) -> Self {
        let limited = |wanted: usize, limit: u16| u16::try_from(wanted).unwrap_or(u16::MAX).min(limit);
        let title = 1.min(body.height);
        let notes = limited(notes, (body.height - title) / 4);
        let rest = body.height - title - notes;
        let tree = limited(entries.max(1), (rest / 2).max(1)).min(rest);
        // An empty line between tree and text.
        let gap = u16::from(rest - tree > 2);
        let part = |y: u16, height: u16| Rect { y: body.y + y, height, ..body };
        Self {
            title: part(0, title),
            notes: part(title, notes),
            tree: part(title + notes, tree),
            text: part(title + notes + tree + gap, rest - tree - gap),
        }
    }
}
