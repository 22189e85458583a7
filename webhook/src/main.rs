//! The program `signet-webhook`.

use std::process::ExitCode;

use clap::Parser as _;
use signet_webhook::{Clock, Config, Failure, log, program};

/// An admission makes a hundred small things and drops them; musl, which the image is built for, would do
/// that under one lock.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // clap prints usage errors by itself and exits with 2, as documented.
    let config = Config::parse();
    log::start(config.log_format);
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("signet-webhook: {failure}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(config: Config) -> Result<(), Failure> {
    // Whoever makes a TLS connection without saying with what gets this.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    program::run(config, Clock::System).await
}
