//! One query in the cache: its last answer, when it is due, and how the current request is doing.

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    fetch::{Extent, Part},
    pages::Cursor,
    polling::Polling,
    query::{Answer, Query, Update},
    time::{Now, Timestamp},
    truck::{TruckChange, TruckFilter},
};

use crate::{back_off::BackOff, remote::SPINNER_DELAY};

/// The maximum number of rows that are loaded of a list. A screen cannot show more in a useful way.
const MAX_ROWS: usize = 100_000;

/// After so many pages in a row without a new row, a list is taken as ended until its next refresh.
const MAX_EMPTY_PAGES: u32 = 10;

/// How long after a change of a list its first page is read again: the total of a filtered list is not in the change.
const RECHECK_DELAY: Duration = Duration::from_secs(5);

/// How many rows a list may have that nothing wants. Those above it grew by changes, or were left by scrolling.
const MAX_SPARE_ROWS: usize = 2_000;

/// How many changes wait for a request under way. More of them cost more than reading the list again.
const MAX_WAITING_CHANGES: usize = 10_000;

/// The shortest wait before a request that has failed is made again.
const MIN_RETRY_DELAY: Duration = Duration::from_secs(3);

/// What is known of one query that has a value.
#[derive(Debug, Default)]
pub(crate) struct CacheEntry {
    value: Option<Answer>,
    failure: Option<Failure>,
    /// When the value was last confirmed.
    confirmed_at: Option<Timestamp>,
    /// The request that is under way.
    running: Option<RunningRequest>,
    /// When to read the latest value again. Nothing while it is read, and where only another setting helps.
    due: Option<Instant>,
    /// Whether the value may be outdated by a write, so that even a request under way is replaced.
    is_expired: bool,
    back_off: BackOff,
    /// Pages in a row that brought no new row.
    empty_pages: u32,
    /// The rows that were wanted last.
    rows_wanted: usize,
    trust: Trust,
    /// When the value is read again after the request under way.
    recheck: Option<Instant>,
    /// Changes that wait for the request under way: its answer may be older or newer.
    changes: Vec<TruckChange>,
    /// Whether a screen may show by now that a request is under way.
    is_slow: bool,
    version: u64,
}

/// How far the value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Trust {
    #[default]
    Whole,
    /// Rows may have changed unnoticed. The service may confirm all of them; otherwise they are read anew.
    Unsure,
    /// Further pages cannot be read any more, so the list is read anew.
    Broken,
}

/// A request under way.
#[derive(Debug, Clone, Copy)]
struct RunningRequest {
    since: Instant,
    is_page: bool,
}

impl CacheEntry {
    /// Makes an entry that is read at once, or after a pause. Its changes are counted from `version` on.
    pub(crate) fn new(pause: Option<Duration>, version: u64, now: Now) -> Self {
        Self { due: Some(now.instant + pause.unwrap_or_default()), version, ..Self::default() }
    }

    /// Returns the part that is to be read now, and notes that a request for it begins.
    pub(crate) fn next_part(&mut self, extent: Extent, now: Now) -> Option<Part> {
        self.rows_wanted = extent.least_rows();
        let part = if self.is_due(now) { Part::Latest } else { Part::More(self.missing_page(extent)?) };
        self.start(&part, now);
        Some(part)
    }

    /// Notes that a request begins. What is known stays, also a failure, so that it does not blink at every retry.
    pub(crate) fn start(&mut self, part: &Part, now: Now) {
        let is_page = matches!(part, Part::More(_));
        self.running = Some(RunningRequest { since: now.instant, is_page });
        self.is_slow = false;
        if !is_page {
            self.due = None;
            self.is_expired = false;
        }
    }

    /// Makes a request due, also where one is under way: its answer may be older than what has changed.
    pub(crate) fn expire(&mut self, now: Now) {
        self.due = Some(now.instant);
        self.is_expired = true;
    }

