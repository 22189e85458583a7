//! Trust: who reaches whom, by namespace and signer, and if not, which root is missing where?
//!
//! ```text
//! ─ Trust: 3 groups ── clients down, servers across ─────────
//!  # NAMESPACE  SIGNER  PODS   1  2  3
//!  1 bar        bar        3   ✓  ✗  ✗
//!  2 foo        foo        2   ✗ [✓] ✗
//!  the selected pair of groups, and why
//! ```
//!
//! Of a matrix that does not fit the title says which part is shown: `clients 1–10 down, servers 4–14 across`.

use std::ops::Range;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use signet_certs::Severity;
use signet_mesh::Workload;
use signet_mesh::objects::{Kind, ObjectName};
use signet_mesh::trust::{Cell, Group, Matrix, Verdict};

use super::chain::Chain;
use super::{Reply, Screen, Shared, draw_lines, title};
use crate::dashboard::action::Action;
use crate::dashboard::cursor::{Cursor, Step};
use crate::dashboard::event::Pointer;
use crate::dashboard::keymap::Mode;
use crate::dashboard::prose::Prose;
use crate::dashboard::text;
use crate::dashboard::theme::{Theme, glyph};
use crate::output::signer;

/// Columns that one server takes: its number, or a sign with a blank on each side.
const CELL: usize = 4;

/// The title and the heading above the rows.
const HEADINGS: u16 = 2;

/// The widest that a name is shown.
const NAME: usize = 24;

/// The state of the screen.
#[derive(Default)]
pub(crate) struct Trust {
    groups: Vec<Group>,
    /// The selected client.
    client: Cursor,
    /// The selected server.
    server: Cursor,
}

impl Trust {
    fn at(&self, client: usize, server: usize) -> Option<(&Group, &Group)> {
        Some((self.groups.get(client)?, self.groups.get(server)?))
    }

    fn pair(&self) -> Option<(&Group, &Group)> {
        self.at(self.client.selected, self.server.selected)
    }

    fn point(&mut self, pointer: Pointer, at: ratatui::layout::Position, shared: &Shared) {
        let places = Places::of(shared.body);
        match pointer {
            Pointer::WheelDown => self.client.step(Step::Down(1), self.groups.len(), places.rows()),
            Pointer::WheelUp => self.client.step(Step::Up(1), self.groups.len(), places.rows()),
            Pointer::Click | Pointer::DoubleClick => {
                let names = Names::of(&self.groups, shared.body.width);
                let line = at.y.checked_sub(places.list.y + HEADINGS);
                let Some(line) = line.filter(|_| places.list.contains(at)) else { return };
                let row = self.client.top + usize::from(line);
                if row < self.groups.len() {
                    self.client.selected = row;
                }
                if let Some(column) = usize::from(at.x).checked_sub(names.width()) {
                    let column = self.server.top + column / CELL;
                    self.server.selected = column.min(self.groups.len().saturating_sub(1));
                }
            }
        }
    }

    /// The first pod of the selected servers, which is the one that is not trusted or does not trust.
    fn open(&self, shared: &Shared) -> Reply {
        let first = self.pair().and_then(|(_, servers)| servers.members.first());
        let peer = first.and_then(|place| shared.mesh.answers.matrix().peers().get(*place));
        match peer.and_then(|peer| shared.mesh.find(&peer.name)) {
            Some(workload) => Reply::Open(Box::new(Chain::new(Arc::clone(workload), false))),
            None => Reply::Done,
        }
    }

    fn line(&self, client: usize, columns: &Range<usize>, names: &Names, shared: &Shared) -> Line<'static> {
        let Some(group) = self.groups.get(client) else { return Line::default() };
        let mut spans = vec![Span::raw(names.line(client + 1, group))];
        let matrix = shared.mesh.answers.matrix();
        for server in columns.clone() {
            let Some((clients, servers)) = self.at(client, server) else { break };
            let (sign, severity) = sign(matrix.cell(clients, servers));
            let selected = (client, server) == (self.client.selected, self.server.selected);
            let cell = if selected { format!(" [{sign}]") } else { format!("  {sign} ") };
            spans.push(Span::styled(cell, shared.theme.severity(Some(severity))));
        }
        Line::from(spans)
    }
}

impl Screen for Trust {
    fn mode(&self) -> Mode {
        Mode::Trust
    }

