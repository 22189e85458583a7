//! The state of the dashboard. Every change goes through [`App::update`]; drawing changes nothing.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Span;
use signet_mesh::objects::ObjectName;

use super::action::{Action, Effect};
use super::command_line::Command;
use super::event::Event;
use super::filter::Filter;
use super::keymap::{self, Mode};
use super::layout::{self, SMALLEST};
use super::mesh_view::MeshView;
use super::prompt::{Edit, Outcome, Prompt, PromptKind};
use super::screens::chain::Chain;
use super::screens::findings::Findings;
use super::screens::help::Help;
use super::screens::pods::Pods;
use super::screens::roots::Roots;
use super::screens::signers::Signers;
use super::screens::trust::Trust;
use super::screens::{Reply, Screen, Shared};
use super::{Options, footer, header, text};

/// The whole state.
pub(crate) struct App {
    shared: Shared,
    size: Size,
    /// The newest view of the mesh; the one that is shown is older while it is held.
    newest: Arc<MeshView>,
    held: bool,
    pods: Pods,
    /// The screens that were opened from Pods, the one that is shown last.
    above: Vec<Box<dyn Screen>>,
    prompt: Option<Prompt>,
    notice: Option<String>,
    demanded: Vec<ObjectName>,
}

impl App {
    /// The dashboard as it starts.
    pub(crate) fn new(options: &Options, mesh: Arc<MeshView>, size: Size) -> Self {
        let shared = Shared {
            mesh: Arc::clone(&mesh),
            title: options.title.clone(),
            namespace: None,
            filter: Filter::default(),
            faults_only: false,
            theme: options.theme,
            body: Rect::default(),
        };
        let mut app = Self {
            shared,
            size,
            newest: mesh,
            held: false,
            pods: Pods::default(),
            above: Vec::new(),
            prompt: None,
            notice: None,
            demanded: Vec::new(),
        };
        app.refresh();
        app
    }

    /// Takes in what happened; says what has to happen in turn.
    pub(crate) fn handle(&mut self, event: Event) -> Vec<Effect> {
        keymap::action(event, self.mode()).map(|action| self.update(action)).unwrap_or_default()
    }

    /// Does one thing.
    pub(crate) fn update(&mut self, action: Action) -> Vec<Effect> {
        if !matches!(action, Action::Observe(_)) {
            self.notice = None;
        }
        let mut effects = match action {
            Action::Observe(mesh) => {
                self.newest = mesh;
                if self.held {
                    return Vec::new();
                }
                Vec::new()
            }
            Action::Quit => vec![Effect::Quit],
            Action::Leave if self.above.is_empty() => vec![Effect::Quit],
            Action::Leave | Action::Back => self.back(),
            Action::Edit(edit) => self.edit(edit),
            Action::Prompt(kind) => {
                self.prompt = Some(match kind {
                    PromptKind::Command => Prompt::command(),
                    PromptKind::Filter => Prompt::filter(self.shared.filter.text()),
                });
                Vec::new()
            }
            Action::Resize(size) => {
                self.size = size;
                Vec::new()
            }
            Action::Freeze => {
                self.held = !self.held;
                Vec::new()
            }
            Action::FaultsOnly => {
                self.shared.faults_only = !self.shared.faults_only;
                Vec::new()
            }
            Action::Namespace(digit) => self.namespace_of(digit),
            Action::Findings => self.open(Box::new(Findings::default())),
            Action::Help => self.open(Box::new(Help::default())),
            Action::Roots => self.open(Box::new(Roots::default())),
            Action::Signers => self.open(Box::new(Signers::default())),
            Action::Trust => self.open(Box::new(Trust::default())),
            other => {
                let screen: &mut dyn Screen = match self.above.last_mut() {
                    Some(screen) => screen.as_mut(),
                    None => &mut self.pods,
                };
                let reply = screen.update(&other, &self.shared);
                self.reply(reply)
            }
        };
        if !self.held {
            self.shared.mesh = Arc::clone(&self.newest);
        }
        self.refresh();
        effects.push(Effect::Redraw);
        let visible = self.top().visible(&self.shared);
        if visible != self.demanded {
            self.demanded.clone_from(&visible);
            effects.push(Effect::Demand(visible));
        }
        effects
    }

    /// Draws the whole screen.
    pub(crate) fn draw(&self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let Some(parts) = layout::parts(area.as_size(), self.shared.mesh.banner().is_some()) else {
            let size = format!("{}x{}", area.width, area.height);
            let needed = format!("too small: {size}, needs {}x{}", SMALLEST.width, SMALLEST.height);
            for (line, row) in text::wrap(&needed, usize::from(area.width)).into_iter().zip(area.rows()) {
                frame.render_widget(Span::raw(line), row);
            }
            return;
        };
        header::draw(frame, parts.header, &self.shared, self.held);
        header::draw_banner(frame, parts.banner, &self.shared);
        self.top().draw(frame, &self.shared);
        match (&self.prompt, &self.notice) {
            (Some(prompt), _) => footer::draw_prompt(frame, parts.footer, &self.shared, prompt),
            (None, Some(notice)) => footer::draw_notice(frame, parts.footer, &self.shared, notice),
            (None, None) => footer::draw_keys(frame, parts.footer, &self.shared, self.top().mode()),
        }
    }

