//! Findings: what is wrong anywhere in this mesh, the gravest first, and what to do about it?

use std::cmp::Reverse;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::style::Style;
use signet_certs::{Finding, Severity};
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;

use super::chain::Chain;
use super::list::List;
use super::{Reply, Screen, Shared, yaml};
use crate::columns::{Cell, Column, SortKey};
use crate::dashboard::action::Action;
use crate::dashboard::keymap::Mode;
use crate::dashboard::prose::Prose;
use crate::dashboard::table::Rule;

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

/// The state of the screen.
pub(crate) struct Findings(List<PodFinding>);

impl Default for Findings {
    fn default() -> Self {
        Self(List::new(COLUMNS, &RULE))
    }
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

impl Screen for Findings {
    fn mode(&self) -> Mode {
        Mode::Findings
    }

    fn refresh(&mut self, shared: &Shared) {
        let here = shared.mesh.workloads.iter().filter(|workload| shared.in_namespace(workload));
        let all = here.flat_map(|workload| {
            let of =
                |finding: &Finding| PodFinding { workload: Arc::clone(workload), finding: finding.clone() };
            workload.findings.iter().map(of)
        });
        let mut rows: Vec<PodFinding> = all
            .filter(|row| {
                let words = [row.finding.code.as_str(), &row.finding.message, row.finding.severity.word()];
                shared.filter.shows_with(&row.workload, &words)
            })
            .collect();
        rows.sort_by_key(|row| Reverse(row.finding.severity));
        self.0.refresh(rows, shared);
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        let opened = self.0.update(action, shared);
        let Some(PodFinding { workload, finding }) = self.0.selected() else { return Reply::Done };
        match action {
            _ if opened => Reply::Open(Box::new(Chain::new(Arc::clone(workload), false))),
            Action::Yaml => yaml(shared, workload),
            Action::Copy => Reply::Copy {
                text: format!("{}: {}: {}\n{}", workload.name, finding.code, finding.message, finding.advice),
                what: "the finding and its advice".to_owned(),
            },
            _ => Reply::Done,
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let rows = self.0.rows();
        let count = |severity| rows.iter().filter(|row| row.finding.severity == severity).count();
        let parts = [
            format!(
                "Findings of {}: {}",
                shared.namespace.as_deref().unwrap_or("all namespaces"),
                rows.len()
            ),
            format!("{} errors, {} warnings", count(Severity::Error), count(Severity::Warning)),
            shared.filter.title(),
        ];
        let nothing = |prose: &mut Prose| {
            if shared.filter.is_empty() {
                prose.styled("✓ Nothing is wrong here.", shared.theme.severity(Some(Severity::Info)));
            } else {
                prose.styled(&format!("No finding matches /{}.", shared.filter.text()), Style::new());
                prose.styled("/ changes the filter; esc in Pods clears it.", Style::new());
            }
        };
        self.0.draw(frame, shared, &parts, nothing, |row, prose| {
            prose.finding(&row.finding);
            row.workload.name.to_string()
        });
    }

    fn visible(&self, shared: &Shared) -> Vec<ObjectName> {
        let mut names: Vec<_> = self.0.visible(shared).iter().map(|row| row.workload.name.clone()).collect();
        names.dedup();
        names
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        self.0.selected().map(|row| &row.workload)
    }
}
