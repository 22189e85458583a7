//! Makes the image of the webhook: its static program, alone.
//!
//! ```sh
//! make image
//! ```

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use signet_tests::image::{Compression, Entry, Image, libraries};
use signet_tests::testbed::Failure;

/// The user of the chart's pods; one that no file belongs to.
const NOBODY: u32 = 65_532;
const PROGRAM: &str = "/signet-webhook";
/// As the chart names it.
const REFERENCE: &str = concat!("signet-webhook:", env!("CARGO_PKG_VERSION"));

/// Writes an image that `docker load`, `podman load` and `ctr images import` take.
#[derive(Parser)]
struct Arguments {
    /// The program, static
    program: PathBuf,
    /// The file to write
    image: PathBuf,
}

fn main() -> ExitCode {
    let Arguments { program, image } = Arguments::parse();
    match make(&program, &image) {
        Ok(bytes) => {
            #[expect(clippy::cast_precision_loss, reason = "a size for people")]
            let megabytes = bytes as f64 / 1e6;
            println!("{} has {REFERENCE}, {megabytes:.1} MB", image.display());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("image: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Makes it and says how large it is, in bytes.
fn make(program: &Path, place: &Path) -> Result<u64, Failure> {
    if !libraries(program)?.is_empty() {
        return Err(Failure::Command {
            command: format!("ldd {}", program.display()),
            reason: "it needs shared libraries, which the image has none of; build it for musl".to_owned(),
        });
    }
    let image = Image::new(REFERENCE, &[PROGRAM]).user(NOBODY).with([Entry::program(PROGRAM, program)]);
    image.write(place, Compression::Gzip)?;
    std::fs::metadata(place).map(|file| file.len()).map_err(Failure::file(place))
}
