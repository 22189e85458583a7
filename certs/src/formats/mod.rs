//! Finds out what the input is and reads it: PEM, DER, PKCS#7, Kubernetes objects, config dumps, bundles.

mod der;
mod envoy;
mod envoy_certs;
mod json;
mod jwks;
mod kubernetes;
mod mesh_config;
mod objects;
pub mod pem;
mod reading;
mod strings;
mod unrecognised;
mod wiped;
pub mod yaml;
mod ztunnel;

use json::Json;
use reading::Reading;

use crate::{Document, Format, Source};

/// How much [`read`] takes before it refuses. Every limit has an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of input.
    pub bytes: usize,
    /// Certificates in one input. One with ten names or more counts for several.
    pub certificates: usize,
    /// Objects in one input: Secrets, secrets of a dump, identities.
    pub objects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, certificates: 100_000, objects: 100_000 }
    }
}

/// Why an input could not be read at all. What is broken in a part of it is a finding instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing but white space.
    #[error("it is empty")]
    Empty,
    /// Larger than [`Limits::bytes`].
    #[error("it has {bytes} bytes, more than the limit of {limit}")]
    TooLarge {
        /// The input's size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More certificates than [`Limits::certificates`].
    #[error("it holds more than {limit} certificates")]
    TooManyCertificates {
        /// The limit.
        limit: usize,
    },
    /// More objects than [`Limits::objects`].
    #[error("it holds more than {limit} objects")]
    TooManyObjects {
        /// The limit.
        limit: usize,
    },
    /// More values, its aliases followed, than the size of the text explains; reading them would take
    /// many times its size in memory.
    #[error("it holds, or its aliases make, far more values than its size explains")]
    TooManyValues,
    /// Nested deeper than [`yaml::DEPTH`].
    #[error("it is nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// None of the formats, or one of them without anything to show.
    #[error("it holds no certificate, key or request: {found}")]
    Unrecognised {
        /// What it looks like instead.
        found: String,
    },
}

/// Reads everything that holds certificates out of `input`, whatever its format.
///
/// A broken block is a finding of its document with its position; the rest is still read.
pub fn read(input: &[u8], limits: &Limits) -> Result<Vec<Document>, ReadError> {
    if input.len() > limits.bytes {
        return Err(ReadError::TooLarge { bytes: input.len(), limit: limits.bytes });
    }
    if without_byte_order_mark(input).trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    let mut reading = Reading::new(limits);
    let mut documents = dispatch(input, &mut reading)?;
    if let (Some(last), Some(rest)) = (documents.last_mut(), reading.rest()) {
        last.findings.push(rest);
    }
    documents.iter_mut().for_each(reading::match_keys);
    Ok(documents)
}

/// U+FEFF in UTF-8: some editors write it, nothing here needs it.
fn without_byte_order_mark(input: &[u8]) -> &[u8] {
    input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input)
}

fn dispatch(input: &[u8], reading: &mut Reading<'_>) -> Result<Vec<Document>, ReadError> {
    // The usual case, told by its first bytes: nothing but PEM starts so. It is read from the first
    // byte of the input on, so that places count as the file does.
    if without_byte_order_mark(input).trim_ascii_start().starts_with(pem::BEGIN) {
        return pem_text(input, reading).map(|document| vec![document]);
    }
    let text = std::str::from_utf8(without_byte_order_mark(input)).ok();
    if let Some(text) = text.filter(|text| objects::resembles_objects(text)) {
        let documents = objects::read(text, reading)?;
        if !documents.is_empty() {
            return Ok(documents);
        }
    }
    if memchr::memmem::find(input, pem::BEGIN).is_some() {
        return pem_text(input, reading).map(|document| vec![document]);
    }
    let decoded = text.and_then(der::decode_text);
    let bytes = decoded.as_ref().map_or(input, |decoded| decoded.as_slice());
    if decoded.is_some() && memchr::memmem::find(bytes, pem::BEGIN).is_some() {
        return pem_text(bytes, reading).map(|document| vec![document]);
    }
    if bytes.starts_with(&[0x30])
        && let Some(document) = der::read(bytes, reading)?
    {
        return Ok(vec![document]);
    }
    if let Some(text) = text.filter(|text| !objects::resembles_objects(text)) {
        let documents = objects::read_known(text, reading)?;
        if !documents.is_empty() {
            return Ok(documents);
        }
    }
    Err(ReadError::Unrecognised { found: unrecognised::describe(input) })
}

fn pem_text(text: &[u8], reading: &mut Reading<'_>) -> Result<Document, ReadError> {
    let entry = reading.pem("", text)?;
    if entry.is_empty() && reading.unread() == 0 {
        return Err(ReadError::Unrecognised { found: unrecognised::describe_pem(text) });
    }
    let source = Source { format: Format::Pem, ..Source::default() };
    Ok(reading.document(source, vec![entry]))
}

/// The value of whichever of two spellings is there, and the spelling: Envoy writes `snake_case`,
/// istioctl `camelCase`.
fn either<'t>(value: Json<'t>, names: [&'static str; 2]) -> Option<(&'static str, Json<'t>)> {
    names.into_iter().zip(value.fields(names)).find_map(|(name, found)| Some((name, found?)))
}
