//! The headers of every response: the id of its request, and the security headers.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The maximum length of a request id from a client, in bytes.
const REQUEST_ID_LIMIT: usize = 64;

/// The security headers of every response, unless a route sets them itself.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    // Every response may be cached, but must be revalidated with its ETag.
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// Adds the security headers that are not set yet.
pub(crate) fn add_security_headers(headers: &mut HeaderMap) {
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
}

/// Reserves the header for the request id, which is not known yet.
pub(crate) fn reserve_request_id(headers: &mut HeaderMap) {
    headers.insert(REQUEST_ID, HeaderValue::from_static("none"));
}

/// Sets the id of the request.
pub(crate) fn set_request_id(response: &mut Response, id: HeaderValue) {
    response.headers_mut().insert(REQUEST_ID, id);
}

/// Returns the client's request id if it is short and plain, so that one id identifies a request in all logs.
pub(crate) fn id(headers: &HeaderMap) -> HeaderValue {
    let plain = |id: &&HeaderValue| {
        (1..=REQUEST_ID_LIMIT).contains(&id.len())
            && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(b))
    };
    headers.get(REQUEST_ID).filter(plain).cloned().unwrap_or_else(new_id)
}

/// Returns an id as it is logged.
pub(crate) fn request_id_text(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or_default()
}

/// Returns a random id. A time-based one would make all threads wait for each other.
fn new_id() -> HeaderValue {
    let id = Uuid::new_v4();
    let id = id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned();
    // Digits and hyphens always form a valid header value.
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}
