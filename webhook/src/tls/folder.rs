//! Certificates that somebody else puts into a folder: a mounted Secret, above all.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, fs, io};

use super::{Identity, InvalidIdentity};

/// How often the files are compared with what is served. The kubelet swaps the link `..data` of a
/// mounted Secret, which a watch of the files themselves never hears of, and it takes a minute to do
/// so; reading three small files a second costs nothing and misses nothing.
pub const EVERY: Duration = Duration::from_secs(1);

const CHAIN: &str = "tls.crt";
const KEY: &str = "tls.key";
const CA_BUNDLE: &str = "ca.crt";

/// Why a folder has nothing to serve with.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be read.
    #[error("{file}: {error}")]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What is in them cannot be used.
    #[error(transparent)]
    Invalid(#[from] InvalidIdentity),
}

/// A folder with `tls.crt`, `tls.key` and, where there is one, `ca.crt`.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    fills_ca_bundle: bool,
}

impl Folder {
    /// The folder at `path`; `fills_ca_bundle` says whether its `ca.crt` is to be the `caBundle`.
    pub fn new(path: impl Into<PathBuf>, fills_ca_bundle: bool) -> Self {
        Self { path: path.into(), fills_ca_bundle }
    }

    /// Reads what is in it now.
    ///
    /// The files may be exchanged while they are read: a certificate and a key that do not belong
    /// together are an error, and the next look finds both new.
    pub fn read(&self) -> Result<Identity, FolderError> {
        let text = |name: &str| {
            let file = self.path.join(name);
            fs::read_to_string(&file).map_err(|error| FolderError::File { file, error })
        };
        let ca_bundle = match text(CA_BUNDLE) {
            Err(FolderError::File { error, .. }) if error.kind() == io::ErrorKind::NotFound => None,
            other => Some(other?).filter(|pem| !pem.trim().is_empty()),
        };
        let ca_bundle = ca_bundle.filter(|_| self.fills_ca_bundle);
        let identity = Identity { chain: text(CHAIN)?, key: text(KEY)?, ca_bundle };
        identity.server_config()?;
        Ok(identity)
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}
