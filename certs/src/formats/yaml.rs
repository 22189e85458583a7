//! The one reader of YAML, which makes JSON of it first, as Kubernetes and Istio do, so that the two
//! cannot differ. JSON is YAML too, and is taken as it stands.

mod decimal;
mod scalar;
mod stream;
#[cfg(test)]
mod tests;
mod to_json;

use serde_json::Value;

pub(super) use stream::Stream;

/// Levels of nesting that are read: as many as `serde_json` reads.
pub const DEPTH: usize = 127;

/// Documents of one stream that are read.
const DOCUMENTS: usize = 100_000;

/// One document of a YAML stream: what it holds, or why it cannot be read, with its line.
pub type YamlDocument = Result<Value, YamlError>;

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct YamlError {
    /// The line in the whole input, from 1.
    pub line: usize,
    /// What the parser says.
    pub reason: String,
    /// The limit that it breaks, if that is the reason.
    pub limit: Option<Limit>,
}

impl YamlError {
    fn beyond(limit: Limit, line: usize) -> Self {
        Self { line, reason: limit.to_string(), limit: Some(limit) }
    }
}

/// The limits of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Levels of nesting.
    #[error("it is nested deeper than {DEPTH} levels")]
    Depth,
    /// Documents of one stream.
    #[error("it is one of more than {DOCUMENTS} documents")]
    Documents,
    /// Values, its aliases followed, against the size of the text.
    #[error("it holds, or its aliases make, far more values than its size explains")]
    Values,
}

/// Reads a stream of YAML documents or JSON values. A document that cannot be read does not hide
/// the others; empty documents are left out.
pub fn documents(text: &str) -> Vec<YamlDocument> {
    Stream::read(text).values().collect()
}

/// Reads the first document only, as Istio reads a mesh config or an annotation.
pub fn first(text: &str) -> YamlDocument {
    Stream::first(text).values().next().unwrap_or(Ok(Value::Null))
}

/// Writes a value as YAML, for `-o yaml`. What a reader of YAML 1.1 would take for something else is in
/// quotes.
pub fn to_string(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    // A `Value` has string keys and finite numbers only, which YAML can always write.
    serde_saphyr::to_string_with_options(value, options)
        .unwrap_or_else(|error| format!("# cannot be written as YAML: {error}\n"))
}
