//! Traces for a collector (OpenTelemetry over HTTP); compiled with the feature `otel` only.
//!
//! OpenTelemetry's own environment variables set the endpoint, the interval and the sampling of traces. Logging does
//! not belong here.

use std::{env, time::Duration};

use axum::http::{HeaderMap, HeaderName, Method};
use opentelemetry::{
    propagation::{Extractor, TextMapPropagator},
    trace::{Status, TracerProvider},
};
use opentelemetry_otlp::{
    ExporterBuildError, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, SpanExporter,
};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

const SERVICE: &str = "hello-server";

/// The timeout for sending the last spans to the collector.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends the spans of requests to a collector.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts to send spans; `None` if no collector is configured.
    pub(crate) fn start() -> Result<Option<Self>, ExporterBuildError> {
        let named = [OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
        if !named {
            return Ok(None);
        }
        let exporter = SpanExporter::builder().with_http().build()?;
        let name = env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| SERVICE.to_owned());
        let resource = Resource::builder().with_service_name(name).build();
        let sender = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter);
        Ok(Some(Self(sender.build())))
    }

    /// Returns the layer that receives spans, independent of the log filter.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let spans = tracing_opentelemetry::layer().with_tracer(self.0.tracer(SERVICE));
        // Log lines inside a span belong to the log, and spans of libraries are not sent.
        spans.with_filter(filter_fn(|told| told.is_span() && told.target().starts_with("hello_server")))
    }

    /// Sends the remaining spans.
    pub(crate) async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(SHUTDOWN_TIMEOUT)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(error = error.to_string(), "the last traces were not sent");
        }
    }
}

/// Makes a span part of the client's trace, and sets its attributes.
pub(crate) fn begin(span: &Span, headers: &HeaderMap, method: &Method, route: Option<&str>, path: &str) {
    // This fails if no layer receives spans, because no collector is configured.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&Headers(headers)));
    span.record("otel.kind", "server");
    span.record("otel.name", format!("{method} {}", route.unwrap_or_default()).trim_end());
    span.set_attribute("http.request.method", method.to_string());
    span.set_attribute("url.path", path.to_owned());
    if let Some(route) = route {
        span.set_attribute("http.route", route.to_owned());
    }
}

/// Records the status of the response.
pub(crate) fn end(span: &Span, status: u16) {
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
