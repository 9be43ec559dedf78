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
struct ResponseLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

#[derive(Debug)]
struct Lists {
    sent: Counter,
    not_modified: Counter,
    durations: Durations,
}

/// Counts and times requests, and reads the state of the store on each scrape.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<ResponseLabels, Counter>,
    durations: Family<RouteLabels, Durations>,
    /// The metrics of cached lists, resolved once, because looking them up costs as much as all the rest.
    lists: Lists,
    in_progress: Gauge,
    connections: Gauge,
    idle: Gauge,
    revision: Gauge<u64, AtomicU64>,
    notified: Gauge,
}

impl Metrics {
    pub(crate) fn new(store: &Store) -> Self {
        let mut registry = Registry::with_prefix("hello");
        let build = Info::new([("version", VERSION), ("store", store.kind())]);
        registry.register("build", "The running version and the kind of store", build);
        let requests = Family::default();
        registry.register("http_requests", "Requests by route and status", Family::clone(&requests));
        let durations = Family::default();
        registry.register(
            "http_request_duration_seconds",
            "The duration of requests",
            Family::clone(&durations),
        );
        let gauge = |registry: &mut Registry, name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, Gauge::clone(&gauge));
            gauge
        };
        let in_progress = gauge(&mut registry, "http_requests_under_way", "Requests in progress");
        let connections = gauge(&mut registry, "store_connections", "Read connections");
        let idle = gauge(&mut registry, "store_connections_idle", "Idle read connections");
        let notified =
            gauge(&mut registry, "store_heard", "Whether notifications of other replicas are received");
        let revision = Gauge::default();
        registry.register("store_revision", "The number of the last event", Gauge::clone(&revision));
        let lists = Lists::of(&requests, &durations);
        Self { registry, requests, durations, lists, in_progress, connections, idle, revision, notified }
    }

    /// Counts a request as in progress until the returned value is dropped.
    pub(crate) fn begin(&self) -> InProgress {
        self.in_progress.inc();
        InProgress(self.in_progress.clone())
    }

    /// Counts a response. Unknown paths share one route, so that clients cannot make the metrics grow.
    pub(crate) fn count_response(
        &self,
        method: &'static str,
        route: Option<&str>,
        status: u16,
        took: Duration,
    ) {
        let route = route.unwrap_or("none");
        let of_route = RouteLabels { method, route: route.to_owned() };
        self.durations.get_or_create(&of_route).observe(took);
        self.requests.get_or_create(&ResponseLabels { method, route: of_route.route, status }).inc();
    }

    /// Counts a cached list.
    pub(crate) fn count_cached_list(&self, status: StatusCode, took: Duration) {
        let counter =
            if status == StatusCode::NOT_MODIFIED { &self.lists.not_modified } else { &self.lists.sent };
        counter.inc();
        self.lists.durations.observe(took);
    }

    /// Returns all metrics as text.
    pub(crate) fn write(&self, store: &Store) -> String {
        let (connections, idle) = store.connections();
        self.connections.set(i64::from(connections));
        self.idle.set(i64::try_from(idle).unwrap_or(i64::MAX));
        let revision = store.revision(Instant::now());
        self.notified.set(i64::from(revision.is_some()));
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
    fn of(requests: &Family<ResponseLabels, Counter>, durations: &Family<RouteLabels, Durations>) -> Self {
        let route = || "/trucks".to_owned();
        let counter = |status: StatusCode| {
            requests.get_or_create_owned(&ResponseLabels {
                method: "GET",
                route: route(),
                status: status.as_u16(),
            })
        };
        Self {
            sent: counter(StatusCode::OK),
            not_modified: counter(StatusCode::NOT_MODIFIED),
            durations: durations.get_or_create_owned(&RouteLabels { method: "GET", route: route() }),
        }
    }
}

/// Counts a request as in progress until this is dropped.
#[derive(Debug)]
pub(crate) struct InProgress(Gauge);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.dec();
    }
}
