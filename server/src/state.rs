//! The state that handlers share.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use axum::http::HeaderValue;
use tokio::sync::{Semaphore, watch};

use crate::{
    hosts::AllowedHosts,
    limits::{LARGE_BODIES, Limits, Rate, Shares, Unsent},
    listing::{ListPage, Listing},
    metrics::Metrics,
    response_cache::ResponseCache,
    store::{Event, Store},
    tokens::Tokens,
};

/// How many pages of long lists are read at the same time.
const PAGE_READS: usize = 2;

/// Options of the service. By default, every client that can reach the service may use it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Limits per client and in total.
    pub limits: Limits,
    /// The tokens that allow reading and writing.
    pub tokens: Tokens,
    /// The origins whose pages may call from a browser.
    pub cors_origins: Vec<HeaderValue>,
    /// The hosts that a listener answers for; on a loopback address loopback hosts are added.
    pub allowed_hosts: AllowedHosts,
}

/// The state that handlers share. Clones share it too.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    listings: ResponseCache<Listing>,
    pages: ResponseCache<ListPage>,
    event_pages: ResponseCache<Vec<Event>>,
    metrics: Metrics,
    options: Options,
    tokens: ArcSwap<Tokens>,
    rate: Option<Rate>,
    permits: Arc<Shares>,
    large_bodies: Arc<Shares>,
    event_streams: Arc<Shares>,
    unsent: Unsent,
    page_reads: Semaphore,
    draining: watch::Sender<bool>,
}

impl AppState {
    /// Returns the state of a service with this store and default options, which allow every client.
    pub fn new(store: Store) -> Self {
        Self::with(store, Options::default())
    }

    /// Returns the state of a service with this store and these options.
    pub fn with(store: Store, options: Options) -> Self {
        Self(Arc::new(Shared {
            listings: ResponseCache::default(),
            pages: ResponseCache::default(),
            event_pages: ResponseCache::default(),
            metrics: Metrics::new(&store),
            store,
            tokens: ArcSwap::from_pointee(options.tokens.clone()),
            rate: options.limits.rate.map(Rate::new),
            permits: Shares::of(options.limits.requests),
            large_bodies: Shares::of(LARGE_BODIES),
            event_streams: Shares::of(options.limits.event_streams),
            unsent: Unsent::of(options.limits.unsent),
            page_reads: Semaphore::new(PAGE_READS),
            draining: watch::Sender::new(false),
            options,
        }))
    }

    /// Replaces the accepted tokens.
    pub fn replace_tokens(&self, tokens: Tokens) {
        self.0.tokens.store(Arc::new(tokens));
    }

    /// Starts to drain: the service reports that it is not ready, and event streams end.
    pub fn drain(&self) {
        self.0.draining.send_replace(true);
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn listings(&self) -> &ResponseCache<Listing> {
        &self.0.listings
    }

    /// Returns the cache of events, by the number of the event before them: many streams need the same events.
    pub(crate) fn event_pages(&self) -> &ResponseCache<Vec<Event>> {
        &self.0.event_pages
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.options.limits
    }

    pub(crate) fn tokens(&self) -> Guard<Arc<Tokens>> {
        self.0.tokens.load()
    }

    pub(crate) fn rate(&self) -> Option<&Rate> {
        self.0.rate.as_ref()
    }

    /// Returns the permits for concurrent requests.
    pub(crate) fn permits(&self) -> &Arc<Shares> {
        &self.0.permits
    }

    /// Returns the permits for large bodies.
    pub(crate) fn large_bodies(&self) -> &Arc<Shares> {
        &self.0.large_bodies
    }

    /// Returns the permits for event streams.
    pub(crate) fn event_streams(&self) -> &Arc<Shares> {
        &self.0.event_streams
    }

    /// Returns the limit on response bytes that are not written yet.
    pub(crate) fn unsent(&self) -> &Unsent {
        &self.0.unsent
    }

    /// Returns the cache of pages of long lists, by the query for the single page.
    pub(crate) fn pages(&self) -> &ResponseCache<ListPage> {
        &self.0.pages
    }

    /// Returns the permits to read a page of a long list, which leave the store's other connections to other requests.
    pub(crate) fn page_reads(&self) -> &Semaphore {
        &self.0.page_reads
    }

    pub(crate) fn draining(&self) -> watch::Receiver<bool> {
        self.0.draining.subscribe()
    }
}
