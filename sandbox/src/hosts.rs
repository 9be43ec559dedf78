//! Accepts only requests that name this machine as host and come from pages that this machine serves.
//!
//! A browser lets a page of any site send requests to loopback, and lets a page read the responses of its own host. A
//! foreign host name that resolves to this machine (DNS rebinding) is therefore refused, as is a foreign origin.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hello_server::{AllowedHosts, ForeignRequest};
use http::{HeaderMap, HeaderName, StatusCode, header};

/// Runs before every route.
pub(crate) async fn local_only(request: Request, next: Next) -> Response {
    match check(&request) {
        Ok(()) => next.run(request).await,
        Err(ForeignRequest::Host) => refuse(StatusCode::MISDIRECTED_REQUEST, "another host"),
        Err(ForeignRequest::Origin) => refuse(StatusCode::FORBIDDEN, "a page of another site"),
    }
}

fn check(request: &Request) -> Result<(), ForeignRequest> {
    let allowed = AllowedHosts::loopback();
    // A request target in absolute form names the host a second time.
    allowed.check(request.uri().authority().map(http::uri::Authority::as_str), None)?;
    for host in texts(request.headers(), &header::HOST) {
        allowed.check(Some(host), None)?;
    }
    for origin in texts(request.headers(), &header::ORIGIN) {
        allowed.check(None, Some(origin))?;
    }
    Ok(())
}

/// Returns every value of a header. A value that is not text becomes an empty one, which is never allowed.
fn texts<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default())
}

fn refuse(status: StatusCode, what: &str) -> Response {
    let why = format!(
        "this request is for or from {what}: the sandbox answers for localhost, *.localhost and loopback addresses\n"
    );
    (status, why).into_response()
}
