//! The second hand for things that are going on: it moves only while something is.

use std::time::{Duration, Instant};

use hello_model::time::{Now, Timestamp};

/// The moment that a picture shows, kept to the second while something is active.
#[derive(Debug, Clone, Default)]
pub struct Ticker {
    seen: Timestamp,
    next: Option<Instant>,
}

impl Ticker {
    /// Moves on; returns whether the picture changes by it.
    pub fn wake(&mut self, active: bool, now: Now) -> bool {
        if !active {
            self.next = None;
            return false;
        }
        if self.next.is_some_and(|next| now.instant < next) {
            return false;
        }
        self.seen = now.wall;
        self.next = Some(now.instant + Duration::from_secs(1));
        true
    }

    /// Returns the time from `since` to `until`, or to the moment shown when it has not ended.
    pub fn elapsed(&self, since: Timestamp, until: Option<Timestamp>) -> Duration {
        Duration::try_from(until.unwrap_or(self.seen).duration_since(since)).unwrap_or_default()
    }

    /// Returns the moment shown.
    pub fn seen(&self) -> Timestamp {
        self.seen
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.next
    }
}
