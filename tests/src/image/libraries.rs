//! Which shared libraries a program of this machine needs.

use std::path::Path;
use std::process::Command;

use super::Entry;
use crate::testbed::Failure;

/// The libraries of a program and its loader, each at the place where the loader looks for it. A static
/// program has none.
///
/// # Errors
/// When there is no ldd, or a library is missing on this machine.
pub fn libraries(program: &Path) -> Result<Vec<Entry>, Failure> {
    let command = format!("ldd {}", program.display());
    let failed = |reason: String| Failure::Command { command: command.clone(), reason };
    let output = Command::new("ldd").arg(program).output().map_err(|reason| failed(reason.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        // The words of glibc for a static program, which is no failure here.
        return if complaint.contains("not a dynamic executable") {
            Ok(Vec::new())
        } else {
            Err(failed(complaint.trim_end().to_owned()))
        };
    }
    if let Some(missing) = text.lines().find(|line| line.contains("not found")) {
        return Err(failed(missing.trim().to_owned()));
    }
    Ok(text.lines().filter_map(place).map(|place| Entry::program(place, Path::new(place))).collect())
}

/// The file in a line of ldd: `NAME => FILE (ADDRESS)`, or `FILE (ADDRESS)` for the loader itself.
fn place(line: &str) -> Option<&str> {
    let file = line.split_once("=> ").map_or(line, |(_, file)| file);
    file.split_whitespace().next().filter(|file| file.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_ldd_name_files_but_for_the_kernels_own() {
        assert_eq!(place("\tlinux-vdso.so.1 (0x00007ffd)"), None);
        assert_eq!(place("\tlibc.so.6 => /lib/libc.so.6 (0x00007f)"), Some("/lib/libc.so.6"));
        assert_eq!(place("\t/lib64/ld-linux-x86-64.so.2 (0x00007f)"), Some("/lib64/ld-linux-x86-64.so.2"));
    }
}
