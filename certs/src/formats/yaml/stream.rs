//! The documents of a text, each as JSON.

use std::ops::Range;

use serde_json::value::RawValue;

use super::to_json::ToJson;
use super::{DOCUMENTS, Limit, YamlDocument, YamlError};
use crate::formats::json::Json;
use crate::formats::wiped::Wiped;

/// Directives of one text: the parser remembers each.
const DIRECTIVES: usize = 100;

/// The documents of a text.
pub(in crate::formats) struct Stream<'t> {
    text: Text<'t>,
    documents: Vec<Result<Range<usize>, YamlError>>,
}

/// JSON as it was given, or as it was made of YAML: of a Secret's, too, so it is overwritten.
enum Text<'t> {
    Given(&'t str),
    Made(Wiped),
}

impl<'t> Stream<'t> {
    /// Reads every document but for empty ones.
    pub(in crate::formats) fn read(text: &'t str) -> Self {
        let mut stream = Self::up_to(DOCUMENTS, text);
        let mut documents = std::mem::take(&mut stream.documents);
        documents.retain(|document| document.as_ref().map_or(true, |range| stream.json(range) != "null"));
        Self { documents, ..stream }
    }

    /// Reads the first document only.
    pub(in crate::formats) fn first(text: &'t str) -> Self {
        let mut stream = Self::up_to(1, text);
        stream.documents.truncate(1);
        stream
    }

    /// Each document, or why it cannot be read.
    pub(in crate::formats) fn documents(
        &self,
    ) -> impl ExactSizeIterator<Item = Result<Json<'_>, &YamlError>> {
        self.documents.iter().map(|document| document.as_ref().map(|range| Json::new(self.json(range))))
    }

    /// Each document as a tree.
    pub(super) fn values(&self) -> impl Iterator<Item = YamlDocument> {
        self.documents.iter().map(|document| {
            let range = document.as_ref().map_err(YamlError::clone)?;
            value(self.json(range)).map_err(|error| {
                let before = self.json(&(0..range.start)).matches('\n').count();
                YamlError { line: before + error.line, ..error }
            })
        })
    }

    fn up_to(most: usize, text: &'t str) -> Self {
        if !text.trim_start().starts_with(['{', '[']) {
            return Self::yaml(most, text);
        }
        let json = Self::of_json(most, text);
        if let [Err(_)] = json.documents.as_slice() {
            // A mapping in YAML's flow style begins like JSON.
            let yaml = Self::yaml(most, text);
            if yaml.documents.iter().all(|one| !matches!(one, Err(YamlError { limit: None, .. }))) {
                return yaml;
            }
        }
        json
    }

    fn yaml(most: usize, text: &'t str) -> Self {
        if memchr::memmem::find_iter(text.as_bytes(), "\n%").count() > DIRECTIVES {
            let reason = "it has far too many directives, which are lines that begin with %".to_owned();
            let documents = vec![Err(YamlError { line: 1, reason, limit: None })];
            return Self { text: Text::Given(text), documents };
        }
        let mut documents = Vec::new();
        let mut stream = ToJson::new(text);
        while let Some(document) = stream.advance() {
            if documents.len() == most {
                documents.push(Err(YamlError::beyond(Limit::Documents, stream.line())));
                break;
            }
            let is_over = matches!(&document, Err(YamlError { limit: Some(Limit::Values), .. }));
            documents.push(document);
            if is_over {
                break;
            }
        }
        Self { text: Text::Made(stream.into_json()), documents }
    }

    fn of_json(most: usize, text: &'t str) -> Self {
        let mut documents = Vec::new();
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        while let Some(value) = values.next() {
            let end = values.byte_offset();
            if documents.len() == most {
                let line = text.get(..end).map_or(0, |before| before.matches('\n').count()) + 1;
                documents.push(Err(YamlError::beyond(Limit::Documents, line)));
                break;
            }
            documents.push(match value {
                Ok(value) => Ok(end - value.get().len()..end),
                Err(error) => Err(of_serde(&error)),
            });
        }
        Self { text: Text::Given(text), documents }
    }

    fn json(&self, range: &Range<usize>) -> &str {
        match &self.text {
            Text::Given(text) => text.get(range.clone()).unwrap_or_default(),
            // What is made of text is text.
            Text::Made(bytes) => {
                bytes.get(range.clone()).and_then(|json| str::from_utf8(json).ok()).unwrap_or_default()
            }
        }
    }
}

/// What a tree of values may take whatever the size of its text.
const ALLOWANCE: usize = 24 << 20;

/// The tree of a document. It takes many times its text, so it is bounded by that: by twelve times, of
/// which what Envoy and kubectl write takes five to ten.
fn value(json: &str) -> YamlDocument {
    // An item of a list that grows; a node of a map, which has room for several entries.
    let cost = |byte| match byte {
        b',' | b'[' => 96,
        b'{' => 640,
        _ => 0,
    };
    if json.bytes().map(cost).sum::<usize>() > ALLOWANCE + 12 * json.len() {
        return Err(YamlError::beyond(Limit::Values, 1));
    }
    serde_json::from_str(json).map_err(|error| of_serde(&error))
}

fn of_serde(error: &serde_json::Error) -> YamlError {
    let message = error.to_string();
    if message.contains("recursion limit") {
        return YamlError::beyond(Limit::Depth, error.line());
    }
    // It adds a position, which is relative to what it was given.
    let end = message.find(" at line ").unwrap_or(message.len());
    YamlError { line: error.line(), reason: message.get(..end).unwrap_or_default().to_owned(), limit: None }
}
