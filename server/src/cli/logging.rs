//! The log: one JSON object per line on stdout. With the feature `otel`, spans also go to a collector.

use tracing_subscriber::EnvFilter;

use super::Failure;
#[cfg(feature = "otel")]
use crate::otel::Traces;

/// A running log.
pub(super) struct Log {
    #[cfg(feature = "otel")]
    traces: Option<Traces>,
}

/// Starts the log with this filter.
#[cfg(not(feature = "otel"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature `otel`, it can fail")]
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

/// Starts the log with this filter, and the traces if a collector is configured.
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
    /// Sends the remaining traces. Log lines are already written.
    #[cfg_attr(
        not(feature = "otel"),
        expect(clippy::unused_async, reason = "with `otel`, it awaits a collector")
    )]
    pub(super) async fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.end().await;
        }
    }
}
