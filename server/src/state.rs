//! What handlers share.

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

/// Says how the service treats its callers. The default lets everybody in who is on a machine that can reach it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// How much may be asked for.
    pub limits: Limits,
    /// Which tokens let read and write.
    pub tokens: Tokens,
    /// The origins whose pages may call from a browser.
    pub cors_origins: Vec<HeaderValue>,
    /// The hosts that a listener answers for; on a loopback address loopback hosts are added.
    pub allowed_hosts: AllowedHosts,
}

/// Holds what handlers share. Clones share it too.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    listings: ResponseCache<Listing>,
    pages: ResponseCache<ListPage>,
    news: ResponseCache<Vec<Event>>,
    metrics: Metrics,
    options: Options,
    tokens: ArcSwap<Tokens>,
    rate: Option<Rate>,
    permits: Arc<Shares>,
    large_bodies: Arc<Shares>,
    listeners: Arc<Shares>,
    unsent: Unsent,
    page_reads: Semaphore,
    draining: watch::Sender<bool>,
}

impl AppState {
    /// Returns the state of a service that keeps its trucks in `store`, and lets everybody in.
    pub fn new(store: Store) -> Self {
        Self::with(store, Options::default())
    }

    /// Returns the state of a service that keeps its trucks in `store`.
    pub fn with(store: Store, options: Options) -> Self {
        Self(Arc::new(Shared {
            listings: ResponseCache::default(),
            pages: ResponseCache::default(),
            news: ResponseCache::default(),
            metrics: Metrics::new(&store),
            store,
            tokens: ArcSwap::from_pointee(options.tokens.clone()),
            rate: options.limits.rate.map(Rate::new),
            permits: Shares::of(options.limits.requests),
            large_bodies: Shares::of(LARGE_BODIES),
            listeners: Shares::of(options.limits.listeners),
            unsent: Unsent::of(options.limits.unsent),
            page_reads: Semaphore::new(PAGE_READS),
            draining: watch::Sender::new(false),
            options,
        }))
    }

    /// Lets these tokens in from now on, and no others.
    pub fn replace_tokens(&self, tokens: Tokens) {
        self.0.tokens.store(Arc::new(tokens));
    }

    /// Says that the service will end: it is not ready any more, and those who follow events are let go.
    pub fn drain(&self) {
        self.0.draining.send_replace(true);
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn listings(&self) -> &ResponseCache<Listing> {
        &self.0.listings
    }

    /// Returns the events that follow others, by the number of the last of those: many who listen ask for the same.
    pub(crate) fn news(&self) -> &ResponseCache<Vec<Event>> {
        &self.0.news
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

    /// Returns the places for requests that are worked on.
    pub(crate) fn permits(&self) -> &Arc<Shares> {
        &self.0.permits
    }

    /// Returns the places for bodies of some size.
    pub(crate) fn large_bodies(&self) -> &Arc<Shares> {
        &self.0.large_bodies
    }

    /// Returns the places for streams of events.
    pub(crate) fn listeners(&self) -> &Arc<Shares> {
        &self.0.listeners
    }

    /// Returns what bounds the bytes of responses that are not written yet.
    pub(crate) fn unsent(&self) -> &Unsent {
        &self.0.unsent
    }

    /// Returns the pages of long lists that are being written, by the query that asks for the page alone.
    pub(crate) fn pages(&self) -> &ResponseCache<ListPage> {
        &self.0.pages
    }

    /// Returns the permits to read a page of a long list: the other connections of the store are for other requests.
    pub(crate) fn page_reads(&self) -> &Semaphore {
        &self.0.page_reads
    }

    pub(crate) fn draining(&self) -> watch::Receiver<bool> {
        self.0.draining.subscribe()
    }
}
