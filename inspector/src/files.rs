//! Files named on the command line; `-` is standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use signet_certs::Limits;

use crate::Failure;

/// Reads a whole file, and never more than the limit into memory.
pub fn read(name: &str) -> Result<Vec<u8>, Failure> {
    let limit = Limits::default().bytes;
    let mut bytes = Vec::new();
    // One byte more than the limit tells a file of just the limit from a larger one.
    let most = limit as u64 + 1;
    let read = if name == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        open(name)?.take(most).read_to_end(&mut bytes)
    };
    read.map_err(|error| unreadable(name, &error))?;
    match bytes.len() {
        0 => Err(Failure::unchecked(shown(name), "it is empty", "name a file that holds something")),
        length if length > limit => Err(Failure::unchecked(
            shown(name),
            format!("it is larger than the limit of {} MiB", limit >> 20),
            "split it, or cut out the part with the certificates",
        )),
        _ => Ok(bytes),
    }
}

/// A file's name as messages show it.
pub fn shown(name: &str) -> String {
    if name == "-" { "standard input".to_owned() } else { name.to_owned() }
}

/// Opens a file for reading line by line.
pub fn open(name: &str) -> Result<File, Failure> {
    if Path::new(name).is_dir() {
        return Err(Failure::unchecked(name, "it is a directory", "name the files in it"));
    }
    File::open(name).map_err(|error| unreadable(name, &error))
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    let (why, remedy) = match error.kind() {
        io::ErrorKind::NotFound => ("there is no such file".to_owned(), "check the path"),
        io::ErrorKind::PermissionDenied => ("permission denied".to_owned(), "make it readable for this user"),
        _ => (error.to_string(), "check the file"),
    };
    Failure::unchecked(shown(name), why, remedy)
}
