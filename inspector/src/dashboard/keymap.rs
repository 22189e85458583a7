//! The one table of keys. It drives input, the footer, the Help screen and the README.

use std::fmt::Write as _;

use crossterm::event::KeyCode;

use super::action::Action;
use super::cursor::Step;
use super::event::Event;
use super::key::Key;
use super::prompt::{Edit, PromptKind};

/// What is on the screen and takes the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One pod's chain.
    Chain,
    /// All findings.
    Findings,
    /// The keys.
    Help,
    /// The pods.
    Pods,
    /// A command or a filter is typed.
    Prompt,
    /// All roots.
    Roots,
    /// All signers.
    Signers,
    /// A report.
    Text,
    /// Who can talk to whom.
    Trust,
}

impl Mode {
    /// What a user calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chain => "Chain",
            Self::Findings => "Findings",
            Self::Help => "Help",
            Self::Pods => "Pods",
            Self::Prompt => "while typing",
            Self::Roots => "Roots",
            Self::Signers => "Signers",
            Self::Text => "YAML",
            Self::Trust => "Trust",
        }
    }
}

/// Some keys, what they do, and where.
pub(crate) struct Binding {
    /// Any of these.
    pub(crate) keys: &'static [Key],
    /// How they are written, where a list of all of them would be long.
    pub(crate) written: Option<&'static str>,
    /// What they do.
    pub(crate) action: fn(Key) -> Action,
    /// What they do, in words.
    pub(crate) help: &'static str,
    /// The word in the footer; none for keys that are not shown there.
    pub(crate) hint: Option<&'static str>,
    /// The heading that they stand under.
    pub(crate) group: &'static str,
    /// Where they work.
    pub(crate) modes: &'static [Mode],
}

impl Binding {
    /// The keys as they are written.
    pub(crate) fn written(&self) -> String {
        self.written
            .map_or_else(|| self.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "), str::to_owned)
    }

    /// Where they work, in words; empty for every screen.
    pub(crate) fn place(&self) -> String {
        if self.modes.len() >= SCREENS.len() {
            return String::new();
        }
        self.modes.iter().map(|mode| mode.name()).collect::<Vec<_>>().join(", ")
    }
}

/// What an event asks for in this mode.
pub(crate) fn action(event: Event, mode: Mode) -> Option<Action> {
    match event {
        Event::Key(key) => lookup(key, mode),
        Event::Mesh(mesh) => Some(Action::Observe(mesh)),
        Event::Paste(text) => (mode == Mode::Prompt).then_some(Action::Edit(Edit::Paste(text))),
        Event::Pointer(pointer, at) => (mode != Mode::Prompt).then_some(Action::Pointer(pointer, at)),
        Event::Resize(size) => Some(Action::Resize(size)),
    }
}

/// The bindings of a mode, in the order of the table.
pub(crate) fn of(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.modes.contains(&mode))
}

/// The table as Markdown, for the README.
pub fn markdown() -> String {
    let mut table = String::from("| key | what it does | where |\n|---|---|---|\n");
    for binding in BINDINGS {
        let keys: Vec<String> = match binding.written {
            Some(written) => vec![format!("`{written}`")],
            None => binding.keys.iter().map(|key| format!("`{key}`")).collect(),
        };
        let place = binding.place();
        let place = if place.is_empty() { "everywhere" } else { &place };
        // Writing into a string cannot fail.
        let _ = writeln!(table, "| {} | {} | {place} |", keys.join(" "), binding.help);
    }
    table
}

fn lookup(key: Key, mode: Mode) -> Option<Action> {
    match of(mode).find(|binding| binding.keys.contains(&key)) {
        Some(binding) => Some((binding.action)(key)),
        None if mode == Mode::Prompt => key.typed().map(|character| Action::Edit(Edit::Type(character))),
        None => None,
    }
}

/// Everywhere but while typing.
const SCREENS: &[Mode] = &[
    Mode::Pods,
    Mode::Chain,
    Mode::Findings,
    Mode::Signers,
    Mode::Trust,
    Mode::Roots,
    Mode::Text,
    Mode::Help,
];
/// The screens that were opened from another one.
const BENEATH: &[Mode] =
    &[Mode::Chain, Mode::Findings, Mode::Signers, Mode::Trust, Mode::Roots, Mode::Text, Mode::Help];
const HELPED: &[Mode] =
    &[Mode::Pods, Mode::Chain, Mode::Findings, Mode::Signers, Mode::Trust, Mode::Roots, Mode::Text];
