//! Who is let in: how many at a time, how often, with which token and for how long.
//!
//! What a request asks for never matters here, beyond whether it writes.

pub(crate) mod client;
mod head;
mod hosts;
mod rate;
mod shares;
mod tokens;
mod unsent;

use std::{num::NonZeroU32, time::Duration};

use axum::{
    extract::{Request, State},
    http::{
        Method,
        header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use ipnet::IpNet;
use tokio::time;

pub(crate) use self::{
    client::Client,
    head::{BadHead, check as check_head, refuse},
    rate::{Rate, rate_limit_key},
    shares::{Permit, Shares},
    unsent::{Room, Unsent},
};
pub use self::{
    client::ClientAddr,
    hosts::{AllowedHosts, BadHostName, ForeignRequest, HostName},
    tokens::{BadTokens, Tokens},
};
use self::{client::client, tokens::Access};
use crate::{AppState, error::ApiError, requests};

/// Up to how many bytes a body is small: as many of those as there may be requests are in memory at the same time.
const SMALL_BODY: usize = 16 * 1024;

/// How many larger bodies are in memory at the same time; read, a list of trucks takes ten times its size.
pub(crate) const LARGE_BODIES: usize = 8;

/// How long a large body waits for a place.
const LARGE_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Says how much one client, and all together, may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest body that is read, in bytes.
    pub body: usize,
    /// How long the head of a request may take: whoever sends it letter by letter is let go.
    pub head: Duration,
    /// How long a connection may stay without a byte in either direction.
    pub idle: Duration,
    /// How long a request may take, from its head to the head of its answer.
    pub time: Duration,
    /// How many requests are worked on at the same time.
    pub requests: usize,
    /// How many connections are open at the same time.
    pub connections: usize,
    /// How many callers follow the events at the same time.
    pub listeners: usize,
    /// How many requests a client may send in a second; `None` when any number.
    pub rate: Option<NonZeroU32>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// How many bytes of responses may be in memory because they are not written yet. Small responses are not counted.
    pub unsent: usize,
    /// How fast a body must come, and a response be taken, while it is waited for: in bytes a second.
    pub min_rate: u32,
    /// How far behind [`Limits::min_rate`] a body may be.
    pub body_grace: Duration,
    /// How far behind [`Limits::min_rate`] a response may be.
    pub response_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            head: Duration::from_secs(10),
            // Longer than the minute that load balancers keep theirs, unless told otherwise.
            idle: Duration::from_secs(75),
            time: Duration::from_secs(15),
            requests: 512,
            connections: 1024,
            listeners: 256,
            rate: None,
            trusted_proxies: Vec::new(),
            unsent: 64 * 1024 * 1024,
            min_rate: 1024,
            body_grace: Duration::from_secs(5),
            response_grace: Duration::from_secs(10),
        }
    }
}

/// Lets a request in, or answers it here. What probes ask is always let in.
pub(crate) async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if requests::is_probe(request.uri().path()) {
        return next.run(request).await;
    }
    let Client(client) = Client::of(request.extensions(), request.headers(), &state.limits().trusted_proxies);
    let Some(_place) = state.places().try_acquire(client) else { return ApiError::Busy.into_response() };
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

/// Says whether a request has a body of some size, or of one that is not known.
fn is_large(request: &Request) -> bool {
    match body_length(request) {
        Some(length) => length > SMALL_BODY as u64,
        None => request.headers().contains_key(TRANSFER_ENCODING),
    }
}

/// Returns the length of the body as the head says it. What is no number is too large for one.
fn body_length(request: &Request) -> Option<u64> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    Some(length.to_str().ok().and_then(|length| length.parse().ok()).unwrap_or(u64::MAX))
}

/// Says whether the client may ask this, now.
fn checked(state: &AppState, request: &Request) -> Result<(), ApiError> {
    // First, so that tokens cannot be tried out fast.
    counted(state, request)?;
    may(state, request)?;
    // A client that expects to be told to go on (100) is told at once that the body is too large.
    let limit = state.limits().body;
    if body_length(request).is_some_and(|length| length > limit as u64) {
        return Err(ApiError::TooLarge(limit));
    }
    Ok(())
}

/// Counts a request, unless the client asks too often.
pub(crate) fn counted<B>(state: &AppState, request: &http::Request<B>) -> Result<(), ApiError> {
    match state.rate() {
        Some(rate) => {
            let client = client(request.extensions(), request.headers(), &state.limits().trusted_proxies);
            rate.take(client).map_err(ApiError::TooMany)
        }
        None => Ok(()),
    }
}

/// Says whether the client may ask this at all.
pub(crate) fn may<B>(state: &AppState, request: &http::Request<B>) -> Result<(), ApiError> {
    let open = ["/docs", "/openapi.json"].iter().any(|open| request.uri().path().starts_with(open));
    if open {
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
