//! Files named on the command line; `-` is standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use signet_certs::Limits;
use zeroize::Zeroizing;

use crate::Failure;

/// Reads a whole file, and never more than the limit into memory. What was read may hold a private
/// key, so it is overwritten when it is dropped.
pub fn read(name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let limit = Limits::default().bytes;
    let read = if name == "-" {
        read_whole(io::stdin().lock(), FIRST_READ, limit)
    } else {
        let file = open(name)?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        read_whole(file, usize::try_from(size).unwrap_or(limit).saturating_add(1), limit)
    };
    let bytes = read.map_err(|error| unreadable(name, &error))?;
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

/// Room for what comes from a pipe, whose length nobody knows.
const FIRST_READ: usize = 64 << 10;

/// Everything up to one byte over the limit, which tells an input of just the limit from a larger one.
/// A vector that grows by itself would leave what it held behind as it is, so it grows here.
fn read_whole(source: impl Read, expected: usize, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let most = limit + 1;
    let mut source = source.take(most as u64);
    let mut bytes = Zeroizing::new(vec![0; expected.clamp(1, most)]);
    let mut length = 0;
    loop {
        if length == bytes.len() {
            if length == most {
                break;
            }
            let mut larger = Zeroizing::new(Vec::with_capacity(most.min(2 * length)));
            larger.extend_from_slice(&bytes);
            larger.resize(most.min(2 * length), 0);
            bytes = larger;
        }
        match source.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
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
