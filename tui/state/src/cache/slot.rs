//! One query of the cache, with how it is wanted.

use std::time::Instant;

use hello_model::{
    fetch::{Attention, Extent, Fetch, Part, Resume, Want},
    polling::Polling,
    query::Query,
    time::Now,
};

use crate::{cache_entry::CacheEntry, event_feed::EventFeed, job_log_feed::JobLogFeed, log_feed::LogFeed};

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) content: Content,
    /// The largest extent and the highest attention of all its wants.
    extent: Extent,
    attention: Attention,
    /// The attention of the turn before.
    attention_before: Attention,
    /// The last turn in which it was wanted.
    pub(super) wanted_in: u64,
    pub(super) unwanted_since: Option<Instant>,
}

/// The bits of a version that count changes. Those above them are the turn in which the slot was made.
const VERSIONS: u32 = 32;

/// The size of the log of a job that is kept like other values, in bytes.
const MAX_SPARE_LOG: usize = 4 * 1024 * 1024;

#[derive(Debug)]
pub(super) enum Content {
    Value(CacheEntry),
    Tail(LogFeed),
    Events(EventFeed),
    JobLog(JobLogFeed),
}

impl Slot {
    /// Makes the slot of a query, wanted for the first time in this turn.
    pub(super) fn of(query: &Query, turn: u64, now: Now) -> Self {
        let content = match query {
            Query::Logs(_) => Content::Tail(LogFeed::default()),
            Query::TruckEvents => Content::Events(EventFeed::default()),
            Query::JobLog(..) => Content::JobLog(JobLogFeed::new(turn.wrapping_shl(VERSIONS))),
            _ => Content::Value(CacheEntry::new(query.typing_pause(), turn.wrapping_shl(VERSIONS), now)),
        };
        let (extent, attention) = (Extent::default(), Attention::Background);
        Self { content, extent, attention, attention_before: attention, wanted_in: 0, unwanted_since: None }
    }

    /// Notes that it is wanted in this turn.
    pub(super) fn want(&mut self, want: &Want, turn: u64) {
        let is_first = self.wanted_in != turn;
        self.extent = if is_first { want.extent } else { self.extent.max(want.extent) };
        self.attention = if is_first { want.attention } else { self.attention.max(want.attention) };
        self.wanted_in = turn;
        self.unwanted_since = None;
    }

    /// Returns the request that is due, and notes that it begins.
    pub(super) fn next_fetch(&mut self, query: &Query, polling: &Polling, now: Now) -> Option<Fetch> {
        let has_risen = std::mem::replace(&mut self.attention_before, self.attention) < self.attention;
        match &mut self.content {
            Content::Tail(feed) => feed.is_due(self.extent, now).then(|| self.refetch(query, now)),
            Content::Events(feed) => feed.is_due(now).then(|| self.refetch(query, now)),
            Content::JobLog(feed) => feed.is_due(now).then(|| self.refetch(query, now)),
            Content::Value(entry) => {
                entry.update_status(now);
                if has_risen {
                    entry.hasten(query, &Polling { attention: self.attention, ..*polling }, now);
                }
                let part = entry.next_part(self.extent, now)?;
                Some(self.fetch(query, part))
            }
        }
    }

    /// Returns a request for the latest value, and notes that it begins.
    pub(super) fn refetch(&mut self, query: &Query, now: Now) -> Fetch {
        match &mut self.content {
            Content::Tail(feed) => {
                let resume = Some(Resume::Since(feed.start(self.extent, now)));
                Fetch { resume, ..self.fetch(query, Part::Latest) }
            }
            Content::Events(feed) => {
                let resume = feed.start();
                Fetch { resume, ..self.fetch(query, Part::Latest) }
            }
            Content::JobLog(feed) => {
                feed.start();
                self.fetch(query, Part::Latest)
            }
            Content::Value(entry) => {
                entry.start(&Part::Latest, now);
                self.fetch(query, Part::Latest)
            }
        }
    }

    /// Reports whether a task reads a stream for it.
    pub(super) fn is_streaming(&self) -> bool {
        match &self.content {
            Content::Tail(feed) => feed.is_running(),
            Content::Events(feed) => feed.is_running(),
            Content::JobLog(feed) => feed.is_running(),
            Content::Value(_) => false,
        }
    }

    /// Notes that its stream was stopped.
    pub(super) fn stop(&mut self) {
        match &mut self.content {
            Content::Tail(feed) => feed.stop(),
            Content::Events(feed) => feed.stop(),
            Content::JobLog(feed) => feed.stop(),
            Content::Value(_) => {}
        }
    }

    /// Reports whether it is too large to be kept for long when nothing wants it.
    pub(super) fn is_large(&self) -> bool {
        matches!(&self.content, Content::JobLog(feed) if feed.log().bytes() > MAX_SPARE_LOG)
    }

    /// Reports whether it is a list that was wanted only while a text was typed, and has no answer yet.
    pub(super) fn is_passing(&self, query: &Query) -> bool {
        query.typing_pause().is_some()
            && matches!(&self.content, Content::Value(entry) if entry.value().is_none())
    }

    /// Returns the attention of the wants of this turn, or of the last ones.
    pub(super) fn attention(&self) -> Attention {
        self.attention
    }

    fn fetch(&self, query: &Query, part: Part) -> Fetch {
        let known = match (&self.content, &part) {
            (Content::Value(entry), Part::Latest) => entry.known(),
            // A page is new anyway, and without another owner the list grows in place.
            _ => None,
        };
        Fetch { query: query.clone(), part, resume: None, known, attention: self.attention }
    }
}
