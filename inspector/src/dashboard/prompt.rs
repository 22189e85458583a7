//! The line in which a command or a filter is typed.

use super::command_line::{self, Command};

/// What is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PromptKind {
    /// A command, after `:`.
    Command,
    /// A filter, after `/`.
    Filter,
}

/// One change of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Take it.
    Accept,
    /// Leave things as they were.
    Cancel,
    /// Complete the command.
    Complete,
    /// Erase the last character.
    Erase,
    /// Erase everything.
    EraseAll,
    /// Erase the last word.
    EraseWord,
    /// Add text from the clipboard.
    Paste(String),
    /// Add a character.
    Type(char),
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The prompt closes, nothing is done.
    Cancelled,
    /// The prompt closes, the filter stays.
    FilterAccepted,
    /// This is to be done.
    Command(Command),
    /// The text is another now.
    Changed,
}

/// The line, while it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// What is typed.
    pub(crate) kind: PromptKind,
    /// What was typed so far.
    pub(crate) text: String,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// The filter to return to.
    pub(crate) before: String,
}

impl Prompt {
    /// A command that nothing was typed of.
    pub(crate) fn command() -> Self {
        Self { kind: PromptKind::Command, text: String::new(), error: None, before: String::new() }
    }

    /// The filter that is there, to be changed.
    pub(crate) fn filter(current: &str) -> Self {
        Self { kind: PromptKind::Filter, text: current.to_owned(), error: None, before: current.to_owned() }
    }

    /// The sign before the text.
    pub(crate) const fn sign(&self) -> &'static str {
        match self.kind {
            PromptKind::Command => ":",
            PromptKind::Filter => "/",
        }
    }

    /// What can be typed, while nothing was.
    pub(crate) const fn usage(&self) -> &'static str {
        match self.kind {
            PromptKind::Command => "pods, chain, findings, ns NAMESPACE, help, quit",
            PromptKind::Filter => "expression, !expression for the others, -l key=value",
        }
    }

    /// What could be typed next, as a suggestion behind the text.
    pub(crate) fn suggestion(&self, namespaces: &[&str]) -> Option<String> {
        if self.kind == PromptKind::Filter {
            return None;
        }
        command_line::completions(&self.text, namespaces)
            .into_iter()
            .find_map(|completion| completion.strip_prefix(&self.text).map(str::to_owned))
            .filter(|rest| !rest.is_empty())
    }

    /// Changes the line.
    pub(crate) fn edit(&mut self, edit: Edit, namespaces: &[&str]) -> Outcome {
        match edit {
            Edit::Accept => return self.accept(),
            Edit::Cancel => return Outcome::Cancelled,
            Edit::Erase => {
                if self.text.pop().is_none() {
                    return Outcome::Cancelled;
                }
            }
            Edit::Complete => {
                if let Some(rest) = self.suggestion(namespaces) {
                    self.text.push_str(&rest);
                }
            }
            Edit::EraseAll => self.text.clear(),
            Edit::EraseWord => {
                let kept = self.text.trim_end().rfind(char::is_whitespace).map_or(0, |space| space + 1);
                self.text.truncate(kept);
            }
            Edit::Paste(text) => self.text.extend(text.chars().filter(|character| !character.is_control())),
            Edit::Type(character) => self.text.push(character),
        }
        self.error = None;
        Outcome::Changed
    }

    fn accept(&mut self) -> Outcome {
        match self.kind {
            PromptKind::Filter if self.error.is_some() => Outcome::Changed,
            PromptKind::Filter => Outcome::FilterAccepted,
            PromptKind::Command if self.text.trim().is_empty() => Outcome::Cancelled,
            PromptKind::Command => match command_line::parse(&self.text) {
                Ok(command) => Outcome::Command(command),
                Err(error) => {
                    self.error = Some(error);
                    Outcome::Changed
                }
            },
        }
    }
}