    fn refresh(&mut self, shared: &Shared) {
        let matrix = shared.mesh.answers.matrix();
        self.groups = matrix.groups();
        if let Some(namespace) = &shared.namespace {
            self.groups.retain(|group| group.namespace == *namespace);
        }
        self.groups.retain(|group| {
            shared.filter.shows_words(&[&group.namespace, group.signer.as_deref().unwrap_or_default()])
        });
        let columns = Names::of(&self.groups, shared.body.width).room(shared.body.width);
        self.client.fit(self.groups.len(), Places::of(shared.body).rows());
        self.server.fit(self.groups.len(), columns);
    }

    fn update(&mut self, action: &Action, shared: &Shared) -> Reply {
        let (count, rows) = (self.groups.len(), Places::of(shared.body).rows());
        match action {
            Action::Step(step) | Action::Scroll(step) => self.client.step(*step, count, rows),
            Action::Side(step) => {
                let columns = Names::of(&self.groups, shared.body.width).room(shared.body.width);
                self.server.step(*step, count, columns);
            }
            Action::Pointer(pointer, at) => self.point(*pointer, *at, shared),
            Action::Open => return self.open(shared),
            Action::Copy => {
                if let Some((clients, servers)) = self.pair() {
                    let text = explained(shared.mesh.answers.matrix(), clients, servers).join("\n");
                    return Reply::Copy { text, what: "the answer and its reasons".to_owned() };
                }
            }
            _ => {}
        }
        Reply::Done
    }

    fn draw(&self, frame: &mut Frame<'_>, shared: &Shared) {
        let places = Places::of(shared.body);
        let top = Rect { height: 1.min(places.list.height), ..places.list };
        let count = self.groups.len();
        let names = Names::of(&self.groups, shared.body.width);
        let columns = self.server.visible(count, names.room(shared.body.width));
        let rows = self.client.visible(count, places.rows());
        let parts = [
            format!("Trust: {count} groups"),
            format!("clients{} down, servers{} across", part(&rows, count), part(&columns, count)),
            shared.filter.title(),
        ];
        frame.render_widget(title(shared, top.width, &parts), top);
        let mut lines = vec![names.heading(&columns, shared.theme)];
        lines.extend(rows.map(|client| self.line(client, &columns, &names, shared)));
        let below = Rect { y: top.bottom(), height: places.list.height - top.height, ..places.list };
        if self.groups.is_empty() {
            let settled = shared.mesh.settled;
            let none = if settled { "No pod with a proxy is here." } else { "Reading the mesh …" };
            lines = vec![Line::default(), Line::from(none)];
        }
        draw_lines(frame, below, 0, lines);
        let Some((clients, servers)) = self.pair().filter(|_| places.details.height > 0) else { return };
        let top = Rect { height: 1, ..places.details };
        let name = format!("{} as clients, {} as servers", named(clients), named(servers));
        frame.render_widget(title(shared, top.width, &[name]), top);
        let mut prose = Prose::new(shared.theme, places.details.width);
        let matrix = shared.mesh.answers.matrix();
        let (sign, severity) = sign(matrix.cell(clients, servers));
        for (number, line) in explained(matrix, clients, servers).iter().enumerate() {
            match number {
                0 => prose.styled(&format!("{sign} {line}"), shared.theme.severity(Some(severity))),
                _ => prose.styled(line, Style::new()),
            }
        }
        for notice in shared.mesh.answers.notices(&Kind::OF_TRUST) {
            prose.styled(&format!("! {notice}"), shared.theme.dim());
        }
        let below = Rect { y: top.bottom(), height: places.details.height - 1, ..places.details };
        draw_lines(frame, below, 0, prose.into_lines());
    }

    fn visible(&self, _: &Shared) -> Vec<ObjectName> {
        Vec::new()
    }

    fn selected(&self) -> Option<&Arc<Workload>> {
        None
    }
}

/// The matrix above, what is said of the selected pair below it.
struct Places {
    list: Rect,
    details: Rect,
}

impl Places {
    /// The details get eight lines where the matrix keeps as many.
    fn of(body: Rect) -> Self {
        let details = if body.height >= 16 { 8 } else { body.height / 3 };
        let list = Rect { height: body.height - details, ..body };
        Self { list, details: Rect { y: list.bottom(), height: details, ..body } }
    }

    fn rows(&self) -> usize {
        usize::from(self.list.height.saturating_sub(HEADINGS))
    }
}

/// The columns to the left of the cells.
struct Names {
    cluster: usize,
    namespace: usize,
    signer: usize,
}