    fn mode(&self) -> Mode {
        if self.prompt.is_some() { Mode::Prompt } else { self.top().mode() }
    }

    fn top(&self) -> &dyn Screen {
        self.above.last().map_or(&self.pods, AsRef::as_ref)
    }

    /// Brings every screen in line with what they share. Screens beneath are kept in line too, so
    /// that going back shows no old state.
    fn refresh(&mut self) {
        let parts = layout::parts(self.size, self.shared.mesh.banner().is_some()).unwrap_or_default();
        self.shared.body = parts.body;
        self.pods.refresh(&self.shared);
        for screen in &mut self.above {
            screen.refresh(&self.shared);
        }
    }

    fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        match reply {
            Reply::Copy { text, what } => {
                self.notice = Some(format!("Copied {what}"));
                vec![Effect::Copy(text)]
            }
            Reply::Done => Vec::new(),
            Reply::Open(screen) => self.open(screen),
            Reply::Say(notice) => {
                self.notice = Some(notice);
                Vec::new()
            }
        }
    }

    fn open(&mut self, screen: Box<dyn Screen>) -> Vec<Effect> {
        // A screen of the same kind takes the place of the one before it, so that f, enter, f, enter
        // does not pile them up.
        if self.top().mode() == screen.mode() {
            self.above.pop();
        }
        self.above.push(screen);
        Vec::new()
    }

    /// To the screen before; on Pods, what narrows the list goes, one thing at a time.
    fn back(&mut self) -> Vec<Effect> {
        if self.above.pop().is_none() {
            if self.shared.filter.is_empty() {
                self.shared.faults_only = false;
            } else {
                self.shared.filter = Filter::default();
            }
        }
        Vec::new()
    }

    fn namespace_of(&mut self, digit: usize) -> Vec<Effect> {
        let Some(index) = digit.checked_sub(1) else {
            self.shared.namespace = None;
            return Vec::new();
        };
        match self.shared.mesh.namespaces().get(index).filter(|_| index < header::DIGITS) {
            Some(namespace) => self.shared.namespace = Some((*namespace).to_owned()),
            None => self.notice = Some(format!("There is no namespace <{digit}>")),
        }
        Vec::new()
    }

    fn edit(&mut self, edit: Edit) -> Vec<Effect> {
        let mesh = Arc::clone(&self.shared.mesh);
        let Some(mut prompt) = self.prompt.take() else { return Vec::new() };
        match prompt.edit(edit, &mesh.namespaces()) {
            Outcome::Cancelled => {
                // What was the filter before was good, so this cannot fail.
                if prompt.kind == PromptKind::Filter
                    && let Ok(filter) = Filter::parse(&prompt.before)
                {
                    self.shared.filter = filter;
                }
            }
            Outcome::FilterAccepted => {}
            Outcome::Command(command) => return self.command(command),
            Outcome::Changed => {
                if prompt.kind == PromptKind::Filter {
                    match Filter::parse(&prompt.text) {
                        Ok(filter) => self.shared.filter = filter,
                        // The last good filter stays while a bad one is typed.
                        Err(error) => prompt.error = Some(error),
                    }
                }
                self.prompt = Some(prompt);
            }
        }
        Vec::new()
    }

    fn command(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Quit => return vec![Effect::Quit],
            Command::Pods => self.above.clear(),
            Command::Findings => return self.open(Box::new(Findings::default())),
            Command::Help => return self.open(Box::new(Help::default())),
            Command::Roots => return self.open(Box::new(Roots::default())),
            Command::Signers => return self.open(Box::new(Signers::default())),
            Command::Trust => return self.open(Box::new(Trust::default())),
            Command::Namespace(None) => self.shared.namespace = None,
            Command::Namespace(Some(name)) => {
                if self.shared.mesh.namespaces().contains(&name.as_str()) {
                    self.shared.namespace = Some(name);
                } else {
                    self.notice =
                        Some(format!("No pods in a namespace {name}; tab completes those that are there"));
                }
            }
            Command::Chain(name) => return self.chain(name.as_deref()),
        }
        Vec::new()
    }

    /// Opens the chain of the named pod, or of the selected one.
    fn chain(&mut self, name: Option<&str>) -> Vec<Effect> {
        let found = match name {
            None => self.top().selected().cloned(),
            Some(name) => {
                let mut workloads = self.shared.mesh.workloads.iter();
                workloads.find(|pod| pod.name.name == name || pod.name.to_string() == name).cloned()
            }
        };
        match (found, name) {
            (Some(workload), _) => {
                self.pods.select(&workload.name);
                self.open(Box::new(Chain::new(workload, false)))
            }
            (None, Some(name)) => {
                self.notice = Some(format!("No pod {name}; / filters the pods by a part of their names"));
                Vec::new()
            }
            (None, None) => {
                self.notice = Some("No pod is selected".to_owned());
                Vec::new()
            }
        }
    }
}
