//! The one place that holds remote data.
//!
//! Screens say which queries they want. [`Cache::sync`] returns what to fetch and what to stop; the answers come back to
//! [`Cache::settle`]. Two screens that want the same share one request. A tail that nothing wants goes on for a while, so
//! that coming back finds it as it was.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use hello_catalog::Catalog;
use hello_model::{
    deployment::{ServiceRef, ServiceSnapshot, StackEvent},
    failure::Failure,
    log::LogSource,
    query::{Answer, Query, Update},
    run::{Repo, RunDetail, RunId, RunList},
    time::{Now, Timestamp},
    truck::Fleet,
};

use crate::{entry::Entry, log_feed::LogFeed, remote::Remote};

/// How long a tail goes on that nothing wants.
const GRACE: Duration = Duration::from_secs(30);

/// How many values are kept that nothing wants.
const MOST_UNWANTED: usize = 16;

/// What is to be done for the cache.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Fetch the value, in place of a request that is under way.
    Fetch(Query),
    /// Read a log group from this moment on, until told to stop.
    Tail { source: LogSource, since: Timestamp },
    /// Stop what the query started.
    Stop(Query),
}

/// The answers to queries.
#[derive(Debug, Default)]
pub struct Cache {
    entries: HashMap<Query, Slot<Entry>>,
    feeds: HashMap<LogSource, Slot<LogFeed>>,
}

/// A part of the cache, and since when nothing wants it.
#[derive(Debug, Default)]
struct Slot<T> {
    content: T,
    unwanted_since: Option<Instant>,
}

impl Cache {
    /// Returns what to do so that the wanted queries are answered and stay up to date.
    pub fn sync(&mut self, wanted: &[Query], now: Now) -> Vec<Request> {
        self.note_wanted(wanted, now);
        let mut requests = Vec::new();
        for query in wanted {
            match query {
                Query::Logs(source) => {
                    let feed = &mut self.feeds.entry(source.clone()).or_default().content;
                    if feed.is_due(now) {
                        requests.push(Request::Tail { source: source.clone(), since: feed.start(now) });
                    }
                }
                query => {
                    let entry = &mut self.entries.entry(query.clone()).or_default().content;
                    entry.update_status(now);
                    if entry.is_due(now) {
                        entry.start(now);
                        requests.push(Request::Fetch(query.clone()));
                    }
                }
            }
        }
        requests.extend(self.stop_unwanted_tails(now));
        self.forget_unwanted_values();
        requests
    }

    /// Returns what to do so that these queries are answered anew, whether or not they are due.
    pub fn refresh(&mut self, queries: &[Query], now: Now) -> Vec<Request> {
        let refresh = |query: &Query| match query {
            Query::Logs(source) => {
                let feed = &mut self.feeds.entry(source.clone()).or_default().content;
                Request::Tail { source: source.clone(), since: feed.start(now) }
            }
            query => {
                self.entries.entry(query.clone()).or_default().content.start(now);
                Request::Fetch(query.clone())
            }
        };
        queries.iter().map(refresh).collect()
    }

    /// Makes values due that a write has affected. A value that nothing wants is fetched once it is wanted.
    pub fn expire(&mut self, is_affected: impl Fn(&Query) -> bool, now: Now) {
        for (_, slot) in self.entries.iter_mut().filter(|(query, _)| is_affected(query)) {
            slot.content.expire(now);
        }
    }

    /// Takes news of a query in. News of a query that is not in the cache any more changes nothing.
    pub fn settle(&mut self, query: &Query, news: Result<Update, Failure>, now: Now) {
        match (query, news) {
            (Query::Logs(source), news) => {
                let Some(slot) = self.feeds.get_mut(source) else { return };
                match news {
                    Ok(Update::Tail(event)) => slot.content.settle(Ok(event), now),
                    Ok(Update::Value(_)) => {}
                    Err(failure) => slot.content.settle(Err(failure), now),
                }
            }
            (query, news) => {
                let Some(slot) = self.entries.get_mut(query) else { return };
                match news {
                    Ok(Update::Value(answer)) => slot.content.settle(query, Ok(answer), now),
                    Ok(Update::Tail(_)) => {}
                    Err(failure) => slot.content.settle(query, Err(failure), now),
                }
            }
        }
    }

