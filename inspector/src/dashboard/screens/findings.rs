//! Findings: what is wrong anywhere in this mesh, the gravest first, and what to do about it?

use std::cmp::Reverse;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use signet_certs::{Finding, Severity};
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;

use super::chain::Chain;
use super::{Reply, Screen, Shared, draw_lines, title, yaml};
use crate::columns::{Cell, Column, SortKey};
use crate::dashboard::action::Action;
use crate::dashboard::cursor::{Cursor, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::keymap::Mode;
use crate::dashboard::layout::with_details;
use crate::dashboard::prose::Prose;
use crate::dashboard::table::{Rule, Shown, Table, Widths};

/// One finding and the pod that it is about.
#[derive(Clone)]
pub(crate) struct PodFinding {
    workload: Arc<Workload>,
    finding: Finding,
}

/// What the screen shows of a finding.
static COLUMNS: &[Column<PodFinding>] = &[
    Column {
        name: "CODE",
        wide: false,
        cell: |row, _| Cell { text: row.finding.code.clone(), severity: Some(row.finding.severity) },
        sort: |row| SortKey::Text(row.finding.code.clone()),
    },
    Column {
        name: "POD",
        wide: false,
        cell: |row, _| Cell { text: row.workload.name.to_string(), severity: None },
        sort: |row| SortKey::Text(row.workload.name.to_string()),
    },
    Column {
        name: "MESSAGE",
        wide: false,
        cell: |row, _| Cell { text: row.finding.message.clone(), severity: None },
        sort: |row| SortKey::Text(row.finding.message.clone()),
    },
];

static RULE: Rule = Rule {
    flexible: "MESSAGE",
    shrinking: &[("MESSAGE", 24), ("POD", 24), ("MESSAGE", 16), ("CODE", 12), ("POD", 16), ("MESSAGE", 8)],
    dropped: &["MESSAGE"],
};

/// The rows of a body that also has room for the selected finding: most of its message is cut in the list.
const DETAILS_FROM: u16 = 14;

/// The title and the heading above the rows.
const HEADINGS: u16 = 2;

/// The rows that the wheel moves by.
const WHEEL: usize = 3;

/// The state of the screen.
#[derive(Default)]
pub(crate) struct Findings {
    rows: Vec<PodFinding>,
    cursor: Cursor,
    shown: Vec<Shown>,
}

/// Writes the findings of a pod, or that there are none.
pub(crate) fn write(prose: &mut Prose, workload: &Workload) {
    if workload.findings.is_empty() {
        prose.styled("✓ Nothing is wrong.", prose.theme().severity(Some(Severity::Info)));
    }
    for (number, finding) in workload.findings.iter().enumerate() {
        if number > 0 {
            prose.gap();
        }
        prose.finding(finding);
    }
}

impl Findings {
    fn open(&self) -> Reply {
        match self.selected() {
            Some(workload) => Reply::Open(Box::new(Chain::new(Arc::clone(workload), false))),
            None => Reply::Done,
        }
    }

    fn point(&mut self, pointer: Pointer, at: Position, shared: &Shared) -> Reply {
        let (rows, page) = (self.rows.len(), page(shared));
        match pointer {
            Pointer::WheelDown => self.cursor.step(Step::Down(WHEEL), rows, page),
            Pointer::WheelUp => self.cursor.step(Step::Up(WHEEL), rows, page),
            Pointer::Click | Pointer::DoubleClick => {
                let list = with_details(shared.body, DETAILS_FROM).0;
                let Some(line) = at.y.checked_sub(list.y + HEADINGS).filter(|_| list.contains(at)) else {
                    return Reply::Done;
                };
                let row = self.cursor.top + usize::from(line);
                if row < rows {
                    self.cursor.selected = row;
                    if pointer == Pointer::DoubleClick {
                        return self.open();
                    }
                }
            }
        }
        Reply::Done
    }
}

impl Screen for Findings {
    fn mode(&self) -> Mode {
        Mode::Findings
    }

    fn refresh(&mut self, shared: &Shared) {
        self.rows = shared
            .mesh
            .workloads
            .iter()
            .filter(|workload| shared.in_namespace(workload))
            .flat_map(|workload| {
                let findings = workload.findings.iter();
                findings
                    .map(|finding| PodFinding { workload: Arc::clone(workload), finding: finding.clone() })
            })
            .filter(|row| {
                let words = [row.finding.code.as_str(), &row.finding.message, row.finding.severity.word()];
                shared.filter.shows_with(&row.workload, &words)
            })
            .collect();
        self.rows.sort_by_key(|row| Reverse(row.finding.severity));
        let page = page(shared);
        self.cursor.fit(self.rows.len(), page);
        let mut widths = Widths::default();
        let visible = self.cursor.visible(self.rows.len(), page);
        widths.see(COLUMNS, self.rows.get(visible).unwrap_or_default(), shared.mesh.now);
        self.shown =
            widths.fit(COLUMNS, &RULE, usize::from(with_details(shared.body, DETAILS_FROM).0.width), None);
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        match action {
            Action::Step(step) | Action::Scroll(step) => {
                self.cursor.step(*step, self.rows.len(), page(shared));
            }
            Action::Pointer(pointer, at) => return self.point(*pointer, *at, shared),
            Action::Open => return self.open(),
            Action::Yaml => {
                return self.selected().map_or(Reply::Done, |workload| yaml(shared, workload));
            }
            Action::Copy => {
                if let Some(PodFinding { workload, finding }) = self.rows.get(self.cursor.selected) {
                    let text = format!(
                        "{}: {}: {}\n{}",
                        workload.name, finding.code, finding.message, finding.advice
                    );
                    return Reply::Copy { text, what: "the finding and its advice".to_owned() };
                }
            }
            _ => {}
        }
        Reply::Done
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let (area, details) = with_details(shared.body, DETAILS_FROM);
        let count = |severity| self.rows.iter().filter(|row| row.finding.severity == severity).count();
        let parts = [
            format!(
                "Findings of {}: {}",
                shared.namespace.as_deref().unwrap_or("all namespaces"),
                self.rows.len()
            ),
            format!("{} errors, {} warnings", count(Severity::Error), count(Severity::Warning)),
            if shared.filter.is_empty() { String::new() } else { format!("/{}", shared.filter.text()) },
        ];
        let top = Rect { height: 1.min(area.height), ..area };
        frame.render_widget(title(shared, area.width, &parts), top);
        let below = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
        let table = Table {
            columns: COLUMNS,
            shown: &self.shown,
            sort: None,
            now: shared.mesh.now,
            theme: shared.theme,
            stale: |_: &PodFinding| false,
        };
        let visible = self.cursor.visible(self.rows.len(), page(shared));
        table.draw(frame, below, visible, self.cursor.selected, |row| self.rows.get(row));
        if self.rows.is_empty() {
            let mut prose = Prose::new(shared.theme, area.width);
            prose.gap();
            if shared.filter.is_empty() {
                prose.styled("✓ Nothing is wrong here.", shared.theme.severity(Some(Severity::Info)));
            } else {
                prose.styled(&format!("No finding matches /{}.", shared.filter.text()), Style::new());
                prose.styled("/ changes the filter; esc in Pods clears it.", Style::new());
            }
            let place = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            draw_lines(frame, place, 0, prose.into_lines());
        }
        if let (Some(area), Some(row)) = (details, self.rows.get(self.cursor.selected)) {
            let top = Rect { height: 1.min(area.height), ..area };
            frame.render_widget(title(shared, area.width, &[row.workload.name.to_string()]), top);
            let mut prose = Prose::new(shared.theme, area.width);
            prose.finding(&row.finding);
            let below = Rect { y: area.y + top.height, height: area.height - top.height, ..area };
            draw_lines(frame, below, 0, prose.into_lines());
        }
    }

    fn visible(&self, shared: &Shared) -> Vec<ObjectName> {
        let visible = self.cursor.visible(self.rows.len(), page(shared));
        let mut names: Vec<_> =
            self.rows.get(visible).unwrap_or_default().iter().map(|row| row.workload.name.clone()).collect();
        names.dedup();
        names
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        self.rows.get(self.cursor.selected).map(|row| &row.workload)
    }
}

fn page(shared: &Shared) -> usize {
    usize::from(with_details(shared.body, DETAILS_FROM).0.height.saturating_sub(HEADINGS))
}
