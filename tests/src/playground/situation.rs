//! The situations: what a mesh of the field looks like, as a folder of manifests.
//!
//! ```text
//! tests/situations/
//!   istio.yaml, mesh.yaml, workloads.yaml   what all have
//!   NAME/README.md      what it shows
//!   NAME/own-signer     the name of a signer, if one's own controller signs for it
//!   NAME/spire-issuer   the name of the ClusterIssuer above SPIRE, if there is SPIRE
//!   NAME/signers.yaml   what issues certificates, before Istio is there
//!   NAME/istio.yaml     how Istio is installed
//!   NAME/mesh.yaml      what configures the proxies, before there are pods
//!   NAME/signet.yaml    what Signet is told beyond install.yaml
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bless::root;
use crate::testbed::{Failure, Kubectl};

const FOLDER: &str = "tests/situations";

/// One of the folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    name: String,
}

impl Situation {
    /// The situation with this name.
    ///
    /// # Errors
    /// When there is none; the error names those that are.
    pub fn named(name: &str) -> Result<Self, String> {
        let names = Self::names();
        if names.iter().any(|known| known == name) {
            Ok(Self { name: name.to_owned() })
        } else {
            Err(format!("there is no situation {name:?} in {FOLDER}; there are: {}", names.join(", ")))
        }
    }

    /// All there are, in the order of the alphabet.
    pub fn names() -> Vec<String> {
        let entries = fs::read_dir(root().join(FOLDER)).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> =
            folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The signer whose controller is ours, where there is one.
    ///
    /// # Errors
    /// When the file with its name cannot be read.
    pub fn own_signer(&self) -> Result<Option<String>, Failure> {
        self.word("own-signer")
    }

    /// The ClusterIssuer that issues SPIRE's own certificate, where there is SPIRE.
    ///
    /// # Errors
    /// When the file with its name cannot be read.
    pub fn spire_issuer(&self) -> Result<Option<String>, Failure> {
        self.word("spire-issuer")
    }

    /// What stands in one of its files, where it has that.
    fn word(&self, file: &str) -> Result<Option<String>, Failure> {
        let place = root().join(FOLDER).join(&self.name).join(file);
        match fs::read_to_string(&place) {
            Ok(name) => Ok(Some(name.trim().to_owned())),
            Err(reason) if reason.kind() == ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(Failure::file(&place)(reason)),
        }
    }

    /// The manifests with this name: of all, then its own. There may be none.
    pub fn manifests(&self, name: &str) -> Vec<PathBuf> {
        let folder = root().join(FOLDER);
        let places = [folder.join(name), folder.join(&self.name).join(name)];
        places.into_iter().filter(|place| place.exists()).collect()
    }
}

/// Puts the content of Secrets into a manifest, in the place of `$(secret NAMESPACE/NAME KEY)`, as a
/// quoted string.
///
/// # Errors
/// When a Secret or its key is not there.
pub fn with_secrets(manifest: &str, kubectl: &Kubectl) -> Result<String, Failure> {
    let mut pieces = manifest.split("$(secret ");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (reference, rest) = piece.split_once(')').unwrap_or((piece, ""));
        text += &serde_json::Value::from(secret(reference, kubectl)?).to_string();
        text += rest;
    }
    Ok(text)
}

fn secret(reference: &str, kubectl: &Kubectl) -> Result<String, Failure> {
    let wrong = |reason: String| Failure::Command { command: format!("$(secret {reference})"), reason };
    let parts = reference.split_once(' ').and_then(|(place, key)| Some((place.split_once('/')?, key)));
    let Some(((namespace, name), key)) = parts else {
        return Err(wrong("it is not NAMESPACE/NAME KEY".to_owned()));
    };
    let path = format!("jsonpath={{.data.{}}}", key.replace('.', "\\."));
    let data = kubectl.run(&["--namespace", namespace, "get", "secret", name, "--output", &path])?;
    let content = STANDARD.decode(&data).map_err(|reason| wrong(reason.to_string()))?;
    if content.is_empty() {
        return Err(wrong(format!("Secret {namespace}/{name} has no {key}")));
    }
    Ok(String::from_utf8_lossy(&content).into_owned())
}
