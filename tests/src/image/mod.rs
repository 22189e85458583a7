//! Container images without Docker and without a registry: a tar file that `docker load`, `podman load`
//! and `ctr images import` take.
//!
//! ```text
//! NAME.tar
//!   oci-layout, index.json     the image as OCI's image layout has it
//!   blobs/sha256/…             its manifest, its config and its one layer
//!   manifest.json              the same for Docker before 25
//! ```
//!
//! The same files make the same bytes: nothing in it has a time, an owner or an order of its own.

mod layer;
mod layout;
mod libraries;

use std::path::{Path, PathBuf};

pub use self::layer::{Compression, Entry};
pub use self::libraries::libraries;
use crate::testbed::Failure;

/// An image of one layer: programs and files on nothing.
#[derive(Clone, Debug)]
pub struct Image {
    reference: String,
    entrypoint: Vec<String>,
    environment: Vec<String>,
    user: Option<u32>,
    entries: Vec<Entry>,
}

impl Image {
    /// An empty image called `NAME:TAG`, which runs this program with these arguments.
    pub fn new(reference: &str, entrypoint: &[&str]) -> Self {
        Self {
            reference: reference.to_owned(),
            entrypoint: entrypoint.iter().map(|&word| word.to_owned()).collect(),
            environment: Vec::new(),
            user: None,
            entries: Vec::new(),
        }
    }

    /// Runs as this user and the group of the same number; as root without it.
    #[must_use]
    pub fn user(mut self, id: u32) -> Self {
        self.user = Some(id);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push(format!("{name}={value}"));
        self
    }

    /// Adds files, links and folders. The folders above them come by themselves.
    #[must_use]
    pub fn with(mut self, entries: impl IntoIterator<Item = Entry>) -> Self {
        self.entries.extend(entries);
        self
    }

    /// Adds a program of this machine and the shared libraries that it needs.
    ///
    /// # Errors
    /// When it is not there, or ldd cannot tell what it needs.
    pub fn with_dynamic(self, program: &Path, place: &str) -> Result<Self, Failure> {
        let needed = libraries(program)?;
        Ok(self.with([Entry::program(place, program)]).with(needed))
    }

    /// Writes the image into a file.
    ///
    /// # Errors
    /// When a file of it cannot be read, or this one cannot be written.
    pub fn write(&self, place: &Path, compression: Compression) -> Result<(), Failure> {
        let layer = layer::Layer::build(&self.entries, compression)?;
        layout::write(self, &layer, place).map_err(Failure::file(place))
    }

    /// Writes it as `NAME.tar` into a folder, for use on this machine, and says where.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_into(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let name: String = self
            .reference
            .chars()
            .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
            .collect();
        let place = folder.join(format!("{name}.tar"));
        self.write(&place, Compression::None)?;
        Ok(place)
    }
}
