//! The one reader of YAML. JSON is YAML too, and is read faster as what it is.
//!
//! Through [`serde_json::Value`], then strict types, so that YAML's and JSON's objects cannot differ.

mod bounded;
mod flow;
mod values;

use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_json::value::RawValue;

use bounded::{Bounded, Budget};

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

/// The limits of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Levels of nesting.
    #[error("it is nested too deep")]
    Depth,
    /// Values, its aliases followed, against the size of the text.
    #[error("it holds, or its aliases make, far more values than its size explains")]
    Values,
}

/// Reads a stream of YAML documents or JSON values. A document that cannot be read does not hide
/// the others; empty documents are left out.
pub fn documents(text: &str, depth: usize) -> Vec<YamlDocument> {
    if let Some(values) = json(text, depth) {
        return values;
    }
    let budget = Budget::for_input(text.len());
    let mut documents = Vec::new();
    for (line, part) in split(text) {
        let document = document(part, line, Bounded::new(&budget, depth));
        let is_over = matches!(&document, Err(error) if error.limit == Some(Limit::Values));
        if !matches!(document, Ok(Value::Null)) {
            documents.push(document);
        }
        // What nothing is left for is not gone on with: the last error says why.
        if is_over {
            break;
        }
        if budget.spend::<serde_json::Error>(values::DOCUMENT).is_err() {
            documents.push(Err(beyond(Limit::Values, line)));
            break;
        }
    }
    documents
}

/// Reads the first document only, as Istio reads a mesh config or an annotation.
pub fn first(text: &str, depth: usize) -> YamlDocument {
    if let Some(value) = json(text, depth).and_then(|values| values.into_iter().next()) {
        return value;
    }
    match split(text).first() {
        Some((line, part)) => document(part, *line, Bounded::new(&Budget::for_input(part.len()), depth)),
        None => Ok(Value::Null),
    }
}

/// Writes a value as YAML, for `-o yaml`.
pub fn to_string(value: &Value) -> String {
    // A `Value` has string keys and finite numbers only, which YAML can always write.
    yaml_serde::to_string(value).unwrap_or_else(|error| format!("# cannot be written as YAML: {error}\n"))
}

/// Directives that a document may begin with: the parser compares each with all before it.
const DIRECTIVES: usize = 100;

/// One document, whose first line is `line` in the whole input.
fn document(part: &str, line: usize, bounded: Bounded<'_>) -> YamlDocument {
    if let Some(offset) = flow::too_deep(part) {
        let at = part.get(..offset).map_or(0, |before| before.matches('\n').count());
        return Err(beyond(Limit::Depth, line + at));
    }
    if part.lines().take_while(|line| !line.starts_with("---")).filter(|line| line.starts_with('%')).count()
        > DIRECTIVES
    {
        return Err(YamlError {
            line,
            reason: "it begins with far too many directives".to_owned(),
            limit: None,
        });
    }
    if values::are_few(part) {
        return parse(part, line, bounded);
    }
    // A list is read item by item, so that the parser holds one at a time.
    let Some((frame, items)) = values::split_list(part) else { return Err(beyond(Limit::Values, line)) };
    let mut list = document(&frame, line, bounded)?;
    let Some(slot) = list.get_mut("items") else { return Err(beyond(Limit::Values, line)) };
    let mut all = Vec::with_capacity(items.len());
    for (begins, item) in items {
        if !values::are_few(item) {
            return Err(beyond(Limit::Values, line + begins));
        }
        match parse(item, line + begins, bounded)? {
            Value::Array(one) => all.extend(one),
            other => all.push(other),
        }
    }
    *slot = Value::Array(all);
    Ok(list)
}

fn parse(part: &str, line: usize, bounded: Bounded<'_>) -> YamlDocument {
    let value = bounded.deserialize(yaml_serde::Deserializer::from_str(part));
    value.map_err(|error| {
        let at = error.location().map_or(0, |location| location.line().saturating_sub(1));
        let reason = without_position(&error.to_string());
        YamlError { line: line + at, limit: bounded.budget().broken(&reason), reason }
    })
}

fn beyond(limit: Limit, line: usize) -> YamlError {
    YamlError { line, reason: limit.to_string(), limit: Some(limit) }
}

/// JSON values, one after the other, if the text begins like one and the first can be read.
fn json(text: &str, depth: usize) -> Option<Vec<YamlDocument>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let budget = Budget::for_input(text.len());
    let bounded = Bounded::new(&budget, depth);
    let mut values = Vec::new();
    // To say where something is wrong, the parser counts every line before it: only once, please.
    let mut texts = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    loop {
        let (line, error) = match texts.next() {
            None => return Some(values),
            Some(Err(error)) => (0, error),
            Some(Ok(one)) => {
                let value = bounded.deserialize(&mut serde_json::Deserializer::from_str(one.get()));
                let paid = value.and_then(|value| budget.spend(values::DOCUMENT).map(|()| value));
                match paid {
                    Ok(value) => {
                        values.push(Ok(value));
                        continue;
                    }
                    Err(error) => {
                        let begins = texts.byte_offset() - one.get().len();
                        (text.get(..begins).map_or(0, |before| before.matches('\n').count()), error)
                    }
                }
            }
        };
        let reason = without_position(&error.to_string());
        let limit = budget.broken(&reason);
        if values.is_empty() && limit.is_none() {
            // It may be a YAML flow mapping.
            match document(text, 1, Bounded::new(&Budget::for_input(text.len()), depth)) {
                Ok(_) => return None,
                Err(error) if error.limit.is_some() => return Some(vec![Err(error)]),
                Err(_) => {}
            }
        }
        values.push(Err(YamlError { line: line + error.line(), reason, limit }));
        return Some(values);
    }
}

/// The documents with the lines where they begin.
///
/// Done here because the parser's own iterator repeats a syntax error for ever. A line that begins
/// with `---` or `...` ends a document wherever it stands, within a block scalar too (YAML 1.2
/// section 9.1.2), so this needs no parser.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut start_line, mut offset) = (0, 1, 0);
    let mut directives = true;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let end = offset + line.len();
        let marker = line.get(..3).filter(|_| line.as_bytes().get(3).is_none_or(u8::is_ascii_whitespace));
        match marker {
            // Directives and comments before the marker belong to the document after it.
            Some("---") if !directives => {
                parts.push((start_line, &text[start..offset]));
                (start, start_line) = (offset, index + 1);
            }
            Some("---") => directives = false,
            Some("...") => {
                parts.push((start_line, &text[start..offset]));
                (start, start_line) = (end, index + 2);
                directives = true;
            }
            _ if directives => directives = line.trim_ascii().is_empty() || line.starts_with(['#', '%']),
            _ => {}
        }
        offset = end;
    }
    parts.push((start_line, &text[start..]));
    parts.retain(|(_, part)| !part.trim_ascii().is_empty());
    parts
}

/// The parser's words without the position that it adds: the position is relative to the part.
fn without_position(message: &str) -> String {
    let end = message.find(" at line ").unwrap_or(message.len());
    message.get(..end).unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests;
