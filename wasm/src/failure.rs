//! Why there is no answer.

use signet_certs::{InvalidTime, ReadError};

/// Why a call has no answer, in words for a person. What is wrong with certificates is no failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The input cannot be read at all.
    #[error("{what}: {error}; give an input that holds certificates")]
    Unread {
        /// Which input.
        what: String,
        /// What is wrong with it.
        error: ReadError,
    },
    /// An input that must hold certificates holds none.
    #[error("{what}: it holds no certificate; decode says what it holds")]
    NoCertificate {
        /// Which input.
        what: String,
    },
    /// A time is not one.
    #[error(transparent)]
    Time(#[from] InvalidTime),
    /// An argument is of another type.
    #[error("{what} is not what it should be: {why}; see signet.d.ts")]
    Argument {
        /// Which argument.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}
