//! The stream of events about trucks changes the answers that follow it.

use std::time::Duration;

use hello_model::{failure::Failure, query::Query, time::Now, truck::FleetEvent};

use super::{Cache, Content};
use crate::event_feed::FeedNews;

impl Cache {
    /// Takes news of the stream in, and changes all answers that follow it, also those that nothing wants.
    pub(super) fn resolve_events(&mut self, news: Result<FleetEvent, Failure>, now: Now) {
        let Some(Content::Events(feed)) =
            self.slots.get_mut(&Query::TruckEvents).map(|slot| &mut slot.content)
        else {
            return;
        };
        let news = feed.resolve(news, now);
        for (query, slot) in &mut self.slots {
            let Content::Value(entry) = &mut slot.content else { continue };
            if !query.follows_trucks() {
                continue;
            }
            match &news {
                FeedNews::Nothing => {}
                FeedNews::Changes(changes) => entry.apply(query, changes, now),
                FeedNews::Gap => entry.doubt(now),
                // The service may be gone.
                FeedNews::Lost => entry.recheck_in(Duration::ZERO, now),
            }
        }
    }

    /// Returns the poll interval of a query whose answer follows the stream, while that is received.
    pub(super) fn followed_interval(&self, query: &Query) -> Option<Duration> {
        let interval = query.followed_interval()?;
        let Content::Events(feed) = &self.slots.get(&Query::TruckEvents)?.content else { return None };
        feed.is_live().then_some(interval)
    }
}
