//! Generated files: compared with what is committed, rewritten with `SIGNET_BLESS=1`.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders
        .find(|folder| folder.join("rust-toolchain.toml").exists())
        .expect("it lies in the repository")
        .to_owned()
}

/// Compares the committed file `path` (from the root) with what is generated now.
///
/// # Panics
///
/// When they differ, naming the command that rewrites the file.
pub fn compare(path: &str, generated: &str) {
    let file = root().join(path);
    if std::env::var_os("SIGNET_BLESS").is_some() {
        fs::write(&file, generated).unwrap_or_else(|error| panic!("{path}: {error}"));
        return;
    }
    let committed =
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}; run `make generate`"));
    assert!(
        committed == generated,
        "{path} is not what is generated now; run `make generate` and look at the diff"
    );
}

/// Replaces the part of `path` between `<!-- BEGIN name -->` and `<!-- END name -->` and compares.
///
/// # Panics
///
/// When the marks are missing or the part differs.
pub fn compare_part(path: &str, name: &str, generated: &str) {
    let file = root().join(path);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (begin, end) = (format!("<!-- BEGIN {name} -->\n"), format!("<!-- END {name} -->"));
    let start = text.find(&begin).unwrap_or_else(|| panic!("{path} has no {begin}")) + begin.len();
    let stop = text[start..].find(&end).unwrap_or_else(|| panic!("{path} has no {end}")) + start;
    compare(path, &format!("{}{generated}{}", &text[..start], &text[stop..]));
}
