//! The stream of events about trucks.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures::{Stream, stream};
use tokio::sync::watch;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::refusals;
use crate::{
    AppState, accept,
    client::Client,
    error::ApiError,
    error_chain::error_chain,
    limits::Permit,
    store::{Event, Revision, StoreError},
};

/// How many events are read at a time.
const PAGE: u32 = 200;

/// The interval of heartbeats on a silent stream.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(follow_trucks))
}

/// Follows what happens to the fleet: `created`, `changed` and `removed`, each with the truck.
///
/// The id of an event is its number. A client that reconnects with the last id in Last-Event-ID receives all events
/// since then. If these are no longer kept, the first event is `reset`: read the fleet again.
#[utoipa::path(
    get,
    path = "/trucks/events",
    tag = "trucks",
    params(
        ("Last-Event-ID" = Option<u64>, Header, nullable = false, description = "the id of the last event that the client received"),
    ),
    responses(
        (status = OK, body = String, content_type = "text/event-stream", description = "The events."),
        (status = BAD_REQUEST, body = hello_shared::Problem, content_type = "application/problem+json", description = "Last-Event-ID is no number."),
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn follow_trucks(
    State(state): State<AppState>,
    Client(client): Client,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if !accept::takes(&headers, accept::EVENTS) {
        return Err(ApiError::NotAcceptable("text/event-stream"));
    }
    // Subscribed before anything is read, so that no later event is missed.
    let revisions = state.store().subscribe();
    let epoch = revisions.borrow().point().epoch;
    let permit = state.event_streams().try_acquire(client).ok_or(ApiError::Busy)?;
    let newest = state.store().reach().await?;
    let last = match headers.get("last-event-id") {
        None => newest,
        Some(given) => given.to_str().ok().and_then(|text| text.trim().parse().ok()).ok_or_else(|| {
            ApiError::Malformed("Last-Event-ID must be the id of an event, which is a number".to_owned())
        })?,
    };
    // More often than the idle timeout of a connection.
    let heartbeat = HEARTBEAT.min(state.limits().idle / 2);
    let stream = EventStream {
        state: state.clone(),
        revisions,
        epoch,
        ended: state.draining(),
        last,
        newest,
        read: Arc::default(),
        sent: 0,
        _permit: permit,
    };
    let keep_alive = KeepAlive::new().interval(heartbeat);
    let mut response = Sse::new(stream.events()).keep_alive(keep_alive).into_response();
    response.extensions_mut().insert(Endless);
    Ok(response)
}

/// Marks an endless response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endless;

/// The event stream of one client, and its position.
struct EventStream {
    state: AppState,
    revisions: watch::Receiver<Revision>,
    epoch: u32,
    ended: watch::Receiver<bool>,
    last: u64,
    /// The newest event that this stream knows, at first the last one when the client connected.
    newest: u64,
    /// Events that all streams share, and how many of them this one has sent.
    read: Arc<Vec<Event>>,
    sent: usize,
    _permit: Permit,
}

impl EventStream {
    fn events(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        stream::unfold(self, |mut stream| async move {
            let event = stream.next().await?;
            Some((Ok(event), stream))
        })
    }

    /// Reads the events after number `last`.
    async fn after(&self, last: u64) -> Result<Arc<Vec<Event>>, StoreError> {
        let read = async || self.state.store().events_after(last, PAGE).await;
        match self.state.store().revision(Instant::now()) {
            Some(revision) => self.state.event_pages().get(revision, &last.to_string(), read).await,
            None => read().await.map(Arc::new),
        }
    }

    /// Returns the event that asks the client to read the fleet again, because missed events are no longer available.
    fn reset(&self) -> sse::Event {
        sse::Event::default().id(self.last.to_string()).event("reset").data("{}")
    }

    /// Waits for the next event. Returns `None` when the service ends or the store cannot be read. The client then
    /// reconnects and resumes where it was.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            // A client that comes from another fleet, or whose next event was deleted, starts again.
            let next = self.read.get(self.sent);
            let forgotten = next.is_some_and(|event| event.seq > self.last + 1);
            if forgotten || self.last > self.newest {
                self.last = next.map_or(self.newest, |event| event.seq - 1);
                return Some(self.reset());
            }
            if let Some(event) = next {
                self.sent += 1;
                self.last = event.seq;
                self.newest = self.newest.max(event.seq);
                let sent = sse::Event::default().id(event.seq.to_string()).event(event.kind.as_str());
                return Some(sent.data(&event.truck));
            }
            let now = self.revisions.borrow_and_update().point();
            if now.epoch != self.epoch {
                (self.epoch, self.last, self.newest) = (now.epoch, now.last, now.last);
                return Some(self.reset());
            }
            match self.after(self.last).await {
                Ok(events) => (self.read, self.sent) = (events, 0),
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "a stream of events ends");
                    return None;
                }
            }
            if self.read.is_empty() && self.last < self.newest {
                self.last = self.newest;
                return Some(self.reset());
            }
            if self.read.is_empty() {
                tokio::select! {
                    changed = self.revisions.changed() => changed.ok()?,
                    _ = self.ended.wait_for(|ended| *ended) => return None,
                }
            }
        }
    }
}
