//! What is written to stderr. Names, states and words only: no body, no value, no PEM.

use std::io::{self, IsTerminal as _};

use tracing::Metadata;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::LogFormat;

const DEFAULT: &str = "info,kube_runtime=off";

/// Begins logging: level by `RUST_LOG`, `info` by default.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let layer = match format {
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
        LogFormat::Text => layer.boxed(),
    };
    let layer = layer.with_filter(filter.and(filter_fn(holds_no_body)));
    // It fails where one is set already, which then goes on.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

/// The client writes whole answers that it cannot read into its log, and a Secret can be among them. What
/// matters of them Signet says too, in its own words.
fn holds_no_body(metadata: &Metadata<'_>) -> bool {
    !metadata.target().starts_with("kube_client")
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::filter_fn;
    use tracing_subscriber::prelude::*;

    use super::holds_no_body;

    #[test]
    fn what_the_client_logs_is_never_shown() {
        let layer = tracing_subscriber::fmt::layer().with_filter(filter_fn(holds_no_body));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            assert!(tracing::enabled!(target: "signet_webhook::state", tracing::Level::DEBUG));
            assert!(!tracing::enabled!(target: "kube_client::client", tracing::Level::ERROR));
        });
    }
}
