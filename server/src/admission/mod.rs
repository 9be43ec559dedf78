//! Admission control: the number of concurrent requests, the rate limit, tokens and the request timeout.
//!
//! What a request asks for does not matter here, except whether it writes.

mod head;

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{
        Method,
        header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time;

pub(crate) use self::head::{BadHead, check as check_head, refuse};
use crate::{
    AppState,
    client::{Client, client},
    error::ApiError,
    requests,
    tokens::Access,
};

/// The maximum size of a small body, in bytes. Every concurrent request may have one in memory.
const SMALL_BODY: usize = 16 * 1024;

/// How long a large body waits for a permit.
const LARGE_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Admits a request, or refuses it. Probes are always admitted.
pub(crate) async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if requests::is_probe(request.uri().path()) {
        return next.run(request).await;
    }
    let Client(client) = Client::of(request.extensions(), request.headers(), &state.limits().trusted_proxies);
    let Some(_place) = state.permits().try_acquire(client) else { return ApiError::Busy.into_response() };
    if let Err(refusal) = checked(&state, &request) {
        return refusal.into_response();
    }
    let _large = if is_large(&request) {
        match time::timeout(LARGE_BODY_TIMEOUT, state.large_bodies().acquire(client, 1)).await {
            Ok(place) => place,
            Err(_) => return ApiError::Busy.into_response(),
        }
    } else {
        None
    };
    match time::timeout(state.limits().time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::TooSlow.into_response(),
    }
}

/// Reports whether a request has a large body, or one of unknown size.
fn is_large(request: &Request) -> bool {
    match body_length(request) {
        Some(length) => length > SMALL_BODY as u64,
        None => request.headers().contains_key(TRANSFER_ENCODING),
    }
}

/// Returns the length of the body that the head states. A value that is not a number counts as too large.
fn body_length(request: &Request) -> Option<u64> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    Some(length.to_str().ok().and_then(|length| length.parse().ok()).unwrap_or(u64::MAX))
}

/// Checks whether the client may send this request now.
fn checked(state: &AppState, request: &Request) -> Result<(), ApiError> {
    // Counted first, so that tokens cannot be tried quickly.
    count_request(state, request)?;
    authorize(state, request)?;
    // A client that sends `Expect: 100-continue` learns at once that its body is too large.
    let limit = state.limits().body;
    if body_length(request).is_some_and(|length| length > limit as u64) {
        return Err(ApiError::TooLarge(limit));
    }
    Ok(())
}

/// Counts a request, or refuses it if the client exceeds the rate limit.
pub(crate) fn count_request<B>(state: &AppState, request: &http::Request<B>) -> Result<(), ApiError> {
    match state.rate() {
        Some(rate) => {
            let client = client(request.extensions(), request.headers(), &state.limits().trusted_proxies);
            rate.take(client).map_err(ApiError::TooMany)
        }
        None => Ok(()),
    }
}

/// Checks whether the client may send this request at all.
pub(crate) fn authorize<B>(state: &AppState, request: &http::Request<B>) -> Result<(), ApiError> {
    let path = request.uri().path();
    if path == "/" || ["/docs", "/openapi.json"].iter().any(|open| path.starts_with(open)) {
        return Ok(());
    }
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let wanted = if writes { Access::Write } else { Access::Read };
    let tokens = state.tokens();
    if !tokens.guard(wanted) {
        return Ok(());
    }
    let sent = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent
        .and_then(|sent| sent.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match token.and_then(|(_, token)| tokens.access(token.trim())) {
        Some(access) if access >= wanted => Ok(()),
        Some(_) => Err(ApiError::Forbidden),
        None => Err(ApiError::Unauthorized),
    }
}
