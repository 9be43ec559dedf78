//! The handling around every request: its id, log line, metrics and problem body.

mod record;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use hello_shared::Problem;
use tracing::{Instrument, field};

use self::record::RequestRecord;
#[cfg(feature = "otel")]
use crate::otel;
use crate::{
    AppState,
    error::Cause,
    headers::{add_security_headers, request_id_text, set_request_id},
};

/// Answers a request, sets its id on the response, and writes its log line.
pub(crate) async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut record = RequestRecord::of(&state, &request);
    // The span is for log lines inside it. Its level is rarely enabled: a span costs as much as the log line of a
    // request.
    let span = tracing::debug_span!(
        "request",
        request.id = request_id_text(&record.id),
        trace.id = record.trace,
        otel.name = field::Empty,
        otel.kind = field::Empty
    );
    #[cfg(feature = "otel")]
    otel::begin(&span, request.headers(), &record.method, record.route(), &record.path);
    let _in_progress = state.metrics().begin();

    let mut response = next.run(request).instrument(span.clone()).await;

    let status = response.status().as_u16();
    #[cfg(feature = "otel")]
    otel::end(&span, status);
    write_problem(&mut response, request_id_text(&record.id));
    if let Some(Cause(cause)) = response.extensions_mut().remove() {
        record.fail(&cause);
    }
    record.end(status, "answered");
    add_security_headers(response.headers_mut());
    set_request_id(&mut response, record.id.clone());
    response
}

/// Reports whether a path is a probe.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

fn write_problem(response: &mut Response, request_id: &str) {
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return };
    problem.request_id = Some(request_id.to_owned());
    // Serialization cannot fail: a problem has only texts and numbers.
    let document = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE));
    *response.body_mut() = Body::from(document);
}
