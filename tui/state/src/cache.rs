//! The one place that holds remote data.
//!
//! Screens say what they want. [`Cache::sync`] returns what to fetch and what to stop; the answers come back to
//! [`Cache::resolve`]. Two screens that want the same share one request. A stream that nothing wants goes on for a while,
//! so that coming back finds it as it was.
//!
//! A turn costs one pass over the wants and one over what is known, and allocates only for what it returns.

mod events;
mod reads;
mod runs;
mod slot;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use hello_model::{
    budget::Budget,
    failure::Failure,
    fetch::{Attention, Fetch, Want},
    polling::Polling,
    query::{Query, Update},
    time::Now,
};

use self::slot::{Content, Slot};

/// How long a stream goes on that nothing wants.
const GRACE: Duration = Duration::from_secs(30);

/// How many values are kept that nothing wants.
const MAX_UNWANTED: usize = 16;

/// How many stopped tails are kept that nothing wants. Each may hold many megabytes of lines.
const MAX_UNWANTED_TAILS: usize = 1;

/// What is to be done for the cache.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Plan {
    /// Requests to make, each in place of one for the same query that is under way.
    pub fetch: Vec<Fetch>,
    /// Queries whose streams are to be stopped.
    pub stop: Vec<Query>,
}

/// The answers to queries.
#[derive(Debug, Default)]
pub struct Cache {
    slots: HashMap<Query, Slot>,
    /// What is left of GitHub's rate limit, as of the latest answer.
    budget: Option<Budget>,
    /// Counts the calls of [`Self::sync`].
    turn: u64,
}

impl Cache {
    /// Returns what to do so that what is wanted is answered and stays up to date.
    pub fn sync(&mut self, wants: &[Want], now: Now) -> Plan {
        self.turn += 1;
        for want in wants {
            self.note(want, now);
        }
        let mut plan = Plan::default();
        let polling = self.polling(now);
        for want in wants {
            let slot = self.slots.get_mut(&want.query);
            plan.fetch.extend(slot.and_then(|slot| slot.next_fetch(&want.query, &polling, now)));
        }
        self.release_unwanted(&mut plan.stop, now);
        plan
    }

