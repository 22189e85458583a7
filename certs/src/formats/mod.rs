//! Finds out what the input is and reads it: PEM, DER, Kubernetes objects, config dumps.

pub mod pem;
pub mod yaml;

use crate::Document;

/// How much [`read`] takes before it refuses. Every limit has an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of input.
    pub bytes: usize,
    /// Certificates in one input.
    pub certificates: usize,
    /// Levels of nesting in YAML and JSON.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, certificates: 100_000, depth: 128 }
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
    /// Nested deeper than [`Limits::depth`].
    #[error("it is nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// None of the formats.
    #[error("it is none of PEM, DER, a Kubernetes object or a config dump: {found}")]
    Unrecognised {
        /// What it looks like instead.
        found: String,
    },
}

/// Reads everything that holds certificates out of `input`, whatever its format.
///
/// A broken block is a finding of its document with its position; the rest is still read.
pub fn read(input: &[u8], limits: &Limits) -> Result<Vec<Document>, ReadError> {
    let _ = (input, limits);
    todo!("formats")
}
