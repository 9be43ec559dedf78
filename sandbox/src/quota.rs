//! GitHub's rate limit: the requests of a token per hour.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::moment::Moment;

/// The number of requests that a token may make per hour.
pub(crate) const LIMIT: i64 = 5000;

/// The current hour since the Unix epoch, and the requests made in it.
#[derive(Debug, Default)]
pub(crate) struct Quota(Mutex<(i64, i64)>);

impl Quota {
    /// Adds `requests` to the current hour (zero to only read it) and returns the usage.
    pub(crate) fn count(&self, now: Moment, requests: i64) -> Usage {
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = now.whole_seconds() / 3600;
        if hour.0 != current {
            *hour = (current, 0);
        }
        hour.1 = (hour.1 + requests).min(LIMIT);
        Usage { used: hour.1, reset: (current + 1) * 3600 }
    }

    /// Reports whether no request is left in the current hour.
    pub(crate) fn is_used_up(&self, now: Moment) -> bool {
        self.count(now, 0).used >= LIMIT
    }

    /// Returns the object that `GET /rate_limit` shows for a resource.
    pub(crate) fn show(&self, now: Moment) -> Value {
        let Usage { used, reset } = self.count(now, 0);
        json!({"limit": LIMIT, "used": used, "remaining": LIMIT - used, "reset": reset})
    }
}

/// The usage of the current hour.
pub(crate) struct Usage {
    pub(crate) used: i64,
    /// The start of the next hour, in seconds since the Unix epoch.
    pub(crate) reset: i64,
}
