//! The layer of an image: its files, as a tar archive with the digests that the image's config names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use tar::{EntryType, Header};

use super::layout::{Blob, digest};
use crate::testbed::Failure;

/// Something in an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where, from the root and without its slash.
    place: PathBuf,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Copy { of: PathBuf, mode: u32 },
    Text(String),
    Link(PathBuf),
    Folder { mode: u32 },
}

/// How a layer is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As it is: made and unpacked at once, on this machine.
    None,
    /// To be sent somewhere.
    Gzip,
}

/// A layer, ready to be stored.
pub(super) struct Layer {
    /// The archive, compressed or not.
    pub(super) blob: Blob,
    /// The digest of the archive before compression (`rootfs.diff_ids`).
    pub(super) diff_id: String,
    /// The media type of `blob`.
    pub(super) media_type: &'static str,
}

impl Entry {
    /// A program of this machine, which everyone may run.
    pub fn program(place: &str, of: &Path) -> Self {
        Self::new(place, Content::Copy { of: of.to_owned(), mode: 0o755 })
    }

    /// A file of this machine, which everyone may read.
    pub fn file(place: &str, of: &Path) -> Self {
        Self::new(place, Content::Copy { of: of.to_owned(), mode: 0o644 })
    }

    /// A file with this text.
    pub fn text(place: &str, text: &str) -> Self {
        Self::new(place, Content::Text(text.to_owned()))
    }

    /// A symbolic link.
    pub fn link(place: &str, target: &str) -> Self {
        Self::new(place, Content::Link(target.into()))
    }

    /// A folder that everyone may write into, as `/tmp`.
    pub fn shared_folder(place: &str) -> Self {
        Self::new(place, Content::Folder { mode: 0o1777 })
    }

    fn new(place: &str, content: Content) -> Self {
        Self { place: place.trim_start_matches('/').into(), content }
    }
}

impl Layer {
    pub(super) fn build(entries: &[Entry], compression: Compression) -> Result<Self, Failure> {
        let archive = archive(entries)?;
        Ok(match compression {
            Compression::None => {
                let blob = Blob::new(archive);
                let media_type = "application/vnd.oci.image.layer.v1.tar";
                Self { diff_id: blob.digest.clone(), blob, media_type }
            }
            Compression::Gzip => Self {
                diff_id: digest(&archive),
                blob: Blob::new(gzip(&archive)),
                media_type: "application/vnd.oci.image.layer.v1.tar+gzip",
            },
        })
    }
}

/// The entries by their places, each once, behind the folders that they are in.
fn archive(entries: &[Entry]) -> Result<Vec<u8>, Failure> {
    let by_place: BTreeMap<&Path, &Content> =
        entries.iter().map(|entry| (entry.place.as_path(), &entry.content)).collect();
    let folders: BTreeSet<&Path> = by_place
        .keys()
        .flat_map(|place| place.ancestors().skip(1))
        .filter(|folder| !folder.as_os_str().is_empty() && !by_place.contains_key(folder))
        .collect();
    let mut archive = tar::Builder::new(Vec::new());
    let plain = Content::Folder { mode: 0o755 };
    let all: BTreeMap<&Path, &Content> =
        folders.into_iter().map(|folder| (folder, &plain)).chain(by_place).collect();
    for (place, content) in all {
        append(&mut archive, place, content)?;
    }
    archive.into_inner().map_err(Failure::file(Path::new("layer.tar")))
}

fn append(archive: &mut tar::Builder<Vec<u8>>, place: &Path, content: &Content) -> Result<(), Failure> {
    let in_archive = Failure::file(place);
    match content {
        Content::Copy { of, mode } => {
            let bytes = fs::read(of).map_err(Failure::file(of))?;
            archive.append_data(&mut header(EntryType::Regular, *mode, bytes.len()), place, bytes.as_slice())
        }
        Content::Text(text) => {
            archive.append_data(&mut header(EntryType::Regular, 0o644, text.len()), place, text.as_bytes())
        }
        Content::Link(target) => {
            archive.append_link(&mut header(EntryType::Symlink, 0o777, 0), place, target)
        }
        Content::Folder { mode } => {
            archive.append_data(&mut header(EntryType::Directory, *mode, 0), place, io::empty())
        }
    }
    .map_err(in_archive)
}

/// A header of the file that all images agree on: root's, from the beginning of time.
fn header(kind: EntryType, mode: u32, size: usize) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size as u64);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing into memory has no errors.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
