//! GitHub's rate limit: requests of a token, counted by the hour.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::moment::Moment;

/// How many requests a token has an hour.
pub(crate) const LIMIT: i64 = 5000;

/// The requests of the current hour.
#[derive(Debug, Default)]
pub(crate) struct Quota(Mutex<(i64, i64)>);

impl Quota {
    /// Counts a request, or only looks, and returns what is left.
    pub(crate) fn count(&self, now: Moment, requests: i64) -> Remaining {
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = now.whole_seconds() / 3600;
        if hour.0 != current {
            *hour = (current, 0);
        }
        hour.1 = (hour.1 + requests).min(LIMIT);
        Remaining { used: hour.1, reset: (current + 1) * 3600 }
    }

    /// Returns the object that `GET /rate_limit` shows for a resource.
    pub(crate) fn show(&self, now: Moment) -> Value {
        let Remaining { used, reset } = self.count(now, 0);
        json!({"limit": LIMIT, "used": used, "remaining": LIMIT - used, "reset": reset})
    }
}

/// What is left of an hour.
pub(crate) struct Remaining {
    pub(crate) used: i64,
    /// When the next hour begins, in seconds since 1970.
    pub(crate) reset: i64,
}
