//! A cgroup of one's own, below which a node's containers are.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;

const MOUNT: &str = "/sys/fs/cgroup";
const PREFIX: &str = "signet-node-";

/// A cgroup, in every hierarchy that this machine has; removed when it is dropped. What others left that
/// were killed is removed when anybody makes the next one.
#[derive(Debug)]
pub struct Cgroup {
    name: String,
}

impl Cgroup {
    /// Makes one.
    ///
    /// # Errors
    /// When the system refuses, as it does whoever is not root.
    pub fn new() -> Result<Self, Failure> {
        sweep();
        let own = Self { name: format!("{PREFIX}{}", std::process::id()) };
        for hierarchy in hierarchies() {
            let place = hierarchy.join(&own.name);
            fs::create_dir(&place).map_err(Failure::file(&place))?;
        }
        Ok(own)
    }

    /// Its name, from the root of each hierarchy.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        for hierarchy in hierarchies() {
            remove(&hierarchy.join(&self.name));
        }
    }
}

/// The roots of the hierarchies: one of version 2, or one for each controller of version 1 and, on most
/// machines, one of version 2 beside them, in which runc makes cgroups too.
fn hierarchies() -> Vec<PathBuf> {
    let mount = Path::new(MOUNT);
    if mount.join("cgroup.controllers").exists() { vec![mount.to_owned()] } else { folders(mount) }
}

fn folders(of: &Path) -> Vec<PathBuf> {
    // A cgroup that went away in the meantime has none.
    let entries = fs::read_dir(of).into_iter().flatten().flatten();
    // Not the links that the hierarchies of version 1 have by their other names.
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

/// Removes a cgroup and those in it. One with processes stays, because the kernel refuses.
fn remove(cgroup: &Path) {
    for inner in folders(cgroup) {
        remove(&inner);
    }
    let _ = fs::remove_dir(cgroup);
}

/// Removes the cgroups of testbeds that are no more.
fn sweep() {
    for place in hierarchies().iter().flat_map(|hierarchy| folders(hierarchy)) {
        let owner = place.file_name().and_then(|name| name.to_str()?.strip_prefix(PREFIX));
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            remove(&place);
        }
    }
}
