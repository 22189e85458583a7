//! What is written to stderr. Names, states and words only: no body, no value, no PEM.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// What the client logs itself Signet says too, in its own words; it also warns of refusals that are expected.
const DEFAULT: &str = "info,kube_client=off,kube_runtime=off";

/// Begins logging: level by `RUST_LOG`, `info` by default.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let subscriber = subscriber.with_ansi(std::io::stderr().is_terminal());
    // It fails where one is set already, which then goes on.
    let _ = match format {
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
        LogFormat::Text => subscriber.try_init(),
    };
}
