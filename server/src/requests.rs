//! What happens around every request: its id, its line in the log, and its problem written out.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::Response,
};
use hello_shared::Problem;
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id that is taken over from a caller, in bytes.
const REQUEST_ID_LIMIT: usize = 64;

/// Answers a request under its id, and writes one line about it.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let span = tracing::info_span!("request", request.id = id.as_str());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());

    let mut response = next.run(request).instrument(span).await;

    write_problem(&mut response, &id);
    tracing::info!(
        request.id = id.as_str(),
        http.method = method.as_str(),
        http.path = path,
        http.route = route,
        http.status = response.status().as_u16(),
        duration_ms = started.elapsed().as_secs_f64() * 1000.0,
        "answered",
    );
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
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