/// What a filter narrows.
const FILTERED: &[Mode] = &[Mode::Pods, Mode::Findings, Mode::Signers, Mode::Trust, Mode::Roots];
/// What is about the whole mesh: each leads to the others.
const MESH: &[Mode] = &[Mode::Pods, Mode::Signers, Mode::Trust, Mode::Roots];
const EVERYWHERE: &[Mode] = &[
    Mode::Pods,
    Mode::Chain,
    Mode::Findings,
    Mode::Signers,
    Mode::Trust,
    Mode::Roots,
    Mode::Text,
    Mode::Help,
    Mode::Prompt,
];
const PODS: &[Mode] = &[Mode::Pods];
const PROMPT: &[Mode] = &[Mode::Prompt];

const MOVE: &str = "Move";
const LOOK: &str = "Look";
const NARROW: &str = "Narrow";
const SORT: &str = "Sort";
const TYPE: &str = "While typing";
const LEAVE: &str = "Leave";

const DIGITS: &[Key] = &[
    Key::char('0'),
    Key::char('1'),
    Key::char('2'),
    Key::char('3'),
    Key::char('4'),
    Key::char('5'),
    Key::char('6'),
    Key::char('7'),
    Key::char('8'),
    Key::char('9'),
];

const fn moves(keys: &'static [Key], action: fn(Key) -> Action, help: &'static str) -> Binding {
    Binding { keys, written: None, action, help, hint: None, group: MOVE, modes: SCREENS }
}

const fn sides(keys: &'static [Key], action: fn(Key) -> Action, help: &'static str) -> Binding {
    Binding { modes: &[Mode::Trust], ..moves(keys, action, help) }
}

const fn looks(
    keys: &'static [Key],
    action: fn(Key) -> Action,
    help: &'static str,
    hint: &'static str,
    modes: &'static [Mode],
) -> Binding {
    Binding { keys, written: None, action, help, hint: Some(hint), group: LOOK, modes }
}

const fn sorts(keys: &'static [Key], action: fn(Key) -> Action, help: &'static str) -> Binding {
    Binding { keys, written: None, action, help, hint: None, group: SORT, modes: PODS }
}

const fn types(
    keys: &'static [Key],
    action: fn(Key) -> Action,
    help: &'static str,
    hint: Option<&'static str>,
) -> Binding {
    Binding { keys, written: None, action, help, hint, group: TYPE, modes: PROMPT }
}

