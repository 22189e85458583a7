//! Temporary folders that do not pile up, even when their owners are killed.

use std::fs::{self, File};
use std::path::Path;

use tempfile::TempDir;

use super::Failure;

const PREFIX: &str = "signet-testbed-";
/// The file in a folder that its owner keeps locked.
const OWNER: &str = ".owner";

/// A temporary folder, removed when it is dropped. One whose owner was killed before that is removed when
/// anybody makes the next one.
#[derive(Debug)]
pub struct Folder {
    directory: TempDir,
    /// The lock ends with the process, however that ends.
    _owner: File,
}

impl Folder {
    /// Makes a folder `signet-testbed-NAME-…` in the system's temporary folder.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(name: &str) -> Result<Self, Failure> {
        let parent = std::env::temp_dir();
        sweep(&parent);
        let directory = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{name}-"))
            .tempdir_in(&parent)
            .map_err(Failure::file(&parent))?;
        // It gets its name once it is locked, so that nobody finds it unlocked while its owner lives.
        let beside = directory.path().join(".new-owner");
        let place = directory.path().join(OWNER);
        let owner = File::create(&beside).map_err(Failure::file(&beside))?;
        owner.lock().and_then(|()| fs::rename(&beside, &place)).map_err(Failure::file(&place))?;
        Ok(Self { directory, _owner: owner })
    }

    /// Whether a path leads into such a folder, be that there or not.
    pub fn holds(path: &Path) -> bool {
        path.ancestors().any(is_ours)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Removes what owners left that are no more. What cannot be removed is somebody else's.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for folder in entries.flatten().map(|entry| entry.path()).filter(|path| is_ours(path)) {
        let abandoned = File::open(folder.join(OWNER)).is_ok_and(|owner| owner.try_lock().is_ok());
        if abandoned {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stays_while_it_is_owned_and_its_remains_are_swept() {
        let parent = tempfile::tempdir().expect("a folder");
        let left = parent.path().join("signet-testbed-left");
        fs::create_dir(&left).expect("a folder in it");
        let owner = File::create(left.join(OWNER)).expect("a file in that");
        owner.lock().expect("nobody else has it");
        fs::create_dir(parent.path().join("another")).expect("a folder in it");

        sweep(parent.path());
        assert!(left.exists(), "its owner lives");
        drop(owner);
        sweep(parent.path());
        assert!(!left.exists(), "its owner is no more");
        assert!(parent.path().join("another").exists(), "not of the testbed");
    }
}
