//! Which rows are shown: by a regular expression, its opposite, or labels.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use signet_certs::Severity;
use signet_mesh::Workload;

/// How large a compiled expression may become: a filter is typed by a person.
const COMPILED_LIMIT: usize = 1 << 20;

/// A filter as it was typed, ready to use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    text: String,
    rule: Rule,
}

#[derive(Clone, Debug, Default)]
enum Rule {
    #[default]
    All,
    Matches(Regex),
    MatchesNot(Regex),
    Labels(Vec<Requirement>),
}

/// One comma-separated part of a label selector, as kubectl's `-l` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Requirement {
    Equal(String, String),
    Exists(String),
    Missing(String),
    NotEqual(String, String),
}

impl Filter {
    /// Reads what was typed: `REGEX`, `!REGEX` or `-l key=value,…`; nothing shows everything.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let rule = if text.is_empty() || text == "!" {
            Rule::All
        } else if let Some(selector) = text.strip_prefix("-l") {
            Rule::Labels(labels(selector)?)
        } else if let Some(expression) = text.strip_prefix('!') {
            Rule::MatchesNot(regex(expression)?)
        } else {
            Rule::Matches(regex(text)?)
        };
        Ok(Self { text: text.to_owned(), rule })
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything through.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.rule, Rule::All)
    }

    /// What was typed, as a title says it; empty without a filter.
    pub(crate) fn title(&self) -> String {
        if self.is_empty() { String::new() } else { format!("/{}", self.text) }
    }

    /// Whether a row of these words is shown, where it is about no pod: it has no labels.
    pub(crate) fn shows_words(&self, words: &[&str]) -> bool {
        let matches = |regex: &Regex| words.iter().any(|word| regex.is_match(word));
        match &self.rule {
            Rule::All => true,
            Rule::Matches(regex) => matches(regex),
            Rule::MatchesNot(regex) => !matches(regex),
            Rule::Labels(requirements) => {
                requirements.iter().all(|requirement| requirement.holds(&BTreeMap::new()))
            }
        }
    }

    /// Whether `workload` is shown. An expression is tried on its name and on every word of its row.
    pub(crate) fn shows(&self, workload: &Workload) -> bool {
        self.shows_with(workload, &[])
    }

    /// The same, where the row has more words than its pod's.
    pub(crate) fn shows_with(&self, workload: &Workload, words: &[&str]) -> bool {
        match &self.rule {
            Rule::All => true,
            Rule::Matches(regex) => matches(regex, workload, words),
            Rule::MatchesNot(regex) => !matches(regex, workload, words),
            Rule::Labels(requirements) => {
                requirements.iter().all(|requirement| requirement.holds(&workload.labels))
            }
        }
    }
}

/// Whether a pod has a fault, for faults only.
pub(crate) fn is_fault(workload: &Workload) -> bool {
    workload.verdict.severity() > Severity::Info
        || workload.findings.iter().any(|finding| finding.severity > Severity::Info)
}

impl Requirement {
    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Self::Equal(key, value) => labels.get(key) == Some(value),
            Self::Exists(key) => labels.contains_key(key),
            Self::Missing(key) => !labels.contains_key(key),
            Self::NotEqual(key, value) => labels.get(key) != Some(value),
        }
    }
}

fn matches(regex: &Regex, workload: &Workload, words: &[&str]) -> bool {
    let signer = &workload.signer;
    let signers = [&signer.configured, &signer.injected, &signer.requested, &signer.actual];
    regex.is_match(&workload.name.to_string())
        || regex.is_match(workload.proxy.word())
        || regex.is_match(workload.verdict.word())
        || signers.into_iter().flatten().any(|signer| regex.is_match(signer))
        || [&workload.owner, &workload.node].into_iter().flatten().any(|word| regex.is_match(word))
        || words.iter().any(|word| regex.is_match(word))
}

fn regex(expression: &str) -> Result<Regex, String> {
    RegexBuilder::new(expression).case_insensitive(true).size_limit(COMPILED_LIMIT).build().map_err(|error| {
        match error {
            regex::Error::CompiledTooBig(_) => "the expression is too large".to_owned(),
            // The parser draws the place over several lines; its last line says what is wrong.
            error => {
                error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
            }
        }
    })
}

fn labels(selector: &str) -> Result<Vec<Requirement>, String> {
    let selector = selector.trim();
    if selector.is_empty() {
        return Err("-l wants key=value".to_owned());
    }
    selector.split(',').map(|part| requirement(part.trim())).collect()
}

fn requirement(part: &str) -> Result<Requirement, String> {
    let owned = |(key, value): (&str, &str)| (key.trim().to_owned(), value.trim().to_owned());
    let requirement = if let Some(parts) = part.split_once("!=") {
        let (key, value) = owned(parts);
        Requirement::NotEqual(key, value)
    } else if let Some(parts) = part.split_once("==").or_else(|| part.split_once('=')) {
        let (key, value) = owned(parts);
        Requirement::Equal(key, value)
    } else if let Some(key) = part.strip_prefix('!') {
        Requirement::Missing(key.trim().to_owned())
    } else {
        Requirement::Exists(part.to_owned())
    };
    let (Requirement::Equal(key, _)
    | Requirement::NotEqual(key, _)
    | Requirement::Exists(key)
    | Requirement::Missing(key)) = &requirement;
    if key.is_empty() {
        return Err(format!("`{part}` has no key; -l wants key=value"));
    }
    Ok(requirement)
}