    /// Forgets everything: another world answers from now on.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns when [`Self::sync`] has something to do for these queries, with nothing else happening.
    pub fn next_deadline(&self, wanted: &[Query]) -> Option<Instant> {
        let of_wanted = wanted.iter().filter_map(|query| match query {
            Query::Logs(source) => self.feeds.get(source)?.content.next_deadline(),
            query => self.entries.get(query)?.content.next_deadline(),
        });
        let running = self.feeds.values().filter(|slot| slot.content.is_running());
        let of_tails = running.filter_map(|slot| Some(slot.unwanted_since? + GRACE));
        of_wanted.chain(of_tails).min()
    }

    /// Counts the visible changes of a query. A frame is due when the count of a query in view has moved.
    pub fn version(&self, query: &Query) -> u64 {
        match query {
            Query::Logs(source) => self.feeds.get(source).map_or(0, |slot| slot.content.version()),
            query => self.entries.get(query).map_or(0, |slot| slot.content.version()),
        }
    }

    fn note_wanted(&mut self, wanted: &[Query], now: Now) {
        let note = |is_wanted: bool, since: &mut Option<Instant>| {
            *since = if is_wanted { None } else { Some(since.unwrap_or(now.instant)) };
        };
        for (query, slot) in &mut self.entries {
            note(wanted.contains(query), &mut slot.unwanted_since);
        }
        for (source, slot) in &mut self.feeds {
            let is_wanted =
                wanted.iter().any(|query| matches!(query, Query::Logs(wanted) if wanted == source));
            note(is_wanted, &mut slot.unwanted_since);
        }
    }

    fn stop_unwanted_tails(&mut self, now: Now) -> Vec<Request> {
        let mut stopped = Vec::new();
        for (source, slot) in &mut self.feeds {
            let is_over = slot.unwanted_since.is_some_and(|since| since + GRACE <= now.instant);
            if is_over && slot.content.is_running() {
                slot.content.stop();
                stopped.push(Request::Stop(Query::Logs(source.clone())));
            }
        }
        stopped
    }

    fn forget_unwanted_values(&mut self) {
        forget_oldest(&mut self.entries, MOST_UNWANTED, |_| true);
        // A running tail is kept: it stops first.
        forget_oldest(&mut self.feeds, 1, |feed| !feed.is_running());
    }
}

/// Forgets what nothing has wanted for the longest time, beyond `most`.
fn forget_oldest<K: Clone + Eq + std::hash::Hash, T>(
    slots: &mut HashMap<K, Slot<T>>,
    most: usize,
    may_go: impl Fn(&T) -> bool,
) {
    let mut unwanted: Vec<(Instant, K)> = slots
        .iter()
        .filter(|(_, slot)| may_go(&slot.content))
        .filter_map(|(key, slot)| Some((slot.unwanted_since?, key.clone())))
        .collect();
    if unwanted.len() <= most {
        return;
    }
    unwanted.sort_by_key(|(since, _)| *since);
    for (_, key) in &unwanted[..unwanted.len() - most] {
        slots.remove(key);
    }
}

/// One function for each query that has a value.
macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $value:ty, $query:expr, $variant:ident;)+) => {
        impl Cache {$(
            $(#[$doc])*
            pub fn $name(&self, $($argument: $type),*) -> Remote<'_, $value> {
                let Some(Slot { content, .. }) = self.entries.get(&$query) else { return Remote::untouched() };
                let value = match content.value() {
                    Some(Answer::$variant(value)) => Some(&**value),
                    _ => None,
                };
                Remote::new(value, content.failure(), content.confirmed_at(), content.loading_since())
            }
        )+}
    };
}

reads! {
    /// Returns the entities of the descriptors.
    catalog() -> Catalog, Query::Catalog, Catalog;
    /// Returns the trucks.
    trucks() -> Fleet, Query::Trucks, Trucks;
    /// Returns the runs of a repository.
    runs(repo: &Repo) -> RunList, Query::Runs(repo.clone()), Runs;
    /// Returns one run with its jobs.
    run(repo: &Repo, id: RunId) -> RunDetail, Query::Run(repo.clone(), id), Run;
    /// Returns an ECS service with its deployments.
    service(service: &ServiceRef) -> ServiceSnapshot, Query::Service(service.clone()), Service;
    /// Returns the events of a stack.
    stack_events(region: &str, stack: &str) -> Vec<StackEvent>,
        Query::StackEvents { region: region.to_owned(), stack: stack.to_owned() }, StackEvents;
}

impl Cache {
    /// Returns the lines of a log group, once something has wanted them.
    pub fn logs(&self, source: &LogSource) -> Option<&LogFeed> {
        self.feeds.get(source).map(|slot| &slot.content)
    }
}

#[cfg(test)]
mod tests;
