//! Where log lines go: to stdout, one JSON object a line. With the feature `otel`, spans go to a collector beside it.

use tracing_subscriber::EnvFilter;

use super::Failure;
#[cfg(feature = "otel")]
use crate::otel::Traces;

/// A log that was started.
pub(super) struct Log {
    #[cfg(feature = "otel")]
    traces: Option<Traces>,
}

/// Starts the log, of what the filter says.
#[cfg(not(feature = "otel"))]
#[expect(clippy::unnecessary_wraps, reason = "with a collector, it can fail")]
pub(super) fn start(filter: &str) -> Result<Log, Failure> {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(EnvFilter::new(filter))
        .init();
    Ok(Log {})
}

/// Starts the log, of what the filter says, and the traces when a collector is named.
#[cfg(feature = "otel")]
pub(super) fn start(filter: &str) -> Result<Log, Failure> {
    use tracing_subscriber::{Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

    let traces = Traces::start().map_err(Failure::Traces)?;
    let lines = fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false);
    tracing_subscriber::registry()
        .with(lines.with_filter(EnvFilter::new(filter)))
        .with(traces.as_ref().map(Traces::layer))
        .init();
    Ok(Log { traces })
}

impl Log {
    /// Ends what is told beside the lines, which are written already.
    #[cfg_attr(not(feature = "otel"), expect(clippy::unused_async, reason = "a collector is waited for"))]
    pub(super) async fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.end().await;
        }
    }
}
