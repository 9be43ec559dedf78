//! Where log lines go: to stdout, one JSON object a line.

use tracing_subscriber::EnvFilter;

/// Starts the log. `RUST_LOG` says what is logged; without it, all that is of `info` or worse.
pub(super) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .init();
}