impl Names {
    fn of(groups: &[Group], width: u16) -> Self {
        let most = if width < 60 { NAME / 2 } else { NAME };
        let widest = |heading: &str, name: &dyn Fn(&Group) -> String| {
            let names = groups.iter().map(|group| text::width(&name(group)));
            names.max().unwrap_or_default().max(heading.len()).min(most)
        };
        let several = groups.iter().any(|group| group.cluster.is_some());
        Self {
            cluster: if several {
                widest("CLUSTER", &|group| group.cluster.clone().unwrap_or_default())
            } else {
                0
            },
            namespace: widest("NAMESPACE", &|group| group.namespace.clone()),
            signer: widest("SIGNER", &|group| signer(group.signer.as_deref()).to_owned()),
        }
    }

    fn written(&self, number: &str, [cluster, namespace, signer, pods]: [&str; 4]) -> String {
        let fitted = |word: &str, width: usize| text::pad(&text::cut(word, width), width);
        let cluster = match self.cluster {
            0 => String::new(),
            width => format!("{} ", fitted(cluster, width)),
        };
        let (namespace, signer) = (fitted(namespace, self.namespace), fitted(signer, self.signer));
        format!("{number:>3} {cluster}{namespace} {signer} {pods:>4}")
    }

    fn line(&self, number: usize, group: &Group) -> String {
        let cluster = group.cluster.as_deref().unwrap_or_default();
        let pods = group.members.len().to_string();
        self.written(&number.to_string(), [cluster, &group.namespace, signer(group.signer.as_deref()), &pods])
    }

    fn heading(&self, columns: &Range<usize>, theme: Theme) -> Line<'static> {
        let names = self.written("#", ["CLUSTER", "NAMESPACE", "SIGNER", "PODS"]);
        let numbers: Vec<_> = columns.clone().map(|server| format!("{:>3} ", server + 1)).collect();
        let line = format!("{names}{}", numbers.concat());
        Line::styled(line, theme.heading())
    }

    fn width(&self) -> usize {
        text::width(&self.written("", [""; 4]))
    }

    /// How many servers fit beside them.
    fn room(&self, width: u16) -> usize {
        (usize::from(width).saturating_sub(self.width()) / CELL).max(1)
    }
}

/// The sign of what two groups are to each other.
fn sign(cell: Cell) -> (&'static str, Severity) {
    match cell.verdict() {
        Some(Verdict::Yes) => (glyph(Severity::Info), Severity::Info),
        Some(Verdict::No) => (glyph(Severity::Error), Severity::Error),
        Some(Verdict::Unknown) => ("?", Severity::Warning),
        None => ("±", Severity::Warning),
    }
}

/// Which of them are shown, where not all are.
fn part(shown: &Range<usize>, count: usize) -> String {
    if shown.len() == count { String::new() } else { format!(" {}–{}", shown.start + 1, shown.end) }
}

fn named(group: &Group) -> String {
    let cluster = group.cluster.as_ref().map(|cluster| format!("{cluster}:")).unwrap_or_default();
    format!("{cluster}{}/{}", group.namespace, signer(group.signer.as_deref()))
}

/// What is said of two groups: the answer, and each different reason of their pods once, told of the
/// first pair that has it.
fn explained(matrix: &Matrix, clients: &Group, servers: &Group) -> Vec<String> {
    let Cell { yes, no, unknown } = matrix.cell(clients, servers);
    let counts = [(yes, "yes"), (no, "no"), (unknown, "unknown")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let answer: Vec<_> = counts.map(|(count, word)| format!("{word} for {count}")).collect();
    let pairs = if yes + no + unknown == 1 { "pair" } else { "pairs" };
    let mut lines = vec![format!("{} {pairs} of pods", answer.join(", "))];
    let mut told = Vec::new();
    let pairs =
        clients.members.iter().flat_map(|client| servers.members.iter().map(move |server| (client, server)));
    for answer in pairs.take(MOST_ASKED).filter_map(|(client, server)| matrix.between(*client, *server)) {
        for reason in answer.reasons.into_iter().chain(answer.apart) {
            let root = reason.missing_root.as_ref().map(|root| root.fingerprint);
            let kind = (reason.side, reason.code.clone(), root);
            if !told.contains(&kind) {
                told.push(kind);
                let line = format!("{}: {}", reason.code, reason.message);
                // A pod that is asked about itself has one reason as client and as server.
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    lines
}

/// Pairs of pods that are asked for the reasons of two groups: what differs within them shows early.
const MOST_ASKED: usize = 400;
