//! Pods: which signer should each pod have, which did it ask for, which does it really have?

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;

use super::chain::Chain;
use super::{Reply, Screen, Shared, draw_lines, restart_command, title, yaml};
use crate::columns::workloads::COLUMNS;
use crate::dashboard::action::Action;
use crate::dashboard::cursor::{Cursor, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::filter;
use crate::dashboard::keymap::Mode;
use crate::dashboard::layout::with_details;
use crate::dashboard::prose::Prose;
use crate::dashboard::sort::Sort;
use crate::dashboard::table::{Rule, Shown, Table, Widths};

/// How the columns of pods give way.
pub(crate) static RULE: Rule = Rule {
    flexible: "POD",
    shrinking: &[
        ("POD", 24),
        ("PROXY", 8),
        ("NAMESPACE", 8),
        ("CONFIGURED", 10),
        ("REQUESTED", 9),
        ("ACTUAL", 8),
        ("POD", 16),
        ("VERDICT", 14),
    ],
    dropped: &["PROXY", "REQUESTED", "CONFIGURED", "NAMESPACE", "ACTUAL", "LEFT"],
};

/// The rows that the wheel moves by.
const WHEEL: usize = 3;

/// The state of the screen.
#[derive(Default)]
pub(crate) struct Pods {
    rows: Vec<Arc<Workload>>,
    /// How many there would be without filter and faults only.
    all: usize,
    cursor: Cursor,
    /// The selection follows its pod wherever the order puts it.
    selected: Option<ObjectName>,
    sort: Option<Sort>,
    widths: Widths,
    shown: Vec<Shown>,
    /// The filter, namespace and width that the column widths were measured for.
    measured_for: (String, Option<String>, u16),
}

impl Pods {
    /// Selects a pod by its name, or by the first pod whose name begins so.
    pub(crate) fn select(&mut self, name: &ObjectName) {
        self.selected = Some(name.clone());
    }

    fn step(&mut self, step: Step, shared: &Shared) {
        let (page, rows) = (page(shared), self.rows.len());
        self.cursor.step(step, rows, page);
        self.remember();
    }

    fn remember(&mut self) {
        self.selected = self.rows.get(self.cursor.selected).map(|workload| workload.name.clone());
    }

    /// The row at this place of the terminal.
    fn row_at(&self, at: Position, shared: &Shared) -> Option<usize> {
        let rows = list(shared);
        let line = usize::from(at.y.checked_sub(rows.y + HEADINGS)?);
        let row = self.cursor.top + line;
        (rows.contains(at) && row < self.rows.len()).then_some(row)
    }

    fn point(&mut self, pointer: Pointer, at: Position, shared: &Shared) -> Reply {
        match (pointer, self.row_at(at, shared)) {
            (Pointer::WheelDown, _) => self.step(Step::Down(WHEEL), shared),
            (Pointer::WheelUp, _) => self.step(Step::Up(WHEEL), shared),
            (_, None) => {}
            (Pointer::Click | Pointer::DoubleClick, Some(row)) => {
                self.cursor.selected = row;
                self.remember();
                if pointer == Pointer::DoubleClick {
                    return self.open(false);
                }
            }
        }
        Reply::Done
    }

    fn open(&self, details: bool) -> Reply {
        match self.selected() {
            Some(workload) => Reply::Open(Box::new(Chain::new(Arc::clone(workload), details))),
            None => Reply::Done,
        }
    }

    fn with_selected(&self, reply: impl FnOnce(&Arc<Workload>) -> Reply) -> Reply {
        self.selected().map_or(Reply::Done, reply)
    }

    /// What is said in place of rows, and what to do about it.
    fn nothing(&self, shared: &Shared) -> Vec<String> {
        if self.all > 0 {
            let narrowed = match (shared.filter.is_empty(), shared.faults_only) {
                (false, true) => format!("No pod with a fault matches /{}.", shared.filter.text()),
                (false, false) => format!("No pod matches /{}.", shared.filter.text()),
                (true, _) => "No pod has a fault.".to_owned(),
            };
            return vec![narrowed, format!("Esc shows all {} again.", self.all)];
        }
        match &shared.namespace {
            _ if !shared.mesh.settled => vec!["Reading the mesh …".to_owned()],
            Some(namespace) => {
                vec![format!("No pods in the namespace {namespace}."), "0 shows all namespaces.".to_owned()]
            }
            None => vec![
                "This mesh has no pods.".to_owned(),
                "Label a namespace istio-injection=enabled and start a workload in it;".to_owned(),
                "or leave with :q and choose another context, namespace or snapshot.".to_owned(),
            ],
        }
    }
}

impl Screen for Pods {
    fn mode(&self) -> Mode {
        Mode::Pods
    }

    fn refresh(&mut self, shared: &Shared) {
        let here: Vec<_> =
            shared.mesh.workloads.iter().filter(|workload| shared.in_namespace(workload)).collect();
        self.all = here.len();
        self.rows = here
            .into_iter()
            .filter(|workload| !shared.faults_only || filter::is_fault(workload))
            .filter(|workload| shared.filter.shows(workload))
            .cloned()
            .collect();
        if let Some(sort) = self.sort {
            sort.apply(&mut self.rows);
        }
        if let Some(name) = &self.selected
            && let Some(row) = self.rows.iter().position(|workload| workload.name == *name)
        {
            self.cursor.selected = row;
        }
        let page = page(shared);
        self.cursor.fit(self.rows.len(), page);
        self.remember();

        let width = list(shared).width;
        let measured_for = (shared.filter.text().to_owned(), shared.namespace.clone(), width);
        if self.measured_for != measured_for {
            self.widths.reset();
            self.measured_for = measured_for;
        }
        // The title says the namespace, where there is but one.
        let said = shared.namespace.as_ref().map(|_| "NAMESPACE");
        let visible = self.cursor.visible(self.rows.len(), page);
        let rows = self.rows.get(visible).unwrap_or_default().iter().map(AsRef::as_ref);
        self.widths.see(COLUMNS, rows, shared.mesh.now);
        self.shown = self.widths.fit(COLUMNS, &RULE, usize::from(width), said);
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        match action {
            Action::Step(step) | Action::Scroll(step) => self.step(*step, shared),
            Action::Pointer(pointer, at) => return self.point(*pointer, *at, shared),
            Action::Open => return self.open(false),
            Action::Details => return self.open(true),
            Action::Yaml => return self.with_selected(|workload| yaml(shared, workload)),
            Action::RestartCommand => return self.with_selected(|workload| restart_command(workload)),
            Action::Copy => {
                return self.with_selected(|workload| Reply::Copy {
                    text: workload.name.to_string(),
                    what: format!("the name {}", workload.name),
                });
            }
            Action::Sort(column) => {
                self.sort = Sort::pressed(self.sort, column);
                // Whoever sorts wants to see what comes first.
                self.selected = None;
                self.cursor = Cursor::default();
            }
            _ => {}
        }
        Reply::Done
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let (area, details) = with_details(shared.body, DETAILS_FROM);
        let narrowed = self.rows.len() < self.all;
        let count =
            if narrowed { format!("{} of {}", self.rows.len(), self.all) } else { self.all.to_string() };
        let parts = [
            format!("Pods of {}: {count}", shared.namespace.as_deref().unwrap_or("all namespaces")),
            if shared.filter.is_empty() { String::new() } else { format!("/{}", shared.filter.text()) },
            if shared.faults_only { "faults only".to_owned() } else { String::new() },
        ];
        let top = Rect { height: 1.min(area.height), ..area };
        frame.render_widget(title(shared, area.width, &parts), top);
        let below = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        let table = Table {
            columns: COLUMNS,
            shown: &self.shown,
            sort: self.sort,
            now: shared.mesh.now,
            theme: shared.theme,
            stale: |workload: &Workload| workload.error.is_some(),
        };
        let visible = self.cursor.visible(self.rows.len(), page(shared));
        table.draw(frame, below, visible, self.cursor.selected, |row| self.rows.get(row).map(AsRef::as_ref));
        if self.rows.is_empty() {
            let mut prose = Prose::new(shared.theme, area.width);
            prose.gap();
            for line in self.nothing(shared) {
                prose.styled(&line, ratatui::style::Style::new());
            }
            let place = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            draw_lines(frame, place, 0, prose.into_lines());
        }
        if let Some(area) = details {
            self.draw_details(frame, area, shared);
        }
    }

    fn visible(&self, shared: &Shared) -> Vec<ObjectName> {
        let visible = self.cursor.visible(self.rows.len(), page(shared));
        self.rows.get(visible).unwrap_or_default().iter().map(|workload| workload.name.clone()).collect()
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        self.rows.get(self.cursor.selected)
    }
}

impl Pods {
    /// The findings of the selected pod.
    fn draw_details(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared) {
        let Some(workload) = self.selected() else { return };
        let top = Rect { height: 1.min(area.height), ..area };
        frame.render_widget(title(shared, area.width, &[format!("Findings of {}", workload.name)]), top);
        let mut prose = Prose::new(shared.theme, area.width);
        super::findings::write(&mut prose, workload);
        let below = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        draw_lines(frame, below, 0, prose.into_lines());
    }
}

/// The rows of a body that also has room for findings: a terminal of 40, less header, footer and banner.
const DETAILS_FROM: u16 = 35;

/// The title and the heading above the rows.
const HEADINGS: u16 = 2;

fn list(shared: &Shared) -> Rect {
    with_details(shared.body, DETAILS_FROM).0
}

fn page(shared: &Shared) -> usize {
    usize::from(list(shared).height.saturating_sub(HEADINGS))
}
