//! What happens around every request: its id, its line in the log, its place in the metrics, and its problem written out.
//!
//! A list that was prepared is answered here at once: that is almost every request, and costs less than a line of the
//! log would. It is counted like any other, and logged at `debug`.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, header,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use hello_shared::Problem;
use tracing::{Instrument, field};
use uuid::Uuid;

#[cfg(feature = "otel")]
use crate::otel;
use crate::{AppState, routes::fleet, trace};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken over from a caller, in bytes.
const REQUEST_ID_LIMIT: usize = 64;

/// Told to browsers with every answer, unless a route has said otherwise.
const SAFE: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    // Every answer may be kept, and must be asked for again with its ETag.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// Answers a request under its id, and writes one line about it.
pub(crate) async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (id, method) = (request_id(request.headers()), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    if let Some(mut response) = fleet::at_hand(&state, &request) {
        state.metrics().answered(name(&method), route, response.status().as_u16(), started.elapsed());
        tracing::debug!(request.id = id, http.route = route, "answered from what was prepared");
        finish(&mut response, id);
        return response;
    }
    let (trace, parent) = trace::parent(request.headers()).map(|(t, p)| (t.to_owned(), p.to_owned())).unzip();
    let span = tracing::info_span!(
        "request",
        request.id = id.as_str(),
        trace.id = trace,
        otel.name = field::Empty,
        otel.kind = field::Empty
    );
    let path = request.uri().path().to_owned();
    #[cfg(feature = "otel")]
    otel::begin(&span, request.headers(), &method, route, &path);
    let _under_way = state.metrics().begin();

    let mut response = next.run(request).instrument(span.clone()).await;

    let (took, status) = (started.elapsed(), response.status().as_u16());
    #[cfg(feature = "otel")]
    otel::end(&span, status);
    write_problem(&mut response, &id);
    state.metrics().answered(name(&method), route, status, took);
    tracing::info!(
        request.id = id.as_str(),
        trace.id = trace,
        trace.parent = parent,
        http.method = method.as_str(),
        http.path = path,
        http.route = route,
        http.status = status,
        duration_ms = took.as_secs_f64() * 1000.0,
        "answered",
    );
    finish(&mut response, id);
    response
}

/// Adds what every answer has.
fn finish(response: &mut Response, id: String) {
    let headers = response.headers_mut();
    headers.reserve(SAFE.len() + 1);
    for (name, value) in SAFE {
        headers.entry(name).or_insert(value);
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// Returns the name of a method; those that nobody uses count as one, so that callers cannot make the metrics grow.
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

/// Takes over the caller's id when it is short and plain, so that one id follows a request through all logs.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=REQUEST_ID_LIMIT).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(plain);
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn write_problem(response: &mut Response, request_id: &str) {
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return };
    problem.request_id = Some(request_id.to_owned());
    // A problem is made of text and numbers, which always become JSON.
    let document = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE));
    *response.body_mut() = Body::from(document);
}
