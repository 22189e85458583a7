//! The text of `openssl x509 -text`, taken apart by its indentation.

use std::collections::BTreeMap;

/// What OpenSSL prints of one certificate.
#[derive(Clone, Debug, Default)]
pub struct Text {
    lines: Vec<(usize, String)>,
    extensions: BTreeMap<String, Extension>,
}

/// One extension: whether it is critical, and its lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Extension {
    pub(super) critical: bool,
    pub(super) lines: Vec<String>,
}

/// The columns at which extensions begin.
const EXTENSION: usize = 12;

/// The columns of what follows them.
const SIGNATURE: usize = 4;

impl Text {
    /// Takes a text apart.
    pub fn new(text: &str) -> Self {
        let lines: Vec<(usize, String)> =
            text.lines().map(|line| (line.len() - line.trim_start().len(), line.trim().to_owned())).collect();
        let mut extensions: BTreeMap<String, Extension> = BTreeMap::new();
        let mut name = None;
        let from = lines.iter().position(|(_, line)| line == "X509v3 extensions:").unwrap_or(lines.len());
        for (indent, line) in lines.iter().skip(from + 1) {
            match *indent {
                // What is printed of an unknown extension may hold line breaks of its own.
                SIGNATURE if line.starts_with("Signature Algorithm:") => break,
                EXTENSION => {
                    let (title, flag) = line.rsplit_once(':').unwrap_or((line, ""));
                    let extension = Extension { critical: flag.trim() == "critical", lines: Vec::new() };
                    extensions.insert(title.to_owned(), extension);
                    name = Some(title.to_owned());
                }
                _ => {
                    if let Some(extension) = name.as_ref().and_then(|name| extensions.get_mut(name)) {
                        extension.lines.extend(Some(line.clone()).filter(|line| !line.is_empty()));
                    }
                }
            }
        }
        Self { lines, extensions }
    }

    /// What stands behind the first line that begins with `label`; empty if none does.
    pub(super) fn after(&self, label: &str) -> &str {
        self.lines.iter().find_map(|(_, line)| line.strip_prefix(label)).unwrap_or_default().trim()
    }

    /// What stands behind the last line that begins with `label`.
    pub(super) fn last_after(&self, label: &str) -> &str {
        self.lines.iter().rev().find_map(|(_, line)| line.strip_prefix(label)).unwrap_or_default().trim()
    }

    /// What stands behind `label` on its line, or on the line below it.
    pub(super) fn after_or_below(&self, label: &str) -> &str {
        let position = self.lines.iter().position(|(_, line)| line.starts_with(label));
        let Some(position) = position else { return "" };
        match self.lines[position].1[label.len()..].trim() {
            "" => self.lines.get(position + 1).map_or("", |(_, line)| line),
            beside => beside,
        }
    }

    /// Whether a line says just this.
    pub(super) fn has_line(&self, wanted: &str) -> bool {
        self.lines.iter().any(|(_, line)| line == wanted)
    }

    pub(super) fn extension(&self, name: &str) -> Option<&Extension> {
        self.extensions.get(name)
    }

    /// The names of the critical extensions.
    pub(super) fn critical(&self) -> impl Iterator<Item = &str> {
        self.extensions.iter().filter(|(_, one)| one.critical).map(|(name, _)| name.as_str())
    }
}
