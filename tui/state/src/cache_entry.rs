//! One query in the cache: its last answer, when it is due, and how the current request is doing.

use std::time::Instant;

use hello_model::{
    failure::{Failure, Kind},
    fetch::{Extent, Part},
    pages::Cursor,
    query::{Answer, Query, Update},
    time::{Now, Timestamp},
};

use crate::{back_off::BackOff, remote::SPINNER_DELAY};

/// The maximum number of rows that are loaded of a list. A screen cannot show more in a useful way.
const MAX_ROWS: usize = 100_000;

/// After so many pages in a row without a new row, a list is taken as ended until its next refresh.
const MAX_EMPTY_PAGES: u32 = 10;

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
    /// Whether the next value replaces a list, because its further pages cannot be read any more.
    is_list_broken: bool,
    /// Whether a screen may show by now that a request is under way.
    is_slow: bool,
    version: u64,
}

/// A request under way.
#[derive(Debug, Clone, Copy)]
struct RunningRequest {
    since: Instant,
    is_page: bool,
}

impl CacheEntry {
    /// Returns the part that is to be read now, and notes that a request for it begins.
    pub(crate) fn next_part(&mut self, extent: Extent, now: Now) -> Option<Part> {
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

    /// Takes news in. A failure is retried at growing intervals.
    pub(crate) fn resolve(&mut self, query: &Query, news: Result<Update, Failure>, now: Now) {
        let showed_waiting = std::mem::take(&mut self.is_slow) || self.failure.is_some();
        let running = self.running.take();
        let is_new = match news {
            Ok(Update::Value(answer)) => self.refresh(answer),
            Ok(Update::Page(page)) => return self.append(page),
            Ok(Update::Unchanged) => false,
            // A tail has its own part of the cache.
            Ok(Update::Tail(_)) => return,
            Err(failure) => {
                return self.fail(query, failure, running.is_some_and(|running| running.is_page), now);
            }
        };
        self.version += u64::from(is_new || showed_waiting);
        self.confirmed_at = Some(now.wall);
        self.failure = None;
        self.back_off.reset();
        self.empty_pages = 0;
        if !self.is_expired {
            self.due = Some(now.instant + query.poll_interval(self.value.as_ref()));
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
    pub(crate) fn known(&self) -> Option<&Answer> {
        self.value.as_ref().filter(|_| !self.is_list_broken)
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
        let is_new = self.value.is_none() && self.failure.is_none() && is_idle;
        is_new || (is_idle || self.is_expired) && self.due.is_some_and(|due| due <= now.instant)
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
            Some(value) if !std::mem::take(&mut self.is_list_broken) => value.refresh(latest),
            value => *value = Some(latest),
        }
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

    fn fail(&mut self, query: &Query, failure: Failure, is_page: bool, now: Now) {
        let is_passing = matches!(failure.kind, Kind::Offline | Kind::RateLimited { .. });
        // A cursor may have become invalid: then the list is read anew.
        self.is_list_broken |= is_page && !is_passing;
        self.due = self.back_off.retry_at(&failure, query.poll_interval(self.value.as_ref()), now);
        self.version += u64::from(self.failure.as_ref() != Some(&failure));
        self.failure = Some(failure);
    }
}
