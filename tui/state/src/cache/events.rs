//! The stream of events about trucks changes the answers that follow it.

use std::time::Duration;

use hello_model::{
    failure::Failure,
    query::Query,
    time::Now,
    truck::{FleetEvent, TruckChange},
};

use super::{Cache, Content};
use crate::{cache_entry::CacheEntry, event_feed::FeedNews};

impl Cache {
    /// Takes news of the stream in, and changes all answers that follow it, also those that nothing wants.
    pub(super) fn resolve_events(&mut self, news: Result<FleetEvent, Failure>, now: Now) {
        let Some(Content::Events(feed)) =
            self.slots.get_mut(&Query::TruckEvents).map(|slot| &mut slot.content)
        else {
            return;
        };
        match feed.resolve(news, now) {
            FeedNews::Nothing => {}
            FeedNews::Changes(changes) => {
                self.followers().for_each(|(query, entry)| entry.apply(query, &changes, now));
            }
            FeedNews::Gap => self.followers().for_each(|(_, entry)| entry.doubt(now)),
            // The service may be gone.
            FeedNews::Lost => self.followers().for_each(|(_, entry)| entry.recheck_in(Duration::ZERO, now)),
        }
    }

    /// Takes what a write has added or changed into all answers that it concerns. The stream may tell it before or after.
    pub fn apply_written(&mut self, changes: &[TruckChange], now: Now) {
        if !changes.is_empty() {
            self.followers().for_each(|(query, entry)| entry.apply_written(query, changes, now));
        }
    }

    /// Returns the answers that follow the stream.
    fn followers(&mut self) -> impl Iterator<Item = (&Query, &mut CacheEntry)> {
        self.slots.iter_mut().filter(|(query, _)| query.follows_trucks()).filter_map(|(query, slot)| {
            match &mut slot.content {
                Content::Value(entry) => Some((query, entry)),
                Content::Tail(_) | Content::Events(_) | Content::JobLog(_) => None,
            }
        })
    }

    /// Reports whether the stream is received.
    pub(super) fn has_events(&self) -> bool {
        let events = self.slots.get(&Query::TruckEvents).map(|slot| &slot.content);
        matches!(events, Some(Content::Events(feed)) if feed.is_live())
    }
}
