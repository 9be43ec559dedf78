//! What is asked, and when: requests are compared as values, and time is handed in.

mod events;
mod forgetting;
mod lists;
mod tails;
mod values;
mod wanting;

use hello_model::{
    failure::Kind,
    fetch::{Extent, Part, Resume},
    job_log::{JobLogEvent, LogEnd, LogWriter},
    log::{Level, LogLine, LogSource, TailEvent},
    pages::{Cursor, Pages},
    query::Answer,
    run::{JobId, Repo, RunId},
    time::Timestamp,
    truck::Fleet,
};

use super::*;

/// A cache with a clock that the test moves.
struct Story {
    cache: Cache,
    start: Instant,
    now: Now,
}

impl Story {
    fn new() -> Self {
        let start = Instant::now();
        Self { cache: Cache::default(), start, now: at(start, 0.0) }
    }

    fn at(&mut self, seconds: f64) -> &mut Self {
        self.now = at(self.start, seconds);
        self
    }

    fn plan(&mut self, wants: &[Want]) -> Plan {
        self.cache.sync(wants, self.now)
    }

    /// Returns the queries that are fetched when these are wanted.
    fn sync(&mut self, wanted: &[Query]) -> Vec<Query> {
        let plan = self.plan(&wants(wanted));
        assert_eq!(plan.stop, []);
        plan.fetch.into_iter().map(|fetch| fetch.query).collect()
    }

    fn resolve(&mut self, query: &Query, news: Result<Update, Failure>) {
        self.cache.resolve(query, news, self.now);
    }

    fn answer(&mut self, query: &Query, update: impl Into<Update>) {
        self.resolve(query, Ok(update.into()));
    }

    /// Returns how long after the start the cache has something to do.
    fn deadline(&self, wanted: &[Query]) -> Option<f64> {
        Some((self.cache.next_deadline(&wants(wanted))? - self.start).as_secs_f64())
    }
}

fn wants(queries: &[Query]) -> Vec<Want> {
    queries.iter().cloned().map(Want::from).collect()
}

fn at(start: Instant, seconds: f64) -> Now {
    let passed = Duration::from_secs_f64(seconds);
    Now { instant: start + passed, wall: noon() + passed }
}

fn noon() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn fleet(version: &str) -> Fleet {
    Fleet { service_version: Some(version.to_owned()), ..Fleet::default() }
}

fn offline() -> Failure {
    Failure::new(Kind::Offline, "listing the trucks", "connection refused")
}

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

fn runs() -> Query {
    Query::runs(repo())
}

fn group() -> LogSource {
    LogSource::Group("/ecs/hello".to_owned())
}

fn logs() -> Query {
    Query::Logs(group())
}
