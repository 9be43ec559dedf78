//! Who is let in: how many at a time, how often, with which token and for how long.
//!
//! What a request asks for never matters here, beyond whether it writes.

pub(crate) mod client;
mod head;
mod hosts;
mod rate;
mod tokens;

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

pub use self::{
    client::ClientAddr,
    hosts::{AllowedHosts, BadHostName, ForeignRequest, HostName},
    tokens::{BadTokens, Tokens},
};
use self::{client::client, tokens::Access};
pub(crate) use self::{
    head::{BadHead, check as check_head, refuse},
    rate::Rate,
};
use crate::{AppState, error::ApiError, requests};

/// Up to how many bytes a body is small: as many of those as there may be requests are in memory at the same time.
const SMALL_BODY: usize = 16 * 1024;

/// How many larger bodies are in memory at the same time; read, a list of trucks takes ten times its size.
pub(crate) const LARGE_BODIES: usize = 8;

/// How long a large body waits for a place.
const PATIENCE: Duration = Duration::from_secs(2);

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
        }
    }
}

/// Lets a request in, or answers it here. What probes ask is always let in.
pub(crate) async fn admit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if requests::is_probe(request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(_place) = state.places().try_acquire() else { return ApiError::Busy.into_response() };
    if let Err(refusal) = checked(&state, &request) {
        return refusal.into_response();
    }
    let _large = if is_large(&request) {
        match time::timeout(PATIENCE, state.large_bodies().acquire()).await {
            Ok(place) => place.ok(),
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
    match request.headers().get(CONTENT_LENGTH) {
        Some(length) => length
            .to_str()
            .ok()
            .and_then(|length| length.parse().ok())
            .is_none_or(|length: usize| length > SMALL_BODY),
        None => request.headers().contains_key(TRANSFER_ENCODING),
    }
}

/// Says whether the client may ask this, now.
fn checked<B>(state: &AppState, request: &http::Request<B>) -> Result<(), ApiError> {
    // First, so that tokens cannot be tried out fast.
    counted(state, request)?;
    may(state, request)
}

/// Counts a request, unless the client asks too often.
pub(crate) fn counted<B>(state: &AppState, request: &http::Request<B>) -> Result<(), ApiError> {
    match state.rate() {
        Some(rate) => rate.take(client(request, &state.limits().trusted_proxies)).map_err(ApiError::TooMany),
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
