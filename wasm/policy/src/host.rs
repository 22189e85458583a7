//! What a policy server does for its policies, as far as this one asks.

/// The longest answer that is read, 4 MiB: some 10,000 ProxyConfigs in one namespace.
pub const LONGEST_ANSWER: usize = 4 * 1024 * 1024;

/// The host that a policy runs in.
pub trait Host {
    /// Calls an operation of the host, such as `kubernetes` and `get_resource`.
    fn call(&self, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, HostError>;
}

/// Why the host gave no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The host says that it could not, or may not, in its own words.
    #[error("{0}")]
    Refused(String),
    /// No text at all.
    #[error("its answer is no UTF-8")]
    NoText(#[from] std::str::Utf8Error),
    /// Larger than [`LONGEST_ANSWER`].
    #[error("its answer is larger than 4 MiB")]
    TooLarge,
    /// JSON with an object that is not what was asked for.
    #[error("its answer has an object that cannot be read")]
    Unexpected,
    /// No JSON, or not what was asked for. The answer's text is not repeated.
    #[error("its answer cannot be read: line {line}, column {column}")]
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl From<serde_json::Error> for HostError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable { line: error.line(), column: error.column() }
    }
}