    /// Returns the requests that answer these queries anew, whether or not they are due.
    pub fn refresh<'q>(&mut self, queries: impl IntoIterator<Item = &'q Query>, now: Now) -> Vec<Fetch> {
        let refresh = |query: &Query| {
            let slot = self.slots.entry(query.clone()).or_insert_with(|| Slot::of(query, self.turn, now));
            Fetch { attention: Attention::Focused, ..slot.refetch(query, now) }
        };
        queries.into_iter().map(refresh).collect()
    }

    /// Makes values due that a write has affected. A value that nothing wants is fetched once it is wanted.
    pub fn expire(&mut self, is_affected: impl Fn(&Query) -> bool, now: Now) {
        for (_, slot) in self.slots.iter_mut().filter(|(query, _)| is_affected(query)) {
            if let Content::Value(entry) = &mut slot.content {
                entry.expire(now);
            }
        }
    }

    /// Takes news of a query in. News of a query that is not in the cache any more changes nothing.
    pub fn resolve(&mut self, query: &Query, news: Result<Update, Failure>, now: Now) {
        if let Ok(Update::Budget(budget)) = news {
            self.budget = Some(budget);
            return;
        }
        let is_new = matches!(news, Ok(Update::Value(_)));
        let polling = self.polling(now);
        let Some(slot) = self.slots.get_mut(query) else { return };
        let polling = Polling { attention: slot.attention(), ..polling };
        match (&mut slot.content, news) {
            (Content::Value(entry), news) => entry.resolve(query, news, &polling, now),
            (Content::Tail(feed), Ok(Update::Tail(event))) => feed.resolve(Ok(event), now),
            (Content::Tail(feed), Err(failure)) => feed.resolve(Err(failure), now),
            (Content::Events(_), Ok(Update::Fleet(event))) => self.resolve_events(Ok(event), now),
            (Content::Events(_), Err(failure)) => self.resolve_events(Err(failure), now),
            (Content::JobLog(feed), Ok(Update::JobLog(event))) => feed.resolve(Ok(event), now),
            (Content::JobLog(feed), Err(failure)) => feed.resolve(Err(failure), now),
            (Content::Tail(_) | Content::Events(_) | Content::JobLog(_), Ok(_)) => {}
        }
        if let (Query::Runs(list), true) = (query, is_new) {
            self.expire_reruns(list, now);
        }
    }

    /// Returns what is left of GitHub's rate limit, as of the latest answer.
    pub fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// Removes all entries, after a switch to another world.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns when [`Self::sync`] has something to do for these wants, with nothing else happening.
    pub fn next_deadline(&self, wants: &[Want]) -> Option<Instant> {
        let of_wanted = wants.iter().filter_map(|want| match &self.slots.get(&want.query)?.content {
            Content::Value(entry) => entry.next_deadline(),
            Content::Tail(feed) => feed.next_deadline(),
            Content::Events(feed) => feed.next_deadline(),
            Content::JobLog(feed) => feed.next_deadline(),
        });
        let streams = self.slots.values().filter(|slot| slot.is_streaming() || slot.is_large());
        let of_streams = streams.filter_map(|slot| Some(slot.unwanted_since? + GRACE));
        of_wanted.chain(of_streams).min()
    }

    /// Counts the visible changes of a query. A frame is due when the count of a query in view has moved. An answer that
    /// was forgotten and is read again has other counts than before.
    pub fn version(&self, query: &Query) -> u64 {
        self.slots.get(query).map_or(0, |slot| match &slot.content {
            Content::Value(entry) => entry.version(),
            Content::Tail(feed) => feed.version(),
            Content::JobLog(feed) => feed.version(),
            // What it changes is seen in the answers.
            Content::Events(_) => 0,
        })
    }

    /// Returns what poll intervals depend on. The attention is that of each query.
    fn polling(&self, now: Now) -> Polling {
        let has_events = self.has_events();
        Polling { attention: Attention::default(), budget: self.budget, has_events, now: now.wall }
    }

    fn note(&mut self, want: &Want, now: Now) {
        if let Some(slot) = self.slots.get_mut(&want.query) {
            return slot.want(want, self.turn);
        }
        let mut slot = Slot::of(&want.query, self.turn, now);
        slot.want(want, self.turn);
        self.slots.insert(want.query.clone(), slot);
    }

    /// Stops streams that nothing has wanted for a while, and forgets what nothing has wanted for the longest time.
    fn release_unwanted(&mut self, stopped: &mut Vec<Query>, now: Now) {
        let (mut values, mut tails) = (0, 0);
        let before = stopped.len();
        for (query, slot) in self.slots.iter_mut().filter(|(_, slot)| slot.wanted_in != self.turn) {
            let since = *slot.unwanted_since.get_or_insert(now.instant);
            let is_passing = slot.is_passing(query);
            let is_costly = slot.is_streaming() || slot.is_large();
            if is_passing || is_costly && since + GRACE <= now.instant {
                slot.stop();
                stopped.push(query.clone());
            }
            match &slot.content {
                Content::Value(_) | Content::JobLog(_) => values += usize::from(!is_passing),
                Content::Tail(feed) => tails += usize::from(!feed.is_running()),
                Content::Events(_) => {}
            }
        }
        for query in &stopped[before..] {
            if self.slots.get(query).is_some_and(|slot| slot.is_passing(query) || slot.is_large()) {
                self.slots.remove(query);
            }
        }
        if values > MAX_UNWANTED {
            let is_value = |slot: &Slot| match &slot.content {
                Content::Value(_) => true,
                Content::JobLog(feed) => !feed.is_running(),
                Content::Tail(_) | Content::Events(_) => false,
            };
            self.forget_oldest(values - MAX_UNWANTED, is_value);
        }
        if tails > MAX_UNWANTED_TAILS {
            // A running tail is kept: it stops first.
            let is_stopped = |slot: &Slot| matches!(&slot.content, Content::Tail(feed) if !feed.is_running());
            self.forget_oldest(tails - MAX_UNWANTED_TAILS, is_stopped);
        }
    }

    /// Forgets so many of the unwanted slots, least recently used first.
    fn forget_oldest(&mut self, count: usize, may_go: impl Fn(&Slot) -> bool) {
        let is_unwanted = |slot: &Slot| slot.wanted_in != self.turn;
        let unwanted = self.slots.iter().filter(|(_, slot)| is_unwanted(slot) && may_go(slot));
        let mut unwanted: Vec<_> = unwanted.map(|(query, slot)| (slot.wanted_in, query.clone())).collect();
        unwanted.sort_by_key(|(wanted_in, _)| *wanted_in);
        for (_, query) in unwanted.iter().take(count) {
            self.slots.remove(query);
        }
    }
}

#[cfg(test)]
mod tests;
