//! What handlers share.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use axum::http::HeaderValue;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::{
    guard::{AllowedHosts, LARGE_BODIES, Limits, Rate, Tokens},
    metrics::Metrics,
    prepared::Prepared,
    routes::fleet::Listing,
    store::{Event, Store},
};

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
    listings: Prepared<Listing>,
    news: Prepared<Vec<Event>>,
    metrics: Metrics,
    options: Options,
    tokens: ArcSwap<Tokens>,
    rate: Option<Rate>,
    places: Semaphore,
    large_bodies: Semaphore,
    listeners: Arc<Semaphore>,
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
            listings: Prepared::default(),
            news: Prepared::default(),
            metrics: Metrics::new(&store),
            store,
            tokens: ArcSwap::from_pointee(options.tokens.clone()),
            rate: options.limits.rate.map(Rate::new),
            places: Semaphore::new(options.limits.requests),
            large_bodies: Semaphore::new(LARGE_BODIES),
            listeners: Arc::new(Semaphore::new(options.limits.listeners)),
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

    pub(crate) fn listings(&self) -> &Prepared<Listing> {
        &self.0.listings
    }

    /// Returns the events that follow others, by the number of the last of those: many who listen ask for the same.
    pub(crate) fn news(&self) -> &Prepared<Vec<Event>> {
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

    pub(crate) fn places(&self) -> &Semaphore {
        &self.0.places
    }

    /// Returns the places for bodies of some size.
    pub(crate) fn large_bodies(&self) -> &Semaphore {
        &self.0.large_bodies
    }

    /// Returns a place among those who follow events, when there is one.
    pub(crate) fn listener(&self) -> Option<OwnedSemaphorePermit> {
        self.0.listeners.clone().try_acquire_owned().ok()
    }

    pub(crate) fn draining(&self) -> watch::Receiver<bool> {
        self.0.draining.subscribe()
    }
}
