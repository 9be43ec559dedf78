//! One query in the cache: its last answer, when it is due, and how the current request is doing.

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    query::{Answer, Query},
    time::{Now, Timestamp},
};

use crate::remote::SPINNER_DELAY;

/// The longest wait between two tries of a request that fails.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// What is known of one query that has a value.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    value: Option<Answer>,
    failure: Option<Failure>,
    /// When the value was last confirmed.
    confirmed_at: Option<Timestamp>,
    /// Since when a request is under way.
    asked_at: Option<Instant>,
    /// When to ask again. Nothing while a request is under way, and where only another setting helps.
    due: Option<Instant>,
    /// Failures in a row.
    failures: u32,
    /// Whether a screen may show by now that a request is under way.
    is_slow: bool,
    version: u64,
}

impl Entry {
    /// Notes that a request begins. What is known stays, also a failure, so that it does not blink at every retry.
    pub(crate) fn start(&mut self, now: Now) {
        self.due = None;
        self.asked_at = Some(now.instant);
        self.is_slow = false;
    }

    /// Makes a request due, also where one is under way: its answer may be older than what has changed.
    pub(crate) fn expire(&mut self, now: Now) {
        self.due = Some(now.instant);
    }

    /// Takes an answer in. A failure is retried at growing intervals.
    pub(crate) fn settle(&mut self, query: &Query, answer: Result<Answer, Failure>, now: Now) {
        let showed_waiting = std::mem::take(&mut self.is_slow) || self.failure.is_some();
        self.asked_at = None;
        match answer {
            Ok(value) => {
                let is_same = self.value.as_ref() == Some(&value);
                self.due = Some(now.instant + query.poll_interval(Some(&value)));
                self.version += u64::from(!is_same || showed_waiting);
                self.value = Some(value);
                self.confirmed_at = Some(now.wall);
                self.failure = None;
                self.failures = 0;
            }
            Err(failure) => {
                self.failures = self.failures.saturating_add(1);
                self.due = self.retry_at(&failure, now, query.poll_interval(self.value.as_ref()));
                self.version += u64::from(self.failure.as_ref() != Some(&failure));
                self.failure = Some(failure);
            }
        }
    }

    /// Reports whether a request should begin now.
    pub(crate) fn is_due(&self, now: Now) -> bool {
        let is_new = self.value.is_none() && self.failure.is_none() && self.asked_at.is_none();
        is_new || self.due.is_some_and(|due| due <= now.instant)
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
        [self.due, self.slow_at().filter(|_| !self.is_slow)].into_iter().flatten().min()
    }

    /// Counts the visible changes.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn value(&self) -> Option<&Answer> {
        self.value.as_ref()
    }

    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    pub(crate) fn confirmed_at(&self) -> Option<Timestamp> {
        self.confirmed_at
    }

    /// Returns since when a request is under way, where a screen may show it.
    pub(crate) fn loading_since(&self) -> Option<Instant> {
        self.asked_at.filter(|_| self.failure.is_none())
    }

    fn slow_at(&self) -> Option<Instant> {
        Some(self.loading_since()? + SPINNER_DELAY)
    }

    fn retry_at(&self, failure: &Failure, now: Now, interval: Duration) -> Option<Instant> {
        match failure.kind {
            Kind::RateLimited { until } => {
                let wait = Duration::try_from(until.duration_since(now.wall)).unwrap_or_default();
                Some(now.instant + wait.max(interval))
            }
            // Only a person can help: the refresh key, or another setting.
            Kind::NotConfigured => None,
            _ => Some(now.instant + (interval * 2_u32.pow((self.failures - 1).min(4))).min(LONGEST_RETRY)),
        }
    }
}