    /// Takes changes of trucks in; while a request is under way, they wait for its answer.
    pub(crate) fn apply(&mut self, query: &Query, changes: &[TruckChange], now: Now) {
        match query {
            // Only the service knows the tag of the new version.
            Query::Truck(id) if changes.iter().any(|change| change.truck.id == *id) => {
                self.recheck_in(Duration::ZERO, now);
            }
            Query::Trucks(_) if self.changes.len() + changes.len() > MAX_WAITING_CHANGES => {
                self.changes.clear();
                self.doubt(now);
            }
            Query::Trucks(filter) => {
                self.changes.extend_from_slice(changes);
                if self.running.is_none() {
                    self.apply_waiting(filter, now);
                }
            }
            _ => {}
        }
    }

    /// Takes in what a write has added or changed: at once, and again after the request under way, whose answer may be
    /// older.
    pub(crate) fn apply_written(&mut self, query: &Query, changes: &[TruckChange], now: Now) {
        if let (Query::Trucks(filter), Some(value), Some(_)) = (query, &mut self.value, self.running) {
            self.version += u64::from(value.apply(changes, filter));
        }
        self.apply(query, changes, now);
    }

    /// Notes that changes may have been missed. The value is read again, and replaced unless the service confirms it.
    pub(crate) fn doubt(&mut self, now: Now) {
        if self.value.is_some() && self.trust == Trust::Whole {
            self.trust = Trust::Unsure;
        }
        self.recheck_in(Duration::ZERO, now);
    }

    /// Makes a request due at this time at the latest, or after the one under way. One that has failed keeps its wait.
    pub(crate) fn recheck_in(&mut self, delay: Duration, now: Now) {
        if self.failure.is_some() {
            return;
        }
        let at = now.instant + delay;
        let due = if self.running.is_some() { &mut self.recheck } else { &mut self.due };
        *due = Some(due.map_or(at, |due| due.min(at)));
    }

    fn apply_waiting(&mut self, filter: &TruckFilter, now: Now) {
        let changes = std::mem::take(&mut self.changes);
        let Some(value) = self.value.as_mut().filter(|_| !changes.is_empty()) else { return };
        self.version += u64::from(value.apply(&changes, filter));
        let is_long = value.loaded_rows() > self.rows_wanted + MAX_SPARE_ROWS;
        if is_long && self.trust == Trust::Whole {
            self.trust = Trust::Unsure;
        }
        self.recheck_in(RECHECK_DELAY, now);
    }

    /// Takes news in. A failure is retried at growing intervals.
    pub(crate) fn resolve(
        &mut self,
        query: &Query,
        news: Result<Update, Failure>,
        polling: &Polling,
        now: Now,
    ) {
        self.take_in(query, news, polling, now);
        if let Some(at) = self.recheck.take().filter(|_| self.failure.is_none()) {
            self.due = Some(self.due.map_or(at, |due| due.min(at)));
        }
        if let Query::Trucks(filter) = query {
            self.apply_waiting(filter, now);
        }
    }

    fn take_in(&mut self, query: &Query, news: Result<Update, Failure>, polling: &Polling, now: Now) {
        let showed_waiting = std::mem::take(&mut self.is_slow) || self.failure.is_some();
        let running = self.running.take();
        let is_new = match news {
            Ok(Update::Value(answer)) => self.refresh(answer),
            Ok(Update::Page(page)) => return self.append(page),
            Ok(Update::Unchanged) => {
                // A later doubt is about a later moment.
                if self.trust == Trust::Unsure && self.recheck.is_none() {
                    self.trust = Trust::Whole;
                }
                false
            }
            // A stream has its own part of the cache.
            Ok(Update::Tail(_) | Update::Fleet(_) | Update::JobLog(_) | Update::Budget(_)) => return,
            Err(failure) => {
                let is_page = running.is_some_and(|running| running.is_page);
                // A failure is no news, and no event tells of its end.
                let polling = Polling { has_events: false, ..*polling };
                let interval = query.poll_interval(self.value.as_ref(), &polling);
                return self.fail(failure, interval.unwrap_or_default(), is_page, now);
            }
        };
        self.version += u64::from(is_new || showed_waiting);
        self.confirmed_at = Some(now.wall);
        self.failure = None;
        self.back_off.reset();
        self.empty_pages = 0;
        if !self.is_expired {
            self.due =
                query.poll_interval(self.value.as_ref(), polling).map(|interval| now.instant + interval);
        }
    }

