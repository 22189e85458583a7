//! The program `signet`.

use clap::Parser;
use signet_inspector::cli::Cli;
use signet_inspector::{Exit, commands, output};

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
