//! The screens. Each has its own state, its own answers to actions, and draws itself.

pub(crate) mod chain;
pub(crate) mod findings;
pub(crate) mod help;
mod list;
pub(crate) mod pods;
pub(crate) mod report;
pub(crate) mod roots;
pub(crate) mod signers;
pub(crate) mod trust;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use signet_mesh::Workload;
use signet_mesh::objects::ObjectName;
use signet_mesh::workload::Owner;

use super::action::Action;
use super::filter::Filter;
use super::keymap::Mode;
use super::mesh_view::MeshView;
use super::text;
use super::theme::Theme;

/// What every screen may know.
pub(crate) struct Shared {
    /// The mesh as it is shown.
    pub(crate) mesh: Arc<MeshView>,
    /// What the mesh is called.
    pub(crate) title: String,
    /// The namespace that is shown; all when absent.
    pub(crate) namespace: Option<String>,
    /// Which rows are shown.
    pub(crate) filter: Filter,
    /// Whether only pods with a fault are shown.
    pub(crate) faults_only: bool,
    /// The look.
    pub(crate) theme: Theme,
    /// The place of a screen; empty while the terminal is too small.
    pub(crate) body: Rect,
}

impl Shared {
    /// Whether the chosen namespace holds this pod.
    pub(crate) fn in_namespace(&self, workload: &Workload) -> bool {
        self.namespace.as_ref().is_none_or(|namespace| workload.name.namespace == *namespace)
    }
}

/// What a screen asks for in answer to an action.
pub(crate) enum Reply {
    /// Put this text on the clipboard and say what it was.
    Copy {
        /// The text.
        text: String,
        /// What it is, in words.
        what: String,
    },
    /// Nothing more.
    Done,
    /// Show this screen.
    Open(Box<dyn Screen>),
    /// Tell the user.
    Say(String),
}

/// One screen.
pub(crate) trait Screen {
    /// Which keys work on it.
    fn mode(&self) -> Mode;

    /// Takes in that the mesh, the filter or the size is another now.
    fn refresh(&mut self, shared: &Shared);

    /// Answers an action that is not the whole dashboard's.
    fn update(&mut self, action: &Action, shared: &Shared) -> Reply;

    /// Draws it into `shared.body`.
    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared);

    /// The pods that are on it, topmost first.
    fn visible(&self, shared: &Shared) -> Vec<ObjectName>;

    /// The pod that is selected on it.
    fn selected(&self) -> Option<&Arc<Workload>>;
}

/// The rule at the top of a screen: its name and what narrows it.
fn title(shared: &Shared, width: u16, parts: &[String]) -> Line<'static> {
    let width = usize::from(width);
    let mut spans = vec![Span::styled("─ ", shared.theme.dim())];
    let mut used = 2;
    for (number, part) in parts.iter().filter(|part| !part.is_empty()).enumerate() {
        if number > 0 {
            spans.push(Span::styled(" ── ", shared.theme.dim()));
            used += 4;
        }
        let part = text::cut(part, width.saturating_sub(used));
        used += text::width(&part);
        spans.push(Span::styled(part, shared.theme.title()));
    }
    let rest = width.saturating_sub(used + 1);
    spans.push(Span::styled(format!(" {}", "─".repeat(rest)), shared.theme.dim()));
    Line::from(spans)
}

/// Draws the lines from `top` on, as many as fit.
fn draw_lines(frame: &mut Frame<'_>, area: Rect, top: usize, lines: Vec<Line<'static>>) {
    for (line, row) in lines.into_iter().skip(top).zip(area.rows()) {
        frame.render_widget(line, row);
    }
}

/// The report of a pod, as `signet chain POD -o yaml` prints it.
fn yaml(shared: &Shared, workload: &Arc<Workload>) -> Reply {
    let report = signet_mesh::report::Workload::new(workload, shared.mesh.now);
    match serde_json::to_value(report) {
        Ok(value) => {
            let text = signet_certs::yaml::to_string(&value);
            Reply::Open(Box::new(report::Report::new(Arc::clone(workload), text)))
        }
        Err(error) => Reply::Say(format!("{} cannot be written as YAML: {error}", workload.name)),
    }
}

/// The command that injects the pod anew: Signet itself changes nothing in a cluster.
fn restart_command(workload: &Workload) -> Reply {
    let owner = workload.owner.as_deref().and_then(|owner| owner.split_once('/'));
    let owner = owner.map(|(kind, name)| Owner { kind: kind.to_owned(), name: name.to_owned() });
    match owner.and_then(|owner| owner.restart_command(&workload.name.namespace)) {
        Some(text) => Reply::Copy { what: format!("`{text}`"), text },
        None => Reply::Say(format!(
            "{} has no owner that kubectl can restart; delete the pod itself",
            workload.name
        )),
    }
}
