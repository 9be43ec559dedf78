//! The response to a list: bytes that all requests for the same list share, page by page for a long list.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header::ETAG},
    response::{IntoResponse, Response},
};
use futures::{future::Either, stream};

use crate::{
    AppState, accept, admission,
    error::ApiError,
    etag, headers as common, json,
    limits::Room,
    listing::{ListPage, Listing},
    params,
    store::Query,
};

/// How many seconds a list waits for room in memory.
const LIST_SECONDS: u32 = 3;

/// How many seconds a further page of a list waits for room: longer than a client may leave a response unread.
const PAGE_SECONDS: u32 = 20;

/// Returns the cached response to a list, if there is one and the client may have it.
pub(crate) fn cached_response<B>(state: &AppState, request: &Request<B>, now: Instant) -> Option<Response> {
    if request.method() != Method::GET || !matches!(request.uri().path(), "/trucks" | "/trucks/") {
        return None;
    }
    // With CORS, every response has headers that the router's layers add.
    if !state.options().cors_origins.is_empty() {
        return None;
    }
    let query = request.uri().query().unwrap_or_default();
    let respond_with = |listing: &Listing| {
        let can_answer = listing.rest.is_none() && accept::takes(request.headers(), accept::JSON);
        let answer = (can_answer && admission::authorize(state, request).is_ok())
            .then(|| answer(listing, state, None, request.headers()).ok())??;
        // Counted last, and only if it is answered here. The router makes and counts refusals.
        admission::count_request(state, request).is_ok().then_some(answer)
    };
    state.listings().ready(state.store().revision(now)?, query, respond_with)?
}

/// Returns the response to the list that the query of the URL asks for.
pub(super) async fn respond(
    state: &AppState,
    client: Option<IpAddr>,
    raw: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let revision = || state.store().revision(Instant::now());
    let respond_with = |listing: &Listing| answer(listing, state, client, headers);
    let ready = || revision().and_then(|revision| state.listings().ready(revision, raw, respond_with));
    if let Some(ready) = ready() {
        return ready;
    }
    let query = params::read(raw)?;
    let room = match ready_or_room(state, client, max_rows(&query), LIST_SECONDS, ready).await? {
        Either::Left(ready) => return ready,
        Either::Right(room) => room,
    };
    let make = async || Listing::read(state.store(), raw, query, room).await;
    let listing = match revision() {
        Some(revision) => state.listings().get(revision, raw, make).await?,
        // Writes of other replicas may be unknown here, so the list is not cached.
        None => Arc::new(make().await?),
    };
    answer(&listing, state, client, headers)
}

/// Returns the response of a list to a request with these headers.
fn answer(
    listing: &Listing,
    state: &AppState,
    client: Option<IpAddr>,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    if !etag::is_wanted(headers, &listing.etag) {
        return Err(ApiError::OtherFleet);
    }
    if listing.rest.is_none() && etag::is_known(headers, &listing.etag) {
        let mut response = (StatusCode::NOT_MODIFIED, [(ETAG, listing.etag.clone())]).into_response();
        common::add_security_headers(response.headers_mut());
        return Ok(response);
    }
    let body = match &listing.rest {
        None => Body::from(listing.body.clone()),
        Some(rest) => stream_list(state.clone(), client, &listing.body, rest.clone()),
    };
    let mut response = Response::new(body);
    response.headers_mut().clone_from(&listing.head);
    Ok(response)
}

/// Streams a long list page by page, as fast as the client reads it. The first page is already in memory.
///
/// A truck that exists throughout and does not change appears once. If the store becomes unavailable, or there is no
/// room in memory for long, the response is cut off, so that a client never mistakes a part for the whole list.
fn stream_list(state: AppState, client: Option<IpAddr>, first: &Bytes, rest: Query) -> Body {
    let open = first.slice(..first.len().saturating_sub(1));
    let pages = stream::try_unfold(Some(rest), move |rest| {
        let state = state.clone();
        async move {
            let Some(query) = rest else { return Ok::<_, ApiError>(None) };
            let page = read_page(&state, client, query).await?;
            Ok(Some((page.rows, page.rest)))
        }
    });
    Body::from_stream(futures::StreamExt::chain(stream::iter([Ok(open)]), pages))
}

/// Returns a further page, which concurrent requests for it share.
async fn read_page(state: &AppState, client: Option<IpAddr>, query: Query) -> Result<ListPage, ApiError> {
    let key = format!("{query:?}");
    let revision = || state.store().revision(Instant::now());
    let ready = || revision().and_then(|revision| state.pages().ready(revision, &key, ListPage::clone));
    let room = match ready_or_room(state, client, max_rows(&query), PAGE_SECONDS, ready).await? {
        Either::Left(page) => return Ok(page),
        Either::Right(room) => room,
    };
    let make = async || ListPage::read(state.store(), state.page_reads(), query, room).await;
    match revision() {
        Some(revision) => state.pages().get(revision, &key, make).await.map(|page| ListPage::clone(&page)),
        None => make().await,
    }
}

fn max_rows(query: &Query) -> usize {
    query.limit.unwrap_or(params::PAGE_LIMIT) as usize
}

/// Returns the cached result, or else room to create it for this many trucks.
///
/// Room is reserved before other requests wait for the result, so that a client without room does not block them.
async fn ready_or_room<T>(
    state: &AppState,
    client: Option<IpAddr>,
    rows: usize,
    seconds: u32,
    ready: impl Fn() -> Option<T>,
) -> Result<Either<T, Room>, ApiError> {
    for _ in 0..seconds {
        if let Some(ready) = ready() {
            return Ok(Either::Left(ready));
        }
        let room = state.unsent().reserve(client, json::max_size_of_rows(rows), Duration::from_secs(1)).await;
        if let Some(room) = room {
            return Ok(Either::Right(room));
        }
    }
    Err(ApiError::Busy)
}
