//! Metrics for Prometheus.

mod durations;

use std::{
    sync::atomic::AtomicU64,
    time::{Duration, Instant},
};

use http::StatusCode;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, info::Info},
    registry::Registry,
};

use self::durations::Durations;
use crate::{VERSION, store::Store};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Debug)]
struct Lists {
    told: Counter,
    known: Counter,
    durations: Durations,
}

/// Counts and times requests, and reads the state of the store on each scrape.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Route, Durations>,
    /// The metrics of cached lists, resolved once, because looking them up costs as much as all the rest.
    lists: Lists,
    under_way: Gauge,
    connections: Gauge,
    idle: Gauge,
    revision: Gauge<u64, AtomicU64>,
    heard: Gauge,
}

impl Metrics {
    pub(crate) fn new(store: &Store) -> Self {
        let mut registry = Registry::with_prefix("hello");
        let build = Info::new([("version", VERSION), ("store", store.kind())]);
        registry.register("build", "What runs", build);
        let requests = Family::default();
        registry.register("http_requests", "Requests by route and status", Family::clone(&requests));
        let durations = Family::default();
        registry.register(
            "http_request_duration_seconds",
            "How long requests took",
            Family::clone(&durations),
        );
        let gauge = |registry: &mut Registry, name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, Gauge::clone(&gauge));
            gauge
        };
        let under_way = gauge(&mut registry, "http_requests_under_way", "Requests that are not answered yet");
        let connections = gauge(&mut registry, "store_connections", "Connections to read by");
        let idle = gauge(&mut registry, "store_connections_idle", "Connections to read by that nobody uses");
        let heard = gauge(&mut registry, "store_heard", "Whether writes of other replicas are heard of");
        let revision = Gauge::default();
        registry.register("store_revision", "The number of the last event", Gauge::clone(&revision));
        let lists = Lists::of(&requests, &durations);
        Self { registry, requests, durations, lists, under_way, connections, idle, revision, heard }
    }

    /// Counts a request as in progress until the returned value is dropped.
    pub(crate) fn begin(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay(self.under_way.clone())
    }

    /// Counts a response. Unknown paths share one route, so that clients cannot make the metrics grow.
    pub(crate) fn answered(&self, method: &'static str, route: Option<&str>, status: u16, took: Duration) {
        let route = route.unwrap_or("none");
        let of_route = Route { method, route: route.to_owned() };
        self.durations.get_or_create(&of_route).observe(took);
        self.requests.get_or_create(&Answered { method, route: of_route.route, status }).inc();
    }

    /// Counts a cached list.
    pub(crate) fn handed_out(&self, status: StatusCode, took: Duration) {
        let counter = if status == StatusCode::NOT_MODIFIED { &self.lists.known } else { &self.lists.told };
        counter.inc();
        self.lists.durations.observe(took);
    }

    /// Returns all metrics as text.
    pub(crate) fn write(&self, store: &Store) -> String {
        let (connections, idle) = store.connections();
        self.connections.set(i64::from(connections));
        self.idle.set(i64::try_from(idle).unwrap_or(i64::MAX));
        let revision = store.revision(Instant::now());
        self.heard.set(i64::from(revision.is_some()));
        if let Some(revision) = revision {
            self.revision.set(revision.last);
        }
        let mut written = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut written, &self.registry);
        written
    }
}

impl Lists {
    fn of(requests: &Family<Answered, Counter>, durations: &Family<Route, Durations>) -> Self {
        let route = || "/trucks".to_owned();
        let counter = |status: StatusCode| {
            requests.get_or_create_owned(&Answered { method: "GET", route: route(), status: status.as_u16() })
        };
        Self {
            told: counter(StatusCode::OK),
            known: counter(StatusCode::NOT_MODIFIED),
            durations: durations.get_or_create_owned(&Route { method: "GET", route: route() }),
        }
    }
}

/// Counts a request as in progress until this is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}
