//! The handling around every request: its id, log line, metrics and problem body.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{
        HeaderValue, Method,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use hello_shared::Problem;
use tracing::{Instrument, field};

#[cfg(feature = "otel")]
use crate::otel;
use crate::{
    AppState,
    error::Cause,
    headers::{add_security_headers, id, request_id_text, set_request_id},
    trace,
};

/// The status that is counted when the client has disconnected. HTTP has none for it; proxies use this number.
const CLIENT_CLOSED: u16 = 499;

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

/// The data that is logged about a request, however it ends.
struct RequestRecord {
    state: AppState,
    started: Instant,
    id: HeaderValue,
    trace: Option<String>,
    parent: Option<String>,
    method: Method,
    path: String,
    route: Option<MatchedPath>,
    has_ended: bool,
}

impl RequestRecord {
    fn of(state: &AppState, request: &Request) -> Self {
        let parent = trace::parent(request.headers()).map(|(t, p)| (t.to_owned(), p.to_owned()));
        let (trace, parent) = parent.unzip();
        Self {
            state: state.clone(),
            started: Instant::now(),
            id: id(request.headers()),
            trace,
            parent,
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            has_ended: false,
        }
    }

    fn route(&self) -> Option<&str> {
        self.route.as_ref().map(MatchedPath::as_str)
    }

    fn fail(&self, cause: &str) {
        tracing::error!(
            request.id = request_id_text(&self.id),
            trace.id = self.trace,
            error = cause,
            "the service failed"
        );
    }

    fn end(&mut self, status: u16, how: &'static str) {
        self.has_ended = true;
        let took = self.started.elapsed();
        self.state.metrics().count_response(name(&self.method), self.route(), status, took);
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    request.id = request_id_text(&self.id),
                    trace.id = self.trace,
                    trace.parent = self.parent,
                    http.method = self.method.as_str(),
                    http.path = self.path,
                    http.route = self.route(),
                    http.status = status,
                    duration_ms = took.as_secs_f64() * 1000.0,
                    "{how}",
                )
            };
        }
        // Successful probes are frequent and carry no information.
        if is_probe(&self.path) && status == 200 {
            log!(debug);
        } else {
            log!(info);
        }
    }
}

impl Drop for RequestRecord {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(CLIENT_CLOSED, "the caller has left");
        }
    }
}

/// Reports whether a path is a probe.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Returns the name of a method. Rare methods share one name, so that clients cannot make the metrics grow.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
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