/// Every key. The footer shows the hints in this order, as far as there is room.
pub(crate) static BINDINGS: &[Binding] = &[
    looks(
        &[Key::code(KeyCode::Enter)],
        |_| Action::Open,
        "Open the chain of the selected pod; on Trust, of the first server",
        "chain",
        &[Mode::Pods, Mode::Findings, Mode::Trust],
    ),
    Binding {
        keys: &[Key::code(KeyCode::Esc)],
        written: None,
        action: |_| Action::Back,
        help: "Go back",
        hint: Some("back"),
        group: LEAVE,
        modes: BENEATH,
    },
    Binding {
        keys: &[Key::char('/')],
        written: None,
        action: |_| Action::Prompt(PromptKind::Filter),
        help: "Filter: a regular expression, `!` before it for the others, or `-l key=value`",
        hint: Some("filter"),
        group: NARROW,
        modes: FILTERED,
    },
    looks(&[Key::char(':')], |_| Action::Prompt(PromptKind::Command), "Type a command", "command", SCREENS),
    looks(&[Key::char('?')], |_| Action::Help, "Show the keys and commands", "help", HELPED),
    looks(
        &[Key::char('f')],
        |_| Action::Findings,
        "Show the findings of all pods, gravest first",
        "findings",
        &[Mode::Pods, Mode::Chain],
    ),
    Binding {
        keys: &[Key::char('q')],
        written: None,
        action: |_| Action::Leave,
        help: "Quit",
        hint: Some("quit"),
        group: LEAVE,
        modes: PODS,
    },
    looks(
        &[Key::char('s')],
        |_| Action::Signers,
        "Show the signers, their roots and whether they can issue",
        "signers",
        MESH,
    ),
    looks(
        &[Key::char('t')],
        |_| Action::Trust,
        "Show who can talk to whom, by namespace and signer",
        "trust",
        MESH,
    ),
    looks(
        &[Key::char('r')],
        |_| Action::Roots,
        "Show every root, who uses it and whether it may go",
        "roots",
        MESH,
    ),
    Binding {
        keys: &[Key::char('q')],
        written: None,
        action: |_| Action::Leave,
        help: "Go back",
        hint: None,
        group: LEAVE,
        modes: BENEATH,
    },
    Binding {
        keys: &[Key::ctrl('z')],
        written: None,
        action: |_| Action::FaultsOnly,
        help: "Show only pods with a fault, or all again",
        hint: Some("faults"),
        group: NARROW,
        modes: PODS,
    },
    Binding {
        keys: &[Key::code(KeyCode::Esc)],
        written: None,
        action: |_| Action::Back,
        help: "Clear the filter, then faults only",
        hint: None,
        group: NARROW,
        modes: PODS,
    },
    Binding {
        keys: DIGITS,
        written: Some("0…9"),
        action: |key| {
            Action::Namespace(key.typed().and_then(|digit| digit.to_digit(10)).unwrap_or_default() as usize)
        },
        help: "Show one of the namespaces in the header; 0 shows all",
        hint: None,
        group: NARROW,
        modes: &[Mode::Pods, Mode::Findings, Mode::Trust],
    },
    looks(
        &[Key::char('d')],
        |_| Action::Details,
        "Show every fact of the certificates, or the main ones",
        "details",
        &[Mode::Pods, Mode::Chain],
    ),
    looks(
        &[Key::char('y')],
        |_| Action::Yaml,
        "Show the report of the selected pod as YAML",
        "yaml",
        &[Mode::Pods, Mode::Chain, Mode::Findings],
    ),
    looks(
        &[Key::char('c')],
        |_| Action::Copy,
        "Copy: a name, the selected certificate as PEM, a fingerprint, a report",
        "copy",
        HELPED,
    ),
    looks(
        &[Key::char('R')],
        |_| Action::RestartCommand,
        "Copy the command that restarts the pod's workload",
        "restart command",
        &[Mode::Pods, Mode::Chain],
    ),
    looks(
        &[Key::char(' ')],
        |_| Action::Freeze,
        "Hold what is shown, or follow the mesh again",
        "hold",
        SCREENS,
    ),
    moves(&[Key::code(KeyCode::Down), Key::char('j')], |_| Action::Step(Step::Down(1)), "Down"),
    moves(&[Key::code(KeyCode::Up), Key::char('k')], |_| Action::Step(Step::Up(1)), "Up"),
    sides(
        &[Key::code(KeyCode::Left), Key::char('h')],
        |_| Action::Side(Step::Up(1)),
        "To the server on the left",
    ),
    sides(
        &[Key::code(KeyCode::Right), Key::char('l')],
        |_| Action::Side(Step::Down(1)),
        "To the server on the right",
    ),
    moves(&[Key::code(KeyCode::PageDown)], |_| Action::Scroll(Step::PageDown), "A page down"),
    moves(&[Key::code(KeyCode::PageUp)], |_| Action::Scroll(Step::PageUp), "A page up"),
    moves(&[Key::ctrl('d')], |_| Action::Scroll(Step::HalfDown), "Half a page down"),
    moves(&[Key::ctrl('u')], |_| Action::Scroll(Step::HalfUp), "Half a page up"),
    moves(&[Key::char('g'), Key::code(KeyCode::Home)], |_| Action::Scroll(Step::Top), "To the start"),
    moves(&[Key::char('G'), Key::code(KeyCode::End)], |_| Action::Scroll(Step::Bottom), "To the end"),
    sorts(&[Key::char('N')], |_| Action::Sort("NAMESPACE"), "By namespace; again for the other way round"),
    sorts(&[Key::char('P')], |_| Action::Sort("POD"), "By pod"),
    sorts(&[Key::char('V')], |_| Action::Sort("VERDICT"), "By verdict, gravest first"),
    sorts(&[Key::char('L')], |_| Action::Sort("LEFT"), "By the life that is left"),
    sorts(&[Key::char('S')], |_| Action::Sort("ACTUAL"), "By the actual signer"),
    sorts(&[Key::char('C')], |_| Action::Sort("CONFIGURED"), "By the configured signer"),
    types(&[Key::code(KeyCode::Enter)], |_| Action::Edit(Edit::Accept), "Take what was typed", Some("take")),
    types(
        &[Key::code(KeyCode::Tab)],
        |_| Action::Edit(Edit::Complete),
        "Complete a command",
        Some("complete"),
    ),
    types(&[Key::code(KeyCode::Esc)], |_| Action::Edit(Edit::Cancel), "Leave it as it was", Some("cancel")),
    types(
        &[Key::code(KeyCode::Backspace), Key::ctrl('h')],
        |_| Action::Edit(Edit::Erase),
        "Erase a character; on an empty line, cancel",
        None,
    ),
    types(&[Key::ctrl('w')], |_| Action::Edit(Edit::EraseWord), "Erase a word", None),
    types(&[Key::ctrl('u')], |_| Action::Edit(Edit::EraseAll), "Erase everything", None),
    Binding {
        keys: &[Key::ctrl('c')],
        written: None,
        action: |_| Action::Quit,
        help: "Quit",
        hint: Some("quit"),
        group: LEAVE,
        modes: EVERYWHERE,
    },
];
