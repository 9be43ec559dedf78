//! Checks of a request head, before anything else of the request counts.

use axum::{
    extract::{Request, State},
    http::{
        HeaderValue, Method, Request as AnyRequest, Version,
        header::{HOST, ORIGIN},
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::count_request;
use crate::{
    AppState,
    error::ApiError,
    hosts::{AllowedHosts, ForeignRequest, host_of},
    requests,
};

/// The reason why a request is refused for its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadHead {
    /// There is no `Host` header, more than one, or one that names no host (RFC 9112, 3.2).
    Host,
    /// The host or the origin is not allowed.
    Foreign(ForeignRequest),
    /// The connection is reserved for probes, and no regular slot became free.
    NoSlot,
}

impl From<BadHead> for ApiError {
    fn from(bad: BadHead) -> Self {
        match bad {
            BadHead::Host => {
                Self::Malformed("a request must have one Host header, and it must name a host".to_owned())
            }
            BadHead::Foreign(foreign) => Self::Foreign(foreign),
            BadHead::NoSlot => Self::Busy,
        }
    }
}

/// Checks the host and the origin of a request that came over a connection.
pub(crate) fn check<B>(
    request: &AnyRequest<B>,
    hosts: &AllowedHosts,
    cors_origins: &[HeaderValue],
) -> Result<(), BadHead> {
    let mut values = request.headers().get_all(HOST).iter();
    let host = match (values.next(), values.next()) {
        (Some(host), None) => Some(host.to_str().map_err(|_| BadHead::Host)?),
        (None, _) if request.version() < Version::HTTP_11 => None,
        _ => return Err(BadHead::Host),
    };
    if host.is_some_and(|host| host_of(host).is_none()) {
        return Err(BadHead::Host);
    }
    // Load balancers send probes to an IP address.
    if requests::is_probe(request.uri().path()) && !hosts.is_loopback() {
        return Ok(());
    }
    let mut origins =
        request.headers().get_all(ORIGIN).iter().filter(|origin| !cors_origins.contains(origin));
    // A value that is not text counts as the opaque origin `null`.
    let origin = origins.next().map(|origin| origin.to_str().unwrap_or("null"));
    hosts.check(host, origin).map_err(BadHead::Foreign)?;
    // A target in absolute form names the host once more.
    let target = request.uri().authority().map(Authority::as_str);
    hosts.check(target, None).map_err(BadHead::Foreign)
}

/// Answers requests with a bad head, and counts preflight requests, which no inner layer sees.
pub(crate) async fn refuse(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if let Some(bad) = request.extensions().get::<BadHead>() {
        return ApiError::from(*bad).into_response();
    }
    // The CORS layer answers every OPTIONS request by itself.
    let is_preflight = request.method() == Method::OPTIONS && !state.options().cors_origins.is_empty();
    if is_preflight && let Err(refusal) = count_request(&state, &request) {
        return refusal.into_response();
    }
    next.run(request).await
}
