//! The program `signet`.

use clap::Parser;
use signet_inspector::cli::Cli;
use signet_inspector::{Exit, commands, output};

/// Each certificate that is read is two dozen small things: glibc takes a tenth longer to read it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Exit {
    // clap prints usage errors by itself and exits with 2, as documented.
    let cli = Cli::parse();
    match commands::run(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            if failure.exit != Exit::Ok {
                output::say(&failure.to_string());
            }
            failure.exit
        }
    }
}
