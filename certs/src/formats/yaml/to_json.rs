//! From the events of a YAML stream to the text of JSON, value by value: what sigs.k8s.io/yaml, through
//! which Kubernetes and Istio read YAML, makes of it. Nothing else is kept.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, Tag, options};
use zeroize::Zeroizing;

use super::scalar::{Scalar, resolve};
use super::{DEPTH, Limit, YamlError};
use crate::formats::wiped::{self, Wiped};

/// Anchors of one document: the parser remembers the name of each.
const ANCHORS: usize = 10_000;

/// What the JSON of a text may take beyond the text's own size, with a quarter of that: quotes, escapes
/// and `null` for nothing take some, and what aliases repeat takes any amount.
const ALLOWANCE: usize = 8 << 20;

/// The documents of a YAML stream, one after the other.
pub(super) struct ToJson<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// The text of each value so far.
    json: Wiped,
    most: usize,
    anchors: HashMap<usize, Anchor>,
    /// Anchors of this document so far.
    seen: usize,
    /// The document at hand cannot be read.
    is_broken: bool,
    /// Where the parser is.
    line: usize,
}

/// What an alias repeats.
struct Anchor {
    json: Range<usize>,
    /// Levels of nesting in it.
    height: usize,
}

impl<'t> ToJson<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut options = options! {
            block_nesting_limit: DEPTH,
            block_scalar_eof_without_line_feed: true,
            flow_nesting_limit: DEPTH,
        };
        options.set_emit_comments(false);
        Self {
            parser: Parser::new_from_str_with_options(text, options),
            json: Zeroizing::new(Vec::with_capacity(text.len())),
            most: text.len() + text.len() / 4 + ALLOWANCE,
            anchors: HashMap::new(),
            seen: 0,
            is_broken: false,
            line: 1,
        }
    }

    /// Where the JSON of the next document stands in the text of all, or why there is none.
    pub(super) fn advance(&mut self) -> Option<Result<Range<usize>, YamlError>> {
        if std::mem::take(&mut self.is_broken) {
            // What follows a broken document is read on; there may be nothing.
            let _ = self.parser.proceed_next_document();
        }
        let start = self.json.len();
        let document = self.document()?;
        self.anchors.clear();
        self.seen = 0;
        if document.is_err() {
            self.json.truncate(start);
            self.is_broken = true;
        }
        Some(document.map(|()| start..self.json.len()))
    }

    /// The line that the parser has come to.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The text of every value.
    pub(super) fn into_json(self) -> Wiped {
        self.json
    }

    fn document(&mut self) -> Option<Result<(), YamlError>> {
        loop {
            match self.event() {
                Ok(Event::StreamEnd) => return None,
                Ok(event) if event.is_node() => return Some(self.value(event, 0).map(|_| ())),
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Writes a value, which may span many events. How many levels are nested in it.
    fn value(&mut self, event: Event<'t>, depth: usize) -> Result<usize, YamlError> {
        let start = self.json.len();
        let (anchor, height) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                match self.resolve(&text, style, tag.as_deref())? {
                    Scalar::Null => self.put(b"null")?,
                    Scalar::Bool(value) => self.put(if value { b"true" } else { b"false" })?,
                    Scalar::Number(number) => self.put(number.as_bytes())?,
                    Scalar::Text => self.put_text(&text)?,
                    Scalar::Binary(text) => self.put_text(&text)?,
                }
                (anchor, 0)
            }
            Event::SequenceStart(_, anchor, _) => (anchor, self.list(depth + 1)?),
            Event::MappingStart(_, anchor, _) => (anchor, self.map(depth + 1)?),
            Event::Alias(id) => {
                let Anchor { json, height } = self.anchored(id, depth)?;
                self.repeat(json)?;
                return Ok(height);
            }
            _ => return Err(self.error("a value is missing")),
        };
        if anchor > 0 {
            self.seen += 1;
            if self.seen > ANCHORS {
                return Err(self.beyond(Limit::Values));
            }
            self.anchors.insert(anchor, Anchor { json: start..self.json.len(), height });
        }
        Ok(height)
    }

    fn list(&mut self, depth: usize) -> Result<usize, YamlError> {
        self.put(b"[")?;
        let mut height = 0;
        loop {
            match self.within(depth)? {
                Event::SequenceEnd => break,
                event => {
                    self.separate()?;
                    height = height.max(self.value(event, depth)?);
                }
            }
        }
        self.put(b"]")?;
        Ok(height + 1)
    }

    fn map(&mut self, depth: usize) -> Result<usize, YamlError> {
        self.put(b"{")?;
        let height = self.entries(depth)?;
        self.put(b"}")?;
        Ok(height + 1)
    }

    /// Writes the entries of a map. Of several with one key the last one counts, as in Go's reader.
    fn entries(&mut self, depth: usize) -> Result<usize, YamlError> {
        let mut height = 0;
        loop {
            let event = self.within(depth)?;
            height = height.max(match event {
                Event::MappingEnd => return Ok(height),
                event if is_merge(&event) => self.merge(depth)?,
                event => {
                    self.separate()?;
                    self.key(event)?;
                    self.put(b":")?;
                    let event = self.event()?;
                    self.value(event, depth)?
                }
            });
        }
    }

    /// Writes what `<<` brings into a map, as entries of it: those of one map, or of several, of which the
    /// first comes before the others.
    fn merge(&mut self, depth: usize) -> Result<usize, YamlError> {
        let event = self.event()?;
        if !matches!(event, Event::SequenceStart(..)) {
            return self.merge_one(&event, depth);
        }
        let (start, seen) = (self.json.len(), self.seen);
        let mut ends = Vec::new();
        let mut height = 0;
        loop {
            match self.within(depth)? {
                Event::SequenceEnd => break,
                event => height = height.max(self.merge_one(&event, depth)?),
            }
            ends.push(self.json.len());
        }
        // What was written last counts, so the first of them is to stand there. No alias finds it any more.
        if self.seen > seen {
            self.anchors.retain(|_, anchor| anchor.json.end <= start);
        }
        let merged = Zeroizing::new(self.json.get(start..).unwrap_or_default().to_vec());
        self.json.truncate(start);
        for (end, begin) in ends.iter().rev().zip(ends.iter().rev().skip(1).chain([&start])) {
            let entries = merged.get(begin - start..end - start).unwrap_or_default();
            let entries = entries.strip_prefix(b",").unwrap_or(entries);
            if !entries.is_empty() {
                self.separate()?;
                self.put(entries)?;
            }
        }
        Ok(height)
    }

    fn merge_one(&mut self, event: &Event<'t>, depth: usize) -> Result<usize, YamlError> {
        match event {
            Event::MappingStart(..) => self.entries(depth),
            Event::Alias(id) => {
                let Anchor { json, height } = self.anchored(*id, depth)?;
                let map = self.json.get(json.clone()).unwrap_or_default();
                if !map.starts_with(b"{") {
                    return Err(self.error("`<<` takes a map, or a list of maps"));
                }
                if map.len() > 2 {
                    self.separate()?;
                    self.repeat(json.start + 1..json.end - 1)?;
                }
                Ok(height)
            }
            _ => Err(self.error("`<<` takes a map, or a list of maps")),
        }
    }

    /// Writes a key: a text, or what Go writes for a number or a boolean.
    fn key(&mut self, event: Event<'t>) -> Result<(), YamlError> {
        let (start, anchor) = (self.json.len(), event.anchor_id());
        if matches!(event, Event::Scalar(..) | Event::Alias(_)) {
            self.value(event, DEPTH)?;
        }
        match self.json.get(start) {
            Some(b'"') => Ok(()),
            Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
                self.put(b"\"")?;
                self.json.insert(start, b'"');
                if let Some(Anchor { json, .. }) = anchor.and_then(|id| self.anchors.get_mut(&id)) {
                    *json = start + 1..self.json.len() - 1;
                }
                Ok(())
            }
            _ => Err(self.error("a key is no text; put it in quotes")),
        }
    }

    /// What the anchor stands for, if it may stand at that depth.
    fn anchored(&self, id: usize, depth: usize) -> Result<Anchor, YamlError> {
        let Some(Anchor { json, height }) = self.anchors.get(&id) else {
            return Err(self.error("an alias stands for what it is in itself, or for what was merged"));
        };
        if depth + height > DEPTH {
            return Err(self.beyond(Limit::Depth));
        }
        Ok(Anchor { json: json.clone(), height: *height })
    }

    /// The next event at that depth.
    fn within(&mut self, depth: usize) -> Result<Event<'t>, YamlError> {
        if depth > DEPTH { Err(self.beyond(Limit::Depth)) } else { self.event() }
    }

    fn event(&mut self) -> Result<Event<'t>, YamlError> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                Ok(event)
            }
            Some(Err(error)) => {
                self.line = error.marker().line();
                let is_too_deep = matches!(error.kind(), granit_parser::ErrorKind::RecursionLimitExceeded);
                Err(if is_too_deep { self.beyond(Limit::Depth) } else { self.error(error.info()) })
            }
            None => Ok(Event::StreamEnd),
        }
    }

    fn resolve(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Scalar, YamlError> {
        let own = tag.and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"));
        let is_plain = style == ScalarStyle::Plain && tag.is_none();
        resolve(text, is_plain, own.as_deref()).map_err(|reason| self.error(reason))
    }

    /// Writes the mark between this item or entry and the one before, if there is one.
    fn separate(&mut self) -> Result<(), YamlError> {
        if matches!(self.json.last(), Some(b'[' | b'{')) { Ok(()) } else { self.put(b",") }
    }

    fn put_text(&mut self, text: &str) -> Result<(), YamlError> {
        let escapes = text.bytes().filter(|byte| matches!(byte, ..b' ' | b'"' | b'\\')).count();
        self.reserve(text.len() + 2 + escapes * "\\u000".len())?;
        serde_json::to_writer(&mut *self.json, text).map_err(|error| self.error(error.to_string()))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), YamlError> {
        self.reserve(bytes.len())?;
        self.json.extend_from_slice(bytes);
        Ok(())
    }

    fn repeat(&mut self, json: Range<usize>) -> Result<(), YamlError> {
        self.reserve(json.len())?;
        self.json.extend_from_within(json);
        Ok(())
    }

    fn reserve(&mut self, more: usize) -> Result<(), YamlError> {
        if self.json.len() + more > self.most {
            return Err(self.beyond(Limit::Values));
        }
        wiped::grow(&mut self.json, more);
        Ok(())
    }

    fn beyond(&self, limit: Limit) -> YamlError {
        YamlError { line: self.line, reason: limit.to_string(), limit: Some(limit) }
    }

    fn error(&self, reason: impl Into<String>) -> YamlError {
        YamlError { line: self.line, reason: reason.into(), limit: None }
    }
}

/// Whether a key says that what follows is to be merged (<https://yaml.org/type/merge.html>).
fn is_merge(event: &Event<'_>) -> bool {
    let Event::Scalar(text, style, _, tag) = event else { return false };
    text == "<<" && *style == ScalarStyle::Plain && tag.is_none()
}