    /// Makes a request due at this time at the latest, for a query that has got more attention.
    pub(crate) fn hasten(&mut self, query: &Query, polling: &Polling, now: Now) {
        let interval = query.poll_interval(self.value.as_ref(), polling).filter(|_| self.failure.is_none());
        if let (Some(due), Some(interval)) = (self.due, interval) {
            self.due = Some(due.min(now.instant + interval));
        }
    }

    /// Makes a screen show that the request is under way, once it is slow.
    pub(crate) fn update_status(&mut self, now: Now) {
        if !self.is_slow && self.slow_at().is_some_and(|at| at <= now.instant) {
            self.is_slow = true;
            self.version += 1;
        }
    }

    /// Returns when something is to be done while the query is wanted.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let due = self.due.filter(|_| self.running.is_none() || self.is_expired);
        [due, self.slow_at().filter(|_| !self.is_slow)].into_iter().flatten().min()
    }

    /// Counts the visible changes.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn value(&self) -> Option<&Answer> {
        self.value.as_ref()
    }

    /// Returns the value that a request may confirm.
    pub(crate) fn known(&self) -> Option<Answer> {
        match self.trust {
            Trust::Whole => self.value.clone(),
            Trust::Unsure => self.value.as_ref().map(Answer::tag_only),
            Trust::Broken => None,
        }
    }

    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    pub(crate) fn confirmed_at(&self) -> Option<Timestamp> {
        self.confirmed_at
    }

    /// Returns since when a request is under way, where a screen may show it.
    pub(crate) fn loading_since(&self) -> Option<Instant> {
        self.running.filter(|_| self.failure.is_none()).map(|running| running.since)
    }

    fn slow_at(&self) -> Option<Instant> {
        Some(self.loading_since()? + SPINNER_DELAY)
    }

    /// A poll waits until a page has been read, so that short intervals do not keep a list from growing.
    fn is_due(&self, now: Now) -> bool {
        let is_idle = self.running.is_none();
        (is_idle || self.is_expired) && self.due.is_some_and(|due| due <= now.instant)
    }

    /// Returns where the next page begins, if more rows are wanted than are loaded. After a failure, the list is
    /// refreshed first.
    fn missing_page(&self, extent: Extent) -> Option<Cursor> {
        let is_ready = self.running.is_none() && self.failure.is_none() && !self.is_expired;
        let (loaded, next) = self.value.as_ref().filter(|_| is_ready)?.pages()?;
        let is_short = loaded < extent.least_rows().min(MAX_ROWS);
        (is_short && self.empty_pages < MAX_EMPTY_PAGES).then(|| next.clone())
    }

    /// Takes the latest value in. Reports whether there is something new to see.
    fn refresh(&mut self, latest: Answer) -> bool {
        match &mut self.value {
            Some(value) if self.trust == Trust::Whole => value.refresh(latest),
            value => *value = Some(latest),
        }
        self.trust = Trust::Whole;
        true
    }

    fn append(&mut self, page: Answer) {
        let Some(value) = &mut self.value else { return };
        let before = value.pages().map(|(loaded, _)| loaded);
        value.append(page);
        let is_empty = value.pages().map(|(loaded, _)| loaded) == before;
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        self.version += 1;
    }

    fn fail(&mut self, failure: Failure, interval: Duration, is_page: bool, now: Now) {
        let is_passing = matches!(failure.kind, Kind::Offline | Kind::RateLimited { .. });
        // A cursor may have become invalid: then the list is read anew.
        if is_page && !is_passing {
            self.trust = Trust::Broken;
        }
        self.due = self.back_off.retry_at(&failure, interval.max(MIN_RETRY_DELAY), now);
        self.version += u64::from(self.failure.as_ref() != Some(&failure));
        self.failure = Some(failure);
    }
}
