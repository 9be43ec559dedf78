//! GitHub's rate limit: the requests of each token per hour.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::moment::Moment;

/// The number of requests that a token may make per hour.
pub(crate) const LIMIT: i64 = 5000;

/// The number of tokens that are told apart; the others share a limit.
const MAX_TOKENS: usize = 1_000;

/// The key of those others.
const OTHERS: u64 = 0;

/// The requests of each token in the current hour.
#[derive(Debug, Default)]
pub(crate) struct Quota(Mutex<Hour>);

#[derive(Debug, Default)]
struct Hour {
    /// The hour since the Unix epoch.
    number: i64,
    /// By the hash of the token, which may be long.
    used: HashMap<u64, i64>,
}

impl Quota {
    /// Adds `requests` of a token to the current hour (zero to only read it) and returns the usage.
    pub(crate) fn count(&self, token: &str, now: Moment, requests: i64) -> Usage {
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = now.whole_seconds() / 3600;
        if hour.number != current {
            *hour = Hour { number: current, ..Hour::default() };
        }
        let mut hasher = DefaultHasher::new();
        token.hash(&mut hasher);
        let token = hasher.finish();
        let is_full = hour.used.len() >= MAX_TOKENS && !hour.used.contains_key(&token);
        let used = hour.used.entry(if is_full { OTHERS } else { token }).or_default();
        *used = (*used + requests).min(LIMIT);
        Usage { used: *used, reset: (current + 1) * 3600 }
    }

    /// Reports whether no request of a token is left in the current hour.
    pub(crate) fn is_used_up(&self, token: &str, now: Moment) -> bool {
        self.count(token, now, 0).used >= LIMIT
    }

    /// Returns the object that `GET /rate_limit` shows for a resource.
    pub(crate) fn show(&self, token: &str, now: Moment) -> Value {
        let Usage { used, reset } = self.count(token, now, 0);
        json!({"limit": LIMIT, "used": used, "remaining": LIMIT - used, "reset": reset})
    }
}

/// The usage of the current hour.
pub(crate) struct Usage {
    pub(crate) used: i64,
    /// The start of the next hour, in seconds since the Unix epoch.
    pub(crate) reset: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_a_limit_of_its_own() {
        let (quota, now) = (Quota::default(), Moment::from_millis(0));
        quota.count("a", now, LIMIT + 1);
        assert!(quota.is_used_up("a", now));
        assert_eq!(quota.count("b", now, 2).used, 2);
        assert_eq!(quota.count("a", Moment::from_millis(3_600_000), 0).used, 0);
    }

    #[test]
    fn endless_tokens_share_a_limit() {
        let (quota, now) = (Quota::default(), Moment::from_millis(0));
        for number in 0..2 * MAX_TOKENS {
            quota.count(&number.to_string(), now, 1);
        }
        assert!(quota.0.lock().unwrap().used.len() <= MAX_TOKENS + 1);
        assert!(quota.count("another", now, 0).used > 900);
    }
}
